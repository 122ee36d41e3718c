"""Rules about the policy as a text: whether there is one, of which age, and how it is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from apkcheck.model import (
    Grade,
    SectionRole,
    Severity,
    Strength,
    Subject,
    SubjectKind,
)
from apkcheck.rules.case import Case, Draft
from apkcheck.rules.statements import about_policy, mentions, policy_documents, statements, supplied

PIPL_IN_FORCE = "2021-11-01"
"""ISO date from which the 个人信息保护法 applies (its article 74)."""

_BOOT = "android.intent.action.BOOT_COMPLETED"
_BOOT_PERMISSION = "android.permission.RECEIVE_BOOT_COMPLETED"


def missing(case: Case) -> Iterator[Draft]:
    """No policy was given; the check of an app without one ends here."""
    if not case.documents:
        held = case.evidence.permissions
        pointers = tuple(f"/evidence/permissions/{index}" for index in range(len(held)))
        yield Draft(
            subject=Subject(SubjectKind.POLICY, "policy"),
            severity=Severity.HIGH,
            message="policy-missing",
            values={
                "permissions": str(len(held)),
                "sdks": str(len(case.evidence.sdks)),
                "types": str(len(case.calls_by_data)),
            },
            grade=Grade.ABSENT,
            strength=Strength.PERMISSION_HELD if pointers else None,
            evidence=pointers,
        )


def outdated(case: Case) -> Iterator[Draft]:
    """The policy rests on a withdrawn standard, or is older than the law in force."""
    cited = statements(case, "outdated-standard")
    if cited:
        message = "policy-outdated.standard"
        yield about_policy("outdated", Severity.LOW, message, cited, standard=cited[0].surface)
        return
    dates = [d for doc in policy_documents(case) for d in (doc.updated, doc.effective) if d]
    if dates and max(dates) < PIPL_IN_FORCE:
        yield about_policy("outdated", Severity.LOW, "policy-outdated", date=max(dates))


def third_party_disclaim(case: Case) -> Iterator[Draft]:
    """The list of permissions leaves out what third parties' code uses."""
    disclaimed = statements(case, "third-party-disclaim")
    if disclaimed:
        subject = "third-party-permissions"
        yield about_policy(subject, Severity.MEDIUM, "policy-third-party-disclaim", disclaimed)


def change_clause(case: Case) -> Iterator[Draft]:
    """Going on using the app is taken for consent to a changed policy."""
    forced = statements(case, "policy-change-forced")
    if forced:
        yield about_policy("policy-change", Severity.LOW, "policy-change-clause", forced)


def hard_to_read(case: Case) -> Iterator[Draft]:
    """Left-over markup stands in the text that people are to read."""
    broken = statements(case, "broken-markup")
    if broken:
        yield about_policy("readability", Severity.LOW, "policy-hard-to-read", broken)


def linked_document_missing(case: Case) -> Iterator[Draft]:
    """The policy refers to rules of its own that were not supplied, other than lists of SDKs."""
    absent = [c for c in statements(case, "linked-rules") if not supplied(case, c.surface)]
    if absent:
        titles = case.join(dict.fromkeys(c.surface for c in absent))
        draft = about_policy(
            "linked-document",
            Severity.INFO,
            "linked-document-missing",
            tuple(absent),
            document=titles,
        )
        yield replace(draft, grade=Grade.LINKED_DOCUMENT_MISSING)


def chapter_duplicated(case: Case) -> Iterator[Draft]:
    """A document holds the policy twice, as when two versions were joined."""
    for document in case.documents:
        if document.copies > 1:
            count = str(document.copies)
            yield about_policy("chapters", Severity.LOW, "chapter-duplicated", count=count)
            return


def chapter_misplaced(case: Case) -> Iterator[Draft]:
    """What is said of the app's own cookies stands in the chapter on sharing."""
    misplaced = tuple(
        c for c in statements(case, "own-cookies") if c.section_role is SectionRole.SHARING
    )
    if misplaced:
        yield about_policy("cookie", Severity.INFO, "chapter-misplaced", misplaced)


def autostart(case: Case) -> Iterator[Draft]:
    """The app starts with the device, and the policy does not say so."""
    receivers = [
        f"/evidence/components/{index}"
        for index, component in enumerate(case.evidence.components)
        if component.kind == "receiver" and _BOOT in component.actions
    ]
    held = [
        f"/evidence/permissions/{index}"
        for index, use in enumerate(case.evidence.permissions)
        if use.name == _BOOT_PERMISSION
    ]
    if receivers and held and policy_documents(case) and not mentions(case, "statement-autostart"):
        draft = about_policy(
            "autostart", Severity.MEDIUM, "autostart-assoc", count=str(len(receivers))
        )
        yield replace(draft, strength=Strength.PERMISSION_HELD, evidence=(*held, *receivers))
