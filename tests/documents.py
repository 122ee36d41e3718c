"""Office documents, PDF files and saved pages, built from readable source for the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

STYLES = f"""<w:styles {W}>
<w:style w:styleId="a1" w:type="paragraph"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="a2" w:type="paragraph"><w:name w:val="Mine"/><w:basedOn w:val="a1"/></w:style>
</w:styles>"""

NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
<w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
</w:numbering>"""


def paragraph(text: str, *, style: str = "", number: int | None = None, extra: str = "") -> str:
    """A paragraph of a DOCX file; ``number`` is the level of the list it is numbered by."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="3"/></w:numPr>'
    runs = "".join(f"<w:r><w:t>{escape(part)}</w:t></w:r>" for part in text.split("|"))
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}{extra}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table; ``甲>2`` is a cell over two columns, ``^`` one that belongs to the cell above."""
    return (
        "<w:tbl>"
        + "".join(f"<w:tr>{''.join(_cell(cell) for cell in row)}</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def _cell(cell: str) -> str:
    text, _, width = cell.partition(">")
    properties = f'<w:gridSpan w:val="{width}"/>' if width else ""
    if text == "^":
        properties, text = "<w:vMerge/>", ""
    elif text.endswith("!"):
        properties, text = '<w:vMerge w:val="restart"/>', text[:-1]
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def docx(*body: str, parts: Mapping[str, str] | None = None, head: str = "") -> bytes:
    """A DOCX file with this body."""
    document = f"<?xml version='1.0'?>{head}<w:document {W}><w:body>{''.join(body)}</w:body>"
    contents = {
        "word/document.xml": document + "</w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        **(parts or {}),
    }
    return zipped(contents)


def zipped(contents: Mapping[str, str | bytes]) -> bytes:
    """A ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


class Page:
    """A page of a PDF file, 595 by 842 points: what is written and drawn on it."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def text(self, x: float, y: float, words: str, size: float = 10) -> Page:
        """Writes words with their left end at a place, counted from the lower left."""
        code = words.encode("utf-16-be").hex()
        self.commands.append(f"BT /F1 {size} Tf {x} {y} Td <{code}> Tj ET")
        return self

    def lines(self, x: float, top: float, lines: Iterable[str], size: float = 10) -> Page:
        """Writes lines below each other."""
        for number, line in enumerate(lines):
            self.text(x, top - number * size * 1.6, line, size)
        return self

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> Page:
        self.commands.append(f"{x1} {y1} m {x2} {y2} l S")
        return self

    def picture(self) -> Page:
        """Draws a picture over the page, as scanners do."""
        self.commands.append(
            "q 500 0 0 800 40 20 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 00> EI Q"
        )
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Page:
        """Draws the rules of a table."""
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        return self


def pdf(*pages: Page, trailer: str = "") -> bytes:
    """A PDF file whose Chinese font is not in it: its characters are told by a known map."""
    count = len(pages)
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        "/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]"
        "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    ]
    for number, page in enumerate(pages):
        content = "\n".join(page.commands)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {7 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    file = "%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj{body}endobj\n"
    start = len(file)
    file += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    file += "".join(f"{place:010} 00000 n \n" for place in places)
    file += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF"
    return file.encode("latin-1")


def saved_page(html: str, charset: str = "utf-8") -> bytes:
    """A page with its pictures in one file, as browsers save it."""
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Subject"] = "page"
    message["MIME-Version"] = "1.0"
    message.set_content(html, subtype="html", charset=charset, cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png")
    return message.as_bytes()
