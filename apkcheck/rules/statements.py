"""What a policy says as a whole: its statements by topic, and the documents that count as it."""

from __future__ import annotations

import functools

from apkcheck.model import Claim, Document, Doubt, Grade, Severity, Subject, SubjectKind
from apkcheck.rules.case import Case, Draft
from apkcheck.rules.texts import Text
from apkcheck.text import fold

_KIND = "statement-"


def policy_documents(case: Case) -> tuple[Document, ...]:
    """The documents without forms, and without what is only an annex, such as a list of SDKs.

    An annex alone is no policy: what it does not say may well stand in the policy.
    """
    return tuple(text.document for text in _policy_texts(case))


@functools.lru_cache(maxsize=2)
def _policy_texts(case: Case) -> tuple[Text, ...]:
    return tuple(
        text
        for text in case.texts
        if not any(block.kind == "answer" for block in text.blocks)
        and not (
            text.document.title
            and text.words.pattern("annex-title").search(fold(text.document.title))
        )
    )


def statements(case: Case, topic: str) -> tuple[Claim, ...]:
    """The statements about a topic, in text order."""
    return case.statement_claims.get(topic, ())


def can_tell(case: Case, topic: str) -> bool:
    """Whether there is a policy in a language that the tables have words for the topic in."""
    kind = _KIND + topic
    return any(kind in text.words.kinds(kind) for text in _policy_texts(case))


def mentions(case: Case, kind: str, *, outside: str | None = None) -> bool:
    """Whether a policy has any of a kind of words anywhere, but in turns of another kind."""
    return any(text.mentions(kind, outside=outside) for text in _policy_texts(case))


def supplied(case: Case, reference: str) -> bool:
    """Whether a document that the policy refers to, 《…》, is among those that were given."""
    name = fold(reference).strip("《》")
    titles = [fold(document.title) for document in case.documents if document.title]
    return any(name in title or title in name for title in titles)


def about_policy(
    topic: str,
    severity: Severity,
    message: str,
    claims: tuple[Claim, ...] = (),
    **values: str,
) -> Draft:
    """A finding about the policy itself: what it says by ``claims``, or that it says nothing."""
    return Draft(
        subject=Subject(SubjectKind.POLICY, topic),
        severity=severity,
        message=message,
        values=values,
        grade=Grade.EXPLICIT if claims else Grade.ABSENT,
        claims=claims,
        doubts=frozenset(() if claims else {Doubt.POLICY_SILENT}),
    )
