"""The names that a report carries, so that it can be rendered without the tables."""

from __future__ import annotations

from collections.abc import Iterable

from apkcheck.model import (
    Catalogue,
    Claim,
    ClaimKind,
    Evidence,
    NamedClause,
    NamedDataType,
    NamedPermission,
    NamedRule,
    NamedSdk,
    NamedThing,
)
from apkcheck.tables import DataType, Permission, Purpose, RuleText, SdkCategory, Tables


def catalogue_of(
    evidence: Evidence,
    claims: Iterable[Claim],
    tables: Tables,
    lang: str,
    *,
    rules: Iterable[RuleText] = (),
    applied: Iterable[str] = (),
) -> Catalogue:
    """Names of all ids that occur in evidence and claims, and the rules with their clauses.

    Args:
        evidence: The app's.
        claims: The policy's.
        tables: Where the names are from.
        lang: Language of the names, ``zh`` or ``en``.
        rules: The profile's rules.
        applied: Ids of those that were applied.
    """
    used = tuple(claims)
    texts = tuple(sorted(rules, key=lambda rule: rule.id))
    sdks = _sdks(evidence, used, tables, lang)
    permissions = _permissions(evidence, used, tables, lang)
    purposes = {p for claim in used for p in claim.purposes}
    purposes |= {p for sdk in sdks for p in sdk.purposes}
    purposes |= {p for permission in permissions for p in permission.purposes}
    return Catalogue(
        data_types=_data_types(evidence, used, tables, lang),
        permissions=permissions,
        sdks=sdks,
        purposes=tuple(
            NamedThing(row.id, _in(row, lang))
            for key in sorted(purposes)
            if (row := tables.purposes.get(key))
        ),
        packers=_packers(evidence, tables),
        clauses=_clauses(texts, tables, lang),
        rules=_rules(texts, frozenset(applied), tables, lang),
    )


def _data_types(
    evidence: Evidence, claims: tuple[Claim, ...], tables: Tables, lang: str
) -> tuple[NamedDataType, ...]:
    ids = {claim.subject for claim in claims if claim.kind is ClaimKind.DATA}
    ids |= {call.data_type for call in evidence.api_calls}
    ids |= {d for use in evidence.permissions for d in use.data_types}
    for sdk in evidence.sdks:
        ids |= {*sdk.data_types_declared, *sdk.data_types_observed}
    ids |= {above for d in ids if d in tables.data_types for above in tables.ancestors(d)}
    return tuple(
        NamedDataType(row.id, _in(row, lang), row.parent, row.sensitivity)
        for key in sorted(ids)
        if (row := tables.data_types.get(key))
    )


def _permissions(
    evidence: Evidence, claims: tuple[Claim, ...], tables: Tables, lang: str
) -> tuple[NamedPermission, ...]:
    ids = {use.name for use in evidence.permissions}
    ids |= {claim.subject for claim in claims if claim.kind is ClaimKind.PERMISSION}
    return tuple(
        NamedPermission(row.id, _in(row, lang), row.purposes)
        for key in sorted(ids)
        if (row := tables.permissions.get(key))
    )


def _sdks(
    evidence: Evidence, claims: tuple[Claim, ...], tables: Tables, lang: str
) -> tuple[NamedSdk, ...]:
    ids = {sdk.id for sdk in evidence.sdks} | {call.owner for call in evidence.api_calls}
    ids |= {claim.party for claim in claims}
    ids |= {claim.subject for claim in claims if claim.kind is ClaimKind.RECIPIENT}
    found = []
    for key in sorted(ids & tables.sdks.keys()):
        row = tables.sdks[key]
        category = tables.sdk_categories.get(row.category)
        found.append(
            NamedSdk(
                id=row.id,
                name=row.name,
                vendor=row.vendor,
                category=None if category is None else _in(category, lang),
                purposes=row.purposes or (category.purposes if category else ()),
                permissions=row.permissions,
                notice_url=row.notice.url if row.notice else None,
                verified=row.verified,
            )
        )
    return tuple(found)


def _in(row: SdkCategory | Purpose | DataType | Permission, lang: str) -> str:
    return row.zh if lang == "zh" else row.en


def _packers(evidence: Evidence, tables: Tables) -> tuple[NamedThing, ...]:
    if evidence.packer is None:
        return ()
    return (NamedThing(evidence.packer, tables.packer_name(evidence.packer)),)


def _clauses(rules: tuple[RuleText, ...], tables: Tables, lang: str) -> tuple[NamedClause, ...]:
    return tuple(
        NamedClause(
            row.id,
            row.law,
            row.item,
            row.text if row.verified else None,
            row.gist if lang == "zh" else row.gist_en,
        )
        for key in sorted({c for rule in rules for c in rule.clauses})
        if (row := tables.clauses.get(key))
    )


def _rules(
    rules: tuple[RuleText, ...], applied: frozenset[str], tables: Tables, lang: str
) -> tuple[NamedRule, ...]:
    chinese = lang == "zh"
    return tuple(
        NamedRule(
            id=rule.id,
            title=rule.title_zh if chinese else rule.title_en,
            severity=rule.severity,
            clauses=rule.clauses,
            remedy=rule.advice(lang),
            notices=rule.notices,
            applied=rule.id in applied,
            finds=tables.rule_text(rule, "finds", lang),
            limits=tables.rule_text(rule, "limits", lang),
        )
        for rule in rules
    )
