"""Claims of a Data safety form: which data it says is collected or shared, and what for."""

from __future__ import annotations

from collections.abc import Iterator

from apkcheck.model import (
    FIRST_PARTY,
    Action,
    Block,
    Claim,
    ClaimKind,
    Document,
    Grade,
    Platform,
    Polarity,
    SectionRole,
)
from apkcheck.tables import Tables

_USAGE = "PSL_DATA_USAGE_RESPONSES"
_ACTIONS = {
    "PSL_DATA_USAGE_ONLY_COLLECTED": Action.COLLECT,
    "PSL_DATA_USAGE_ONLY_SHARED": Action.SHARE,
}
_STATEMENTS = {
    "PSL_ACCOUNT_DELETION_URL": "cancellation",
    "PSL_DATA_DELETION_URL": "delete",
}
"""Questions whose answer, an address, states a topic of policies."""


def is_form(document: Document) -> bool:
    """Whether a document is a form of answers rather than a text."""
    return any(block.kind == "answer" for block in document.blocks)


def form_claims(document: Document, index: int, tables: Tables) -> Iterator[Claim]:
    """The claims of a form. The developer answers for all code of the app: one party."""
    answers = [_cells(document, block) for block in document.blocks]
    given = [(b, a) for b, a in zip(document.blocks, answers, strict=True) if _says_yes(a)]
    usage = _usage([answer for _, answer in given])
    for block, answer in given:
        question, response = answer[0], answer[1]
        row = tables.data_safety.get(response)
        if question in _STATEMENTS:
            topic = _STATEMENTS[question]
            yield _claim(document, index, block, ClaimKind.STATEMENT, topic, answer[2], ())
        elif row is not None and row.kind == "type" and question == row.category:
            actions = usage.get((response, "actions")) or {Action.COLLECT.value}
            purposes = sorted(
                {
                    purpose
                    for chosen in usage.get((response, "purposes"), ())
                    for purpose in tables.data_safety[chosen].purposes
                    if chosen in tables.data_safety
                }
            )
            for action in sorted(actions):
                for data_type in row.data_types:
                    yield _claim(
                        document,
                        index,
                        block,
                        ClaimKind.DATA,
                        data_type,
                        response,
                        tuple(purposes),
                        Action(action),
                    )


def _usage(answers: list[tuple[str, ...]]) -> dict[tuple[str, str], set[str]]:
    """What is told of the use of each type: its actions and the ids of its purposes."""
    found: dict[tuple[str, str], set[str]] = {}
    for question, response, *_ in answers:
        head, _, rest = question.partition(":")
        data_type, _, asked = rest.partition(":")
        if head != _USAGE:
            continue
        if response in _ACTIONS:
            found.setdefault((data_type, "actions"), set()).add(_ACTIONS[response].value)
        elif asked.endswith("_PURPOSE"):
            found.setdefault((data_type, "purposes"), set()).add(response)
    return found


def _cells(document: Document, block: Block) -> tuple[str, ...]:
    """The question, the response and the value of an answer; missing ones are empty."""
    cells = [document.text[start:end] for start, end in block.cells[:3]]
    plain = [c[1:-1].replace('""', '"') if c[:1] == '"' else c.strip() for c in cells]
    return (*plain, *[""] * (3 - len(plain)))


def _says_yes(answer: tuple[str, ...]) -> bool:
    """Whether a response was chosen, or a question without choices was answered."""
    value = answer[2].lower()
    return value == "true" if answer[1] else bool(value) and value != "false"


def _claim(
    document: Document,
    index: int,
    block: Block,
    kind: ClaimKind,
    subject: str,
    surface: str,
    purposes: tuple[str, ...],
    action: Action = Action.COLLECT,
) -> Claim:
    quote = document.text[block.start : block.end]
    at = max(document.text.find(surface, block.start, block.end), block.start)
    return Claim(
        id="",
        kind=kind,
        subject=subject,
        surface=surface,
        action=action,
        polarity=Polarity.ASSERTS,
        party=FIRST_PARTY,
        purposes=purposes,
        platform=Platform.ANDROID,
        section_role=SectionRole.COLLECTION,
        grade=Grade.EXPLICIT,
        policy=index,
        start=block.start,
        end=block.end,
        quote=quote,
        surface_start=at,
        surface_end=at + len(surface),
    )
