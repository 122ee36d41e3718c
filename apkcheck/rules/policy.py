"""Rules about the policy as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from apkcheck.model import Confidence, Grade, Severity, Strength, Subject, SubjectKind
from apkcheck.rules.case import Case, Draft


def missing(case: Case) -> Iterator[Draft]:
    """No policy was given; the check of an app without one ends here."""
    if not case.documents:
        held = case.evidence.permissions
        pointers = tuple(f"/evidence/permissions/{index}" for index in range(len(held)))
        yield Draft(
            subject=Subject(SubjectKind.POLICY, "policy"),
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
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
