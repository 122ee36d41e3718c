"""Rules about what every policy has to say: who, how long, which rights, how to complain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from apkcheck.model import Claim, Grade, SectionRole, Severity
from apkcheck.rules.case import Case, Draft
from apkcheck.rules.statements import about_policy, can_tell, mentions, policy_documents, statements

RIGHTS = ("access", "copy", "correct", "delete")
"""The rights that a policy has to tell how to use, by the topics of their statements."""

_GRAVE_RIGHTS = frozenset({"correct", "delete"})
"""Those that the 认定方法 asks for by name."""


def controller_missing(case: Case) -> Iterator[Draft]:
    """No company is named as the operator."""
    if not any(document.operator for document in policy_documents(case)):
        yield from _missing(case, "controller", Severity.HIGH)


def contact_missing(case: Case) -> Iterator[Draft]:
    """No telephone number, address or form to reach the operator."""
    if not any(document.contact for document in policy_documents(case)):
        yield from _missing(case, "contact", Severity.MEDIUM)


def dates_missing(case: Case) -> Iterator[Draft]:
    """Neither a date of publication or update nor one from which it applies."""
    documents = policy_documents(case)
    if documents and not any(d.updated or d.effective for d in documents):
        yield about_policy("dates", Severity.LOW, "dates-missing")


def retention_missing(case: Case) -> Iterator[Draft]:
    """How long data is kept: not said, or only in words that fix no time (最短时间).

    What a law has everybody keep (logs for six months) says nothing of the rest.
    """
    vague = statements(case, "retention")
    if _without(case, "retention-specific", "retention-statutory"):
        return
    if not vague:
        yield from _missing(case, "retention", Severity.MEDIUM)
    else:
        told = statements(case, "retention-vague") or vague
        draft = about_policy("retention", Severity.LOW, "retention-missing.vague", told)
        yield replace(draft, grade=Grade.UMBRELLA)


def withdraw_missing(case: Case) -> Iterator[Draft]:
    """No way to take back consent."""
    yield from _missing(case, "withdraw", Severity.MEDIUM)


def rights_missing(case: Case) -> Iterator[Draft]:
    """Rights to see, copy, correct or delete one's data that the policy does not mention."""
    lacking = [r for r in RIGHTS if can_tell(case, r) and not statements(case, r)]
    if lacking:
        grave = bool(_GRAVE_RIGHTS & set(lacking)) or len(lacking) == len(RIGHTS)
        names = case.join(case.tables.message(f"right.{right}", case.lang) for right in lacking)
        severity = Severity.MEDIUM if grave else Severity.LOW
        yield about_policy("rights", severity, "rights-missing", rights=names)


def cancel_missing(case: Case) -> Iterator[Draft]:
    """An app with accounts whose policy does not say how to cancel one."""
    if mentions(case, "account-word", outside="account-none"):
        yield from _missing(case, "cancellation", Severity.HIGH, message="cancel-missing")


def cancellation_condition(case: Case) -> Iterator[Draft]:
    """Cancelling an account asks for papers that opening one did not."""
    yield from _stated(case, "cancellation-condition", Severity.MEDIUM, "cancellation-condition")


def complaint_missing(case: Case) -> Iterator[Draft]:
    """No channel for complaints."""
    yield from _missing(case, "complaint", Severity.MEDIUM)


def deadline_missing(case: Case) -> Iterator[Draft]:
    """No time is promised within which requests and complaints are answered."""
    yield from _missing(case, "deadline", Severity.LOW)


def response_over_15d(case: Case) -> Iterator[Draft]:
    """A promised time that is longer than fifteen working days."""
    yield from _stated(case, "deadline-long", Severity.MEDIUM, "response-over-15d")


def child_rules_missing(case: Case) -> Iterator[Draft]:
    """Nothing about minors, and nothing that says they may not use the app."""
    yield from _missing(case, "minors", Severity.MEDIUM, message="child-rules-missing")


def cross_border_undisclosed(case: Case) -> Iterator[Draft]:
    """Data goes abroad, and whoever gets it is not named; or it is also said not to."""
    abroad = statements(case, "cross-border")
    if not abroad:
        return
    denied = statements(case, "cross-border-denied")
    if denied:
        message = "cross-border-undisclosed.contradiction"
        other = " ".join(denied[0].quote.split())
        claims = (*abroad[:1], *denied[:1])
        yield about_policy("cross-border", Severity.MEDIUM, message, claims, other=other)
    elif not statements(case, "cross-border-recipient"):
        yield about_policy("cross-border", Severity.MEDIUM, "cross-border-undisclosed", abroad)


def personalized_no_optout(case: Case) -> Iterator[Draft]:
    """Content or advertising is personalised, and no way to switch that off is told."""
    personalised = statements(case, "personalisation")
    if personalised and not statements(case, "personalisation-optout"):
        severity = Severity.HIGH if len(personalised) > 1 else Severity.MEDIUM
        yield about_policy("personalisation", severity, "personalized-no-optout", personalised)


def consent_by_use(case: Case) -> Iterator[Draft]:
    """Using the app is taken for consent to the policy."""
    taken = _without(case, "consent-by-use", "consent-express")
    if taken:
        yield about_policy("consent-by-use", Severity.HIGH, "consent-by-use", taken)


def sdk_list_missing(case: Case) -> Iterator[Draft]:
    """The app embeds SDKs and the policy has no list of them, nor refers to one."""
    listed = any(claim.section_role is SectionRole.SDK_LIST for claim in case.claims)
    named = {claim.subject for claim in case.recipient_claims if claim.named}
    told = listed or len(named) > 1 or statements(case, "sdk-list")
    if case.evidence.sdks and can_tell(case, "sdk-list") and not told:
        names = case.join(sdk.name for sdk in case.evidence.sdks)
        draft = about_policy("sdk-list", Severity.LOW, "sdk-list-missing", sdks=names)
        pointers = (f"/evidence/sdks/{index}" for index in range(len(case.evidence.sdks)))
        yield replace(draft, evidence=tuple(pointers))


def dual_list_missing(case: Case) -> Iterator[Draft]:
    """No mention of the list of what was collected and of what is shared (双清单)."""
    yield from _missing(case, "dual-list", Severity.LOW)


def _missing(
    case: Case, topic: str, severity: Severity, *, message: str | None = None
) -> Iterator[Draft]:
    """A topic of which no document says anything, though its language has words for it."""
    if can_tell(case, topic) and not statements(case, topic):
        yield about_policy(topic, severity, message or f"{topic}-missing")


def _without(case: Case, topic: str, other: str) -> tuple[Claim, ...]:
    """The statements about a topic whose sentence does not also state another."""
    passed_over = {(claim.policy, claim.start) for claim in statements(case, other)}
    return tuple(c for c in statements(case, topic) if (c.policy, c.start) not in passed_over)


def _stated(case: Case, topic: str, severity: Severity, message: str) -> Iterator[Draft]:
    """A topic that a policy should not state."""
    claims = statements(case, topic)
    if claims:
        yield about_policy(topic, severity, message, claims)
