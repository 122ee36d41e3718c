"""Rules: evidence and claims to findings. Each rule is one pure function of a ``Case``.

To add a rule: write the function, name it here, add its row to ``mappings/profiles/``, its words
to ``mappings/messages.json`` and its page to ``docs/rules/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from apkcheck.model import Finding
from apkcheck.rules import (
    apptypes,
    completeness,
    consent,
    contradictions,
    data,
    permissions,
    policy,
    purposes,
    sdks,
    sharing,
)
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
    "app-list-profiling": purposes.app_list_profiling,
    "autostart-assoc": policy.autostart,
    "cancel-missing": completeness.cancel_missing,
    "cancellation-condition": completeness.cancellation_condition,
    "chapter-duplicated": policy.chapter_duplicated,
    "chapter-misplaced": policy.chapter_misplaced,
    "child-rules-missing": completeness.child_rules_missing,
    "clipboard-undisclosed": data.clipboard_undisclosed,
    "complaint-missing": completeness.complaint_missing,
    "consent-before-collect": consent.before_collect,
    "consent-by-use": completeness.consent_by_use,
    "contact-missing": completeness.contact_missing,
    "controller-missing": completeness.controller_missing,
    "cross-border-undisclosed": completeness.cross_border_undisclosed,
    "data-api-unavailable": data.api_unavailable,
    "data-definition-only": data.definition_only,
    "data-denied": data.denied,
    "data-frequency-background": data.background_collection,
    "data-not-pi-claim": data.not_personal,
    "data-overdeclared": data.overdeclared,
    "data-platform-mismatch": data.platform_mismatch,
    "data-umbrella-only": data.umbrella_only,
    "data-undisclosed": data.undisclosed,
    "data-vague-enumeration": data.vague_enumeration,
    "dates-missing": completeness.dates_missing,
    "deadline-missing": completeness.deadline_missing,
    "dual-list-missing": completeness.dual_list_missing,
    "forced-consent": apptypes.forced_consent,
    "linked-document-missing": policy.linked_document_missing,
    "permission-background-location": permissions.background_location,
    "permission-forced": apptypes.permission_forced,
    "permission-implied": permissions.implied,
    "permission-label-ambiguous": permissions.label_ambiguous,
    "permission-no-purpose": permissions.no_purpose,
    "permission-off-type": apptypes.permission_off_type,
    "permission-overdeclared": permissions.overdeclared,
    "permission-undisclosed": permissions.undisclosed,
    "permission-unused": permissions.unused,
    "personalized-no-optout": completeness.personalized_no_optout,
    "policy-change-clause": policy.change_clause,
    "policy-contradiction": contradictions.contradiction,
    "policy-hard-to-read": policy.hard_to_read,
    "policy-missing": policy.missing,
    "policy-outdated": policy.outdated,
    "policy-third-party-disclaim": policy.third_party_disclaim,
    "purpose-generic": purposes.generic,
    "purpose-mismatch": purposes.mismatch,
    "purpose-missing": purposes.missing,
    "recipient-unnamed": sharing.unnamed,
    "response-over-15d": completeness.response_over_15d,
    "retention-missing": completeness.retention_missing,
    "rights-missing": completeness.rights_missing,
    "sdk-inaccurate": sdks.inaccurate,
    "sdk-linked-only": sdks.linked_only,
    "sdk-list-missing": completeness.sdk_list_missing,
    "sdk-overdeclared": sdks.overdeclared,
    "sdk-undisclosed": sdks.undisclosed,
    "sensitive-no-necessity": purposes.sensitive_without_necessity,
    "share-denied": sharing.denied,
    "withdraw-missing": completeness.withdraw_missing,
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
