"""Checks the mapping tables beyond what loading does: every row proves itself by its example."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from apkcheck.errors import TableError
from apkcheck.tables import TABLE_FILES, Api, Library, Sdk, Tables, load_tables
from apkcheck.tables.references import indexes_of
from apkcheck.terms import Confidence, Doubt, Severity
from apkcheck.text import densify, fold

AUTHORITIES = frozenset({"cac", "cverc", "miit"})
"""Who publishes notices (通报) about apps: 网信办, 国家计算机病毒应急处理中心, 工信部."""

_MEMBER = re.compile(r"L([\w/$]+);->([\w$<>]+)")
_TRACES = ("components", "native", "metadata", "authorities", "actions", "assets")
"""Fields of an SDK that tell where its traces in an app are, besides its packages."""


def lint_tables(overlay: Path | None = None) -> tuple[tuple[str, ...], int]:
    """Gives every problem of the tables, sorted by table, and the number of rows."""
    try:
        tables = load_tables(overlay, thorough=True)
    except TableError as error:
        return error.problems, 0
    problems = [f"{name}: {text}" for name, check in CHECKS for text in check(tables)]
    rows = sum(len(getattr(tables, name)) for name in TABLE_FILES)
    return tuple(problems), rows + sum(map(len, tables.profiles.values()))


def _api_examples(tables: Tables) -> Iterator[str]:
    """An example in disassembly must be the member that the row is about."""
    for row in tables.apis.values():
        if row.kind in ("method", "field") and not _is_member(row):
            yield f"{row.id}: the example {row.example!r} is not this member"
        elif row.kind not in ("method", "field") and _tail(row) not in row.example:
            yield f"{row.id}: the example {row.example!r} does not hold {_tail(row)!r}"


def _is_member(row: Api) -> bool:
    match = _MEMBER.search(row.example)
    if match is None:
        return False
    owner, member = match.group(1).replace("/", "."), match.group(2)
    table_class, _, table_member = row.id.rpartition(".")
    if row.id.endswith(".<init>"):
        table_class, table_member = row.id.removesuffix(".<init>"), "<init>"
    return member == table_member and owner in (table_class, *row.classes)


def _tail(row: Api) -> str:
    return row.id if row.kind == "uri" else row.id.rpartition(":")[2]


def _data_examples(tables: Tables) -> Iterator[str]:
    """The sentence of a data type must hold one of its forms, and no form belongs to two."""
    rows = tables.data_types.values()
    forms = ((r.id, (*r.forms, *r.guarded_forms, *r.forms_en), r.example) for r in rows)
    yield from _own_words("form", forms)
    yield from _data_named(tables)


def _data_named(tables: Tables) -> Iterator[str]:
    """As the claims read it, the sentence of a data type must name it and no other."""
    from apkcheck.claims import lexicon_of
    from apkcheck.claims.lexicon import DATA, DATA_GUARDED

    lexicon = lexicon_of(tables, "zh")
    for row in tables.data_types.values():
        tokens = lexicon.tokens(densify(row.example), compounds=False)
        named = {i for token in tokens for kind in (DATA, DATA_GUARDED) for i in token.ids(kind)}
        if named - {row.id}:
            yield f"{row.id}: the example names {', '.join(sorted(named - {row.id}))} too"


def _data_coverage(tables: Tables) -> Iterator[str]:
    """What may mean a kind of data but need not is neither above it nor below it."""
    for row in tables.data_types.values():
        for other in row.partly_under:
            if other in (row.id, *tables.ancestors(row.id)) or row.id in tables.ancestors(other):
                yield f"{row.id}: 'partly_under' names {other}, which is strictly above or below it"
        for entry in row.standards:
            source, _, clause = entry.partition(": ")
            if source not in tables.sources or not clause:
                yield f"{row.id}: {entry!r} must be 'source: clause'"


def _label_examples(tables: Tables) -> Iterator[str]:
    """The sentence of a label must hold one of its words, and no word belongs to two."""
    rows = tables.permission_labels.values()
    words = ((r.id, (*r.nouns, *r.names, *r.nouns_en), r.example) for r in rows)
    return _own_words("word", words)


def _permission_facts(tables: Tables) -> Iterator[str]:
    """What users grant must say what it is for, so that a draft can."""
    for row in tables.permissions.values():
        if (row.protection == "dangerous" or row.special) and not row.purposes:
            yield f"{row.id}: users grant it, and it says no typical purpose"


def _source_dates(tables: Tables) -> Iterator[str]:
    for row in tables.sources.values():
        try:
            datetime.date.fromisoformat(row.date)
        except ValueError:
            yield f"{row.id}: the date {row.date!r} is no ISO date"


def _named_sources(tables: Tables) -> Iterator[str]:
    """Every row of every table says where it is known from."""
    for table, rows in indexes_of(tables):
        for row in rows.values():
            if getattr(row, "source", None) == ():
                yield f"{table}: {row.id}: names no source"


def _own_words(what: str, rows: Iterable[tuple[str, tuple[str, ...], str]]) -> Iterator[str]:
    """Checks words that belong to one row each, given as (id, words, example)."""
    owners: dict[str, str] = {}
    for row_id, words, example in rows:
        folded = [fold(word) for word in words]
        for word in folded:
            other = owners.setdefault(word, row_id)
            if other != row_id:
                yield f"{row_id}: the {what} {word!r} belongs to {other} too"
        if not any(word in fold(example) for word in folded):
            yield f"{row_id}: the example holds none of its {what}s"


def _permission_examples(tables: Tables) -> Iterator[str]:
    """The sentence of a permission must name it, by label, name or constant."""
    from apkcheck.claims import lexicon_of
    from apkcheck.claims.permissions import PermissionFinder
    from apkcheck.claims.sentences import sentences

    lexicon = lexicon_of(tables, "zh")
    finder = PermissionFinder(tables, tables.zh)
    for row in tables.permissions.values():
        dense = densify(row.example)
        parts = sentences(dense, lexicon.tokens(dense), tables.zh)
        if not any(m.permission == row.id for part in parts for m in finder.find(part)):
            yield f"{row.id}: the example does not name the permission: {row.example!r}"


def _sdk_examples(tables: Tables) -> Iterator[str]:
    """A class in full must belong to its own row by the longest prefix over all rows.

    Where no class is known by name, the example is a package of the row and ``.*``.
    """
    rows: tuple[Sdk | Library, ...] = (*tables.sdks.values(), *tables.libraries.values())
    prefixes: dict[str, str] = {}
    for row in rows:
        for package in row.packages:
            other = prefixes.setdefault(package, row.id)
            if other != row.id:
                yield f"{row.id}: the package {package!r} belongs to {other} too"
            if package.endswith(".") or package != package.strip():
                yield f"{row.id}: the package {package!r} must be a dotted prefix without end"
    for row in rows:
        if not row.packages:
            continue  # Its example is a text: see ``_untraced_sdks``.
        if "." not in row.example.removesuffix(".*"):
            yield f"{row.id}: the example {row.example!r} is no class"
        constants = (place for place in getattr(row, "versions", ()) if _in_code(place))
        for what, name in (("example", row.example), *(("version", c) for c in constants)):
            owner = _owner(name, prefixes)
            if owner != row.id:
                yield f"{row.id}: the {what} {name!r} belongs to {owner}"


def _in_code(place: str) -> bool:
    """Whether a version stands in a constant; else in a file, which belongs to no package."""
    return "." in place and "/" not in place and "#" not in place


def _owner(name: str, prefixes: Mapping[str, str]) -> str | None:
    """The row with the longest prefix of a dotted name."""
    while name:
        if name in prefixes:
            return prefixes[name]
        name = name.rpartition(".")[0]
    return None


def _sdk_nesting(tables: Tables) -> Iterator[str]:
    """A package below a package of another SDK must say so: else one would swallow the other."""
    prefixes = {package: row.id for row in tables.sdks.values() for package in row.packages}
    for row in tables.sdks.values():
        outer = {
            owner
            for package in row.packages
            if (owner := _owner(package.rpartition(".")[0], prefixes)) not in (None, row.id)
        }
        for other in sorted(outer.difference(row.inside), key=str):
            yield f"{row.id}: lies below a package of {other}: name it in 'inside'"
        for other in sorted(set(row.inside).difference(outer)):
            yield f"{row.id}: 'inside' names {other}, below none of whose packages it lies"


def _sdk_names(tables: Tables) -> Iterator[str]:
    """The name of a product belongs to one SDK or building block; vendors may have several."""
    owners: dict[str, str] = {}
    rows: tuple[Sdk | Library, ...] = (*tables.sdks.values(), *tables.libraries.values())
    for row in rows:
        for name in row.names:
            other = owners.setdefault(fold(name), row.id)
            if other != row.id:
                yield f"{row.id}: the name {name!r} belongs to {other} too"


def _untraced_sdks(tables: Tables) -> Iterator[str]:
    """A row without any trace says why, and its example names it and no other SDK."""
    traces = ("packages", *_TRACES)
    for row in tables.sdks.values():
        traced = any(getattr(row, field) for field in traces)
        if traced and row.untraced:
            yield f"{row.id}: is said to be untraced, and has traces: leave 'untraced' out"
        if not traced and not row.untraced:
            yield f"{row.id}: has no package and no other trace: say why in 'untraced'"
        if not row.packages and (named := _named_sdks(tables, row.example)) != {row.id}:
            others = ", ".join(sorted(named)) or "none"
            yield f"{row.id}: the example {row.example!r} names {others}"


def _named_sdks(tables: Tables, text: str) -> set[str]:
    """The SDKs that a text names."""
    from apkcheck.claims import lexicon_of
    from apkcheck.claims.recipients import RecipientFinder
    from apkcheck.claims.sentences import sentences

    dense = densify(text)
    finder = RecipientFinder(tables, tables.zh, frozenset())
    parts = sentences(dense, lexicon_of(tables, "zh").tokens(dense), tables.zh)
    found = (recipient.id for part in parts for recipient in finder.find(part, text))
    return {name for name in found if name in tables.sdks}


def _sdk_proof(tables: Tables) -> Iterator[str]:
    """Verified is what the vendor says, what two lists agree in, or what code shows."""
    for row in tables.sdks.values():
        sources = [tables.sources[name] for name in row.source]
        kinds = {source.evidence for source in sources} - {None}
        lists = {source.counts_with or source.id for source in sources if source.evidence == "list"}
        proved = row.notice is not None or "code" in kinds or len(lists) > 1
        if row.verified and not proved:
            yield (
                f"{row.id}: is verified, but by neither its vendor's notice, two independent "
                "lists, nor code"
            )
        if row.data_types and not kinds:
            yield f"{row.id}: says what it collects, but no source of it can be looked up"
        if row.notice is not None and row.notice.collects_nothing and row.data_types:
            yield f"{row.id}: its notice says that it collects nothing, and data types stand"
        yield from _notice_facts(row)


def _notice_facts(row: Sdk) -> Iterator[str]:
    if row.notice is not None and row.notice.date is not None:
        try:
            datetime.date.fromisoformat(row.notice.date)
        except ValueError:
            yield f"{row.id}: the date {row.notice.date!r} of its notice is no ISO date"


def _category_examples(tables: Tables) -> Iterator[str]:
    """The example of a category must be an SDK of it."""
    for row in tables.sdk_categories.values():
        sdk = tables.sdks.get(row.example)
        if sdk is None or sdk.category != row.id:
            yield f"{row.id}: the example {row.example!r} is no SDK of this category"


def _packer_examples(tables: Tables) -> Iterator[str]:
    """A stub class or a file must be a trace of its own row and of no other."""
    from apkcheck.apk.packers import Marks

    marks = [Marks(row) for row in tables.packers.values()]
    for row in tables.packers.values():
        found = [m.id for m in marks if m.stub(row.example) or m.file(row.example)]
        if found != [row.id]:
            owners = ", ".join(found) or "none"
            yield f"{row.id}: the example {row.example!r} is a trace of {owners}"


def _category_cues(tables: Tables) -> Iterator[str]:
    """A cue stands once in its row, and what stands before it can be a brand."""
    for row in tables.sdk_categories.values():
        folded = [fold(cue) for cue in row.cues]
        for cue in sorted({cue for cue in folded if folded.count(cue) > 1}):
            yield f"{row.id}: the cue {cue!r} stands twice"
        if not any(sdk.category == row.id for sdk in tables.sdks.values()):
            yield f"{row.id}: no SDK is of this category"


def _purpose_cues(tables: Tables) -> Iterator[str]:
    """A cue tells one purpose: what may be two decides nothing."""
    owners: dict[str, str] = {}
    for row in tables.purposes.values():
        for cue in map(fold, row.cues):
            other = owners.setdefault(cue, row.id)
            if other != row.id:
                yield f"{row.id}: the cue {cue!r} tells {other} too"


def _purpose_examples(tables: Tables) -> Iterator[str]:
    for row in tables.purposes.values():
        if not any(fold(cue) in fold(row.example) for cue in row.cues):
            yield f"{row.id}: the example holds none of its cues"


def _word_examples(tables: Tables) -> Iterator[str]:
    """The example of a word must hold one of its forms or match one of its patterns."""
    for name in ("words_en", "words_zh"):
        for row in getattr(tables, name).values():
            folded, raw = fold(row.example), row.example
            if not (
                any(fold(form) in folded for form in row.forms)
                or any(re.search(p, folded) or re.search(p, raw) for p in row.patterns)
            ):
                yield f"{row.id}: the example matches none of its forms and patterns"


def _profile_placeholders(tables: Tables) -> Iterator[str]:
    """A remedy may only use the placeholders that every rule fills."""
    known = dict.fromkeys(("name", "id", "packages", "vendor", "quote", "document", "data"), "x")
    for name, profile in tables.profiles.items():
        for row in profile.values():
            for text in (row.remedy_zh, row.remedy_en):
                try:
                    text.format(**known)
                except (KeyError, IndexError, ValueError) as error:
                    yield f"{name}: {row.id}: the remedy has an unknown placeholder: {error}"
            if any("{" in row.advice(lang) for lang in ("zh", "en")):
                yield f"{name}: {row.id}: a remedy with placeholders needs an advice without"


def _profile_texts(tables: Tables) -> Iterator[str]:
    """Each rule is explained in both languages by some profile, and why it matters by each."""
    told = ("finds_zh", "finds_en", "limits_zh", "limits_en", "example_en")
    for name, profile in tables.profiles.items():
        for row in profile.values():
            rows = [p[row.id] for p in tables.profiles.values() if row.id in p]
            lacking = [key for key in told if not any(getattr(r, key) for r in rows)]
            lacking += [key for key in ("why_zh", "why_en") if not getattr(row, key)]
            if lacking:
                yield f"{name}: {row.id}: lacks {', '.join(lacking)}"


ORIGINS = frozenset({"server", "typed-in", "uploaded", "web"})
"""How data may come without a call that reads it."""
WITHOUT_CODE = frozenset({"channel-build", "server-service", "web-service"})
"""How a service may be used without its SDK in the package."""


def _excuses(tables: Tables) -> Iterator[str]:
    """How a thing may be had without a trace is one of the known ways, and has its words."""
    for row in tables.data_types.values():
        yield from _unknown_ways(row.id, row.origins, ORIGINS, tables)
    for category in tables.sdk_categories.values():
        yield from _unknown_ways(category.id, category.without_code, WITHOUT_CODE, tables)


def _unknown_ways(
    row: str, ways: tuple[str, ...], known: frozenset[str], tables: Tables
) -> Iterator[str]:
    for way in ways:
        if way not in known or f"reason.{way}" not in tables.messages:
            yield f"{row}: {way!r} is none of {', '.join(sorted(known))}"


def _profile_doubts(tables: Tables) -> Iterator[str]:
    """What lowers severity or confidence is a known doubt, once, and really lowers it."""
    for name, profile in tables.profiles.items():
        for row in profile.values():
            for scale, base, entries in (
                (Severity, row.severity, row.severity_lowered),
                (Confidence, row.confidence, row.confidence_lowered),
            ):
                problem = _lowering_problem(scale, base, entries)
                if problem:
                    yield f"{name}: {row.id}: {problem}"


def _lowering_problem(
    scale: type[Severity] | type[Confidence], base: Severity | Confidence, entries: tuple[str, ...]
) -> str | None:
    order = list(scale)
    doubts = [entry.partition(": ")[0] for entry in entries]
    if not set(doubts) <= set(Doubt) or len(set(doubts)) < len(doubts):
        known = ", ".join(Doubt)
        return f"doubts must be of {known}, each at most once: {', '.join(entries)}"
    for entry in entries:
        level = entry.partition(": ")[2]
        if level not in order or order.index(scale(level)) <= order.index(scale(base)):
            return f"{entry!r} does not lower {base!s}"
    return None


def _profile_rules(tables: Tables) -> Iterator[str]:
    """A row of a profile is about a rule that there is."""
    from apkcheck.rules import RULES

    for name, profile in tables.profiles.items():
        yield from (f"{name}: {rule}: no such rule" for rule in profile if rule not in RULES)


def _notices(tables: Tables) -> Iterator[str]:
    """A phrase of a notice begins with the authority that words it so; one phrase of each."""
    for name, profile in tables.profiles.items():
        for row in profile.values():
            authorities = [notice.partition(": ")[0] for notice in row.notices]
            if not set(authorities) <= AUTHORITIES or len(set(authorities)) < len(authorities):
                yield f"{name}: {row.id}: notices must be one 'authority: phrase' of each authority"


def _data_safety_examples(tables: Tables) -> Iterator[str]:
    """The line of an export must choose the row's own response to its own question."""
    for row in tables.data_safety.values():
        question, response, *_ = row.example.split(",")
        if response != row.id or (row.category or question) != question:
            yield f"{row.id}: the example does not choose it: {row.example!r}"


def _checklist_rules(tables: Tables) -> Iterator[str]:
    """Items of the checklist name rules that there are; a person is told what to look at."""
    from apkcheck.rules import RULES

    for row in tables.checklist.values():
        for rule in (*row.violated_by, *row.hinted_by):
            if rule not in RULES:
                yield f"{row.id}: {rule}: no such rule"
        if not row.manual and not row.proved_by:
            yield f"{row.id}: says neither what proves it nor what a person has to look at"


def _clause_texts(tables: Tables) -> Iterator[str]:
    """Only verified wording may be kept as wording."""
    for row in tables.clauses.values():
        if row.text and not row.verified:
            yield f"{row.id}: has a text that was not verified"
        if row.verified and not row.text:
            yield f"{row.id}: is verified but has no text"


def _app_type_examples(tables: Tables) -> Iterator[str]:
    """The example is one type's own; a permission that guards nothing needs no justification."""
    for row in tables.app_types.values():
        named = [r.id for r in tables.app_types.values() if f"{r.zh}，" in row.example]
        if named != [row.id] or row.service not in row.example:
            yield f"{row.id}: the example {row.example!r} does not name this type and its service"
        for name in row.permissions:
            held = tables.permissions[name]
            if held.protection != "dangerous" and not (held.special or held.regulated):
                yield f"{row.id}: {name} needs no justification: any app may hold it"


Check = Callable[[Tables], Iterable[str]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("apis", _api_examples),
    ("app_types", _app_type_examples),
    ("checklist", _checklist_rules),
    ("clauses", _clause_texts),
    ("data_safety", _data_safety_examples),
    ("data_types", _data_coverage),
    ("data_types", _data_examples),
    ("data_types", _excuses),
    ("packers", _packer_examples),
    ("permission_labels", _label_examples),
    ("permissions", _permission_examples),
    ("permissions", _permission_facts),
    ("profiles", _notices),
    ("profiles", _profile_doubts),
    ("profiles", _profile_placeholders),
    ("profiles", _profile_rules),
    ("profiles", _profile_texts),
    ("purposes", _purpose_cues),
    ("purposes", _purpose_examples),
    ("sdk_categories", _category_cues),
    ("sdk_categories", _category_examples),
    ("sdks", _sdk_examples),
    ("sdks", _sdk_names),
    ("sdks", _sdk_nesting),
    ("sdks", _sdk_proof),
    ("sdks", _untraced_sdks),
    ("sources", _named_sources),
    ("sources", _source_dates),
    ("words", _word_examples),
)
"""Every check with the table that it belongs to."""
