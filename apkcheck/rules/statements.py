"""What a policy says as a whole: its statements by topic, and the documents that count as it."""

from __future__ import annotations

from apkcheck.model import Claim, Document, Doubt, Grade, Severity, Subject, SubjectKind
from apkcheck.rules.case import Case, Draft
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

_KIND = "statement-"


def policy_documents(case: Case) -> tuple[Document, ...]:
    """The documents without forms, and without what is only an annex, such as a list of SDKs.

    An annex alone is no policy: what it does not say may well stand in the policy.
    """
    return tuple(
        document
        for document in case.documents
        if not any(block.kind == "answer" for block in document.blocks)
        and not (
            document.title
            and _words(case, document).pattern("annex-title").search(fold(document.title))
        )
    )


def statements(case: Case, topic: str) -> tuple[Claim, ...]:
    """The statements about a topic, in text order."""
    return case.statement_claims.get(topic, ())


def can_tell(case: Case, topic: str) -> bool:
    """Whether there is a policy in a language that the tables have words for the topic in."""
    kind = _KIND + topic
    return any(kind in _words(case, d).kinds(kind) for d in policy_documents(case))


def mentions(case: Case, kind: str) -> bool:
    """Whether a policy has any of a kind of words anywhere."""
    return any(
        _words(case, document).pattern(kind).search(fold(document.text))
        for document in policy_documents(case)
    )


def supplied(case: Case, reference: str) -> bool:
    """Whether a document that the policy refers to, 《…》, is among those that were given."""
    name = fold(reference).strip("《》")
    titles = [fold(document.title) for document in case.documents if document.title]
    return any(name in title or title in name for title in titles)


def _words(case: Case, document: Document) -> Vocabulary:
    return case.tables.en if document.language == "en" else case.tables.zh


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
