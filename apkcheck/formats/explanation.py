"""What ``apkcheck explain`` prints about a rule, from the tables alone."""

from __future__ import annotations

from apkcheck.errors import UsageError
from apkcheck.formats import Style
from apkcheck.formats.cells import wrap
from apkcheck.tables import Clause, RuleText, Tables

_BLANKS = {
    "name": "…",
    "id": "…",
    "packages": "…",
    "vendor": "…",
    "quote": "…",
    "document": "…",
    "data": "…",
}


def explain_rule(rule: str, tables: Tables, lang: str, style: Style, *, profile: str = "cn") -> str:
    """What a profile says of a rule: title, severity, example, clauses, phrases of notices, remedy.

    Raises:
        UsageError: if there is no such rule; it names those that there are.
    """
    rules = tables.profiles[profile]
    row = rules.get(rule)
    if row is None:
        known = ", ".join(rules)
        raise UsageError(f"{rule}: no such rule; there are {known}")
    return "\n".join(wrap(line, style.width) for line in _lines(row, tables, lang)) + "\n"


def _lines(row: RuleText, tables: Tables, lang: str) -> list[str]:
    chinese = lang == "zh"
    keys = ("severity", "example", "clause", "notices", "remedy")
    label = {key: tables.message(f"label.{key}", lang) for key in keys}
    severity = tables.message(f"severity.{row.severity}", lang)
    remedy = (row.remedy_zh if chinese else row.remedy_en).format(**_BLANKS)
    lines = [f"{row.id}: {row.title_zh if chinese else row.title_en}"]
    lines.append(f"{label['severity']}: {severity}")
    lines.append(f"{label['example']}: {row.example}")
    lines.extend(["", f"{label['clause']}:"])
    lines.extend(f"- {_clause(tables.clauses[c], chinese)}" for c in row.clauses)
    if row.notices:
        lines.extend(["", f"{label['notices']}:", *(f"- {notice}" for notice in row.notices)])
    lines.extend(["", f"{label['remedy']}: {remedy}"])
    return lines


def _clause(clause: Clause, chinese: bool) -> str:
    """The clause with its wording, quoted only where that was verified, else its gist."""
    if clause.verified and clause.text:
        body = f"“{clause.text}”"
    else:
        body = clause.gist if chinese else clause.gist_en
    return f"{clause.id} {clause.law} {clause.item}: {body}"
