"""Rules: evidence and claims to findings. Each rule is one pure function of a ``Case``.

To add a rule: write the function, name it here, add its row to ``mappings/profiles/``, its words
to ``mappings/messages.json`` and its page to ``docs/rules/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from apkcheck.model import Finding
from apkcheck.rules import data, permissions, policy, sdks
from apkcheck.rules.case import Case, Draft
from apkcheck.rules.checklist import checklist
from apkcheck.rules.coverage import coverage_of
from apkcheck.rules.judgement import finding_of, manual_items, sort_key, summarize
from apkcheck.tables import RuleText

__all__ = [
    "RULES",
    "Case",
    "applied_rules",
    "checklist",
    "coverage_of",
    "judge",
    "manual_items",
    "profile_of",
    "summarize",
]

Rule = Callable[[Case], Iterator[Draft]]

RULES: dict[str, Rule] = {
    "clipboard-undisclosed": data.clipboard_undisclosed,
    "data-definition-only": data.definition_only,
    "data-denied": data.denied,
    "data-overdeclared": data.overdeclared,
    "data-platform-mismatch": data.platform_mismatch,
    "data-umbrella-only": data.umbrella_only,
    "data-undisclosed": data.undisclosed,
    "permission-background-location": permissions.background_location,
    "permission-implied": permissions.implied,
    "permission-label-ambiguous": permissions.label_ambiguous,
    "permission-overdeclared": permissions.overdeclared,
    "permission-undisclosed": permissions.undisclosed,
    "permission-unused": permissions.unused,
    "policy-missing": policy.missing,
    "sdk-inaccurate": sdks.inaccurate,
    "sdk-linked-only": sdks.linked_only,
    "sdk-overdeclared": sdks.overdeclared,
    "sdk-undisclosed": sdks.undisclosed,
}
"""Every rule by its id."""


def profile_of(case: Case) -> Mapping[str, RuleText]:
    """The rows of the profile that says which rules apply, how severe, and why."""
    return case.tables.profiles[case.profile]


def judge(case: Case, *, policy_expected: bool = True) -> tuple[Finding, ...]:
    """Applies every rule of the profile; the most severe findings come first.

    Args:
        case: The app and its policy.
        policy_expected: False if a policy was given that could not be read: then nothing can be
            said of what it discloses.
    """
    profile = profile_of(case)
    found = [
        finding_of(case, rule, profile[rule], draft)
        for rule in applied_rules(case, policy_expected=policy_expected)
        for draft in RULES[rule](case)
    ]
    return tuple(sorted(found, key=sort_key))


def applied_rules(case: Case, *, policy_expected: bool = True) -> tuple[str, ...]:
    """Ids of the profile's rules that have something to judge: see ``judge``."""
    if case.documents:
        profile = profile_of(case)
        return tuple(rule for rule in RULES if rule in profile)
    return ("policy-missing",) if policy_expected else ()
