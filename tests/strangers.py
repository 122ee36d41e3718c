"""Reports with names of strangers, and with very many findings."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from apkcheck.model import Claim, Document, Gap, Report
from apkcheck.saved_report import well_formed

ESCAPE = "\x1b[2J\x1b]0;owned\x07"
HOSTILE = {
    "escape sequences": f"{ESCAPE}App",
    "direction override": "App\u202egnp.exe",
    "line ends": "App\r\n\nsecond line\u2028third",
    "markup": "<script>alert(1)</script>",
    "an image": '"><img src=x onerror=alert(1)>',
    "a formula": '=HYPERLINK("http://example.com","click")',
    "a command": "+cmd|' /C calc'!A0",
    "full-width formula": "＝1＋1",
    "an at sign": "@SUM(1,2) @example",
    "a minus": "-2+3",
    "very long": "长" * 10_000,
    "a null character": "App\x00App",
    "C1 controls": "App\x9b31mred",
    "no XML": "App\ufffe\uffff",
    "unpaired surrogate": "App\ud800x",
    "private and unassigned": "App\ue000\U000e0001",
    "format fields": "{name} {0} %s",
    "table lines": "a | b +---+ c",
    "Markdown": "[a](javascript:alert(1)) **b** `c` ![i](u) # h\n- l",
    "XML": "]]><x>&amp;&#0;",
}


def is_inert(text: str) -> bool:
    """No character that moves the cursor, turns the direction of writing or breaks a line."""
    return all(c == "\n" or unicodedata.category(c)[0] != "C" for c in text) and not (
        {"\u2028", "\u2029"} & set(text)
    )


def hostile_report(report: Report, name: str) -> Report:
    """A report that has a hostile text wherever a stranger can put one, as ``check`` makes it."""
    short = name[:300]
    evidence = report.evidence
    made = replace(
        report,
        app=replace(report.app, label=name, package=f"com.{short}", version_name=name),
        policies=tuple(_document(d, short) for d in report.policies),
        claims=tuple(_claim(c, short) for c in report.claims),
        evidence=replace(
            evidence,
            permissions=tuple(replace(p, name=name, zh=name) for p in evidence.permissions),
            sdks=tuple(
                replace(
                    sdk,
                    packages=(name,),
                    signals=tuple(replace(s, value=name) for s in sdk.signals),
                )
                for sdk in evidence.sdks
            ),
            api_calls=tuple(
                replace(c, caller_class=name, caller_method=short, dex=short)
                for c in evidence.api_calls
            ),
            gaps=(Gap(name, name), *evidence.gaps),
        ),
        findings=tuple(
            replace(f, message=name, remedy=name, subject=replace(f.subject, id=name, name=name))
            for f in report.findings
        ),
    )
    return well_formed(made)


def _document(document: Document, name: str) -> Document:
    return replace(document, path=f"a/{name}.txt", title=name)


def _claim(claim: Claim, name: str) -> Claim:
    """Its place stays; its words are what a stranger wrote there."""
    return replace(claim, quote=name, surface=name)


def many_findings(report: Report, count: int) -> Report:
    """A report that repeats its findings, each with an id of its own, up to a count."""
    source = report.findings
    findings = tuple(
        source[n] if n < len(source) else replace(source[n % len(source)], id=f"{n:016x}")
        for n in range(count)
    )
    ordered = tuple(sorted(findings, key=lambda f: f.severity.rank))
    return replace(report, findings=ordered)
