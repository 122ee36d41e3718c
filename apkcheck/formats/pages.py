"""Pages that need nothing else: no network, no script of others, no clock.

Texts of strangers are escaped by the templates and shown inert; a content security policy lets the
page's own script and style run and nothing else load.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from apkcheck.formats.inert import inert

NAME_LENGTH = 160
"""Most characters of a name in a page."""
_BREAKS = re.compile("([./_]+)")


def label_of(text: Callable[..., str]) -> Callable[..., str]:
    """The same labels, made inert and escaped once instead of at every place of a long page.

    Args:
        text: Gives the text of an id; asked with values, it is passed through.
    """
    known: dict[str, Markup] = {}

    def label(name: str, **values: object) -> str:
        if values:
            return text(name, **values)
        if name not in known:
            known[name] = Markup.escape(inert(text(name)))
        return known[name]

    return label


class Once:
    """What a macro made of a value, for parts that many findings share."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Hashable], str] = {}

    def __call__(self, macro: Callable[[Any], str], value: Hashable) -> str:
        """The macro's markup for the value, which alone must determine it."""
        key = (macro.name, value)  # type: ignore[attr-defined]
        if key not in self._made:
            self._made[key] = macro(value)
        return self._made[key]


def page_of(
    template: str, style_sheets: Sequence[str], script: str | None, values: Mapping[str, object]
) -> str:
    """Fills a template; the same bytes for the same values.

    Args:
        template: Its file in ``templates/``.
        style_sheets: Files that are put in one after the other.
        script: The file of the page's script, if it has one.
        values: What the template shows; ``style_sheet``, ``script`` and ``security_policy`` are
            added.
    """
    style_sheet = "".join(_asset(name) for name in style_sheets)
    code = _asset(script) if script else ""
    source = _hash_source(code) if script else "'none'"
    return (
        _environment()
        .get_template(template)
        .render(
            **values,
            style_sheet=Markup(style_sheet),
            script=Markup(code),
            security_policy=(
                "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
                f"style-src {_hash_source(style_sheet)}; script-src {source}"
            ),
        )
    )


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("apkcheck.formats"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inert"] = inert
    environment.filters["code"] = _code
    environment.filters["name"] = functools.partial(inert, limit=NAME_LENGTH)
    return environment


def _inert(value: object) -> object:
    """Every expression of the template, so that none can be forgotten; markup is made of inert."""
    return inert(value) if type(value) is str else value


@functools.lru_cache(maxsize=4096)
def _code(name: str) -> Markup:
    """A name of code, which may break behind a dot, a slash or a low line."""
    shown = str(Markup.escape(inert(name, NAME_LENGTH)))
    return Markup("<code>" + _BREAKS.sub(r"\1<wbr>", shown) + "</code>")


@functools.cache
def _asset(name: str) -> str:
    folder = resources.files("apkcheck.formats") / "templates"
    return (folder / name).read_text("utf-8")


def _hash_source(content: str) -> str:
    """What the content security policy knows an inline element by."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
