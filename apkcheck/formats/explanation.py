"""What ``apkcheck explain`` prints about a rule, from the tables alone.

The pages in ``docs/rules/`` are made of the same texts: ``texts_of`` is what both go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apkcheck.errors import UsageError
from apkcheck.formats import Style
from apkcheck.formats.cells import wrap
from apkcheck.tables import Clause, RuleText, Tables


class RuleTexts(NamedTuple):
    """What there is to say of a rule in one language."""

    finds: str
    why: str
    limits: str
    example: str
    fix: str


def explain_rule(rule: str, tables: Tables, lang: str, style: Style, *, profile: str = "cn") -> str:
    """All that is known of a rule under a profile: what it finds and why that matters, what it
    cannot know, an example, how to fix it, and the clauses.

    Raises:
        UsageError: if there is no such rule; it names those that there are.
    """
    rules = tables.profiles[profile]
    row = rules.get(rule)
    if row is None:
        known = ", ".join(rules)
        raise UsageError(f"{rule}: no such rule; there are {known}")
    return "\n".join(wrap(line, style.width) for line in _lines(row, tables, lang)) + "\n"


def texts_of(row: RuleText, tables: Tables, lang: str) -> RuleTexts:
    """The texts of a rule; what the row of the profile leaves out another profile's row tells."""

    def told(key: str) -> str:
        return tables.rule_text(row, key, lang) or "—"

    return RuleTexts(
        finds=told("finds"),
        why=getattr(row, f"why_{lang}") or "—",
        limits=told("limits"),
        example=row.example if lang == "zh" else told("example"),
        fix=row.advice(lang),
    )


def _lines(row: RuleText, tables: Tables, lang: str) -> Iterator[str]:
    def text(key: str, **values: str) -> str:
        return tables.message(key, lang, **values)

    yield f"{row.id}: {row.title_zh if lang == 'zh' else row.title_en}"
    highest = text("explain.at-most", level=text(f"severity.{row.severity}"))
    yield _scale("severity", highest, row.severity_lowered, tables, lang)
    surest = text(f"confidence.{row.confidence}")
    yield _scale("confidence", surest, row.confidence_lowered, tables, lang)
    for key, told in texts_of(row, tables, lang)._asdict().items():
        yield from ("", f"{text(f'explain.{key}')}:", told)
    yield from ("", f"{text('explain.references')}:")
    for clause in row.clauses:
        yield f"- {_clause(tables.clauses[clause], chinese=lang == 'zh')}"
    if row.notices:
        yield from ("", f"{text('label.notices')}:", *(f"- {notice}" for notice in row.notices))


def _scale(scale: str, base: str, lowered: tuple[str, ...], tables: Tables, lang: str) -> str:
    """A level, and what lowers it."""
    parts = [base]
    for entry in lowered:
        doubt, _, level = entry.partition(": ")
        words = {
            "doubt": tables.message(f"doubt.{doubt}", lang),
            "level": tables.message(f"{scale}.{level}", lang),
        }
        parts.append(tables.message("explain.lowered", lang, **words))
    semicolon = "；" if lang == "zh" else "; "
    return f"{tables.message(f'label.{scale}', lang)}: {semicolon.join(parts)}"


def _clause(clause: Clause, *, chinese: bool) -> str:
    """The clause with its wording, quoted only where that was verified, else its gist."""
    if clause.verified and clause.text:
        body = f"“{clause.text}”"
    else:
        body = clause.gist if chinese else clause.gist_en
    return f"{clause.id} {clause.law} {clause.item}: {body}"
