"""One app, end to end: files to evidence and claims, with tables to findings to a report."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from apkcheck import __version__
from apkcheck.errors import PolicyError
from apkcheck.model import Tool

if TYPE_CHECKING:
    from apkcheck.model import App, Claim, Document, Evidence, Gap, Report
    from apkcheck.tables import Tables

AUTO = Path("auto")
"""In place of a policy's path: the policies that the app itself carries."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and what went wrong with inputs on the way to it."""

    report: Report
    errors: tuple[PolicyError, ...]
    """Policies that could not be read; the report says so in its gaps."""


def check_app(
    apk: Path,
    policies: Sequence[Path],
    tables: Tables,
    *,
    lang: str = "zh",
    profile: str = "cn",
    app_type: str | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Outcome:
    """Compares an app with its policy.

    Args:
        apk: The APK file.
        policies: The documents that form its policy; may be empty. ``AUTO`` stands for those
            inside the app.
        tables: The mapping tables.
        lang: Language of titles and messages, ``zh`` or ``en``.
        profile: Which rules and clauses apply.
        app_type: The app's type among the 39 of the regulation, if it was told.
        progress: Is told each step as it begins.

    Raises:
        ApkError: if the APK cannot be read; a policy that cannot be read is in the outcome.
    """
    from apkcheck.catalogue import catalogue_of
    from apkcheck.model import Gap, Report
    from apkcheck.rules import (
        RULES,
        Case,
        applied_rules,
        checklist,
        coverage_of,
        judge,
        manual_items,
        profile_of,
        summarize,
    )
    from apkcheck.saved_report import well_formed

    progress(f"reading {apk.name}")
    app, evidence = read_app(apk, tables, lang)
    progress("reading the policy")
    documents, errors = read_documents(policies, tables, apk)
    gaps = (*(Gap(str(path), str(error)) for path, error in errors), *_pictures(documents))
    evidence = replace(evidence, gaps=(*evidence.gaps, *gaps))
    claims = claims_of(documents, tables)
    progress("comparing")
    case = Case(app, evidence, documents, claims, tables, lang, profile, app_type)
    findings = judge(case, policy_expected=not errors)
    catalogue = catalogue_of(
        evidence,
        claims,
        tables,
        lang,
        rules=[row for rule, row in profile_of(case).items() if rule in RULES],
        applied=applied_rules(case, policy_expected=not errors),
    )
    report = Report(
        generated_at=now(),
        lang=lang,
        profile=profile,
        app_type=app_type,
        tool=tool_of(tables),
        app=app,
        policies=documents,
        evidence=evidence,
        claims=claims,
        findings=findings,
        manual=manual_items(case),
        checklist=checklist(case, findings),
        summary=summarize(case, findings),
        coverage=coverage_of(case),
        catalogue=catalogue,
    )
    return Outcome(well_formed(report), tuple(error for _, error in errors))


def _pictures(documents: Iterable[Document]) -> Iterator[Gap]:
    """What pages of policies are pictures: nobody knows what stands there."""
    from apkcheck.model import Gap

    for document in documents:
        if document.pictures:
            pages = ", ".join(map(str, document.pictures))
            why = f"pages without text: {pages} (scanned?); run text recognition over the file"
            yield Gap(document.path, why)


def read_app(apk: Path, tables: Tables, lang: str) -> tuple[App, Evidence]:
    """Reads the evidence of one APK."""
    from apkcheck.apk import read_apk

    return read_apk(apk, tables, lang)


def read_documents(
    paths: Sequence[Path], tables: Tables, apk: Path | None = None
) -> tuple[tuple[Document, ...], tuple[tuple[Path, PolicyError], ...]]:
    """Reads policies; gives the documents, and the errors of those that could not be read.

    Args:
        paths: Of the documents; ``AUTO`` stands for those inside the app, if there is one.
        tables: The mapping tables.
        apk: The app.
    """
    from apkcheck.policy import read_policy

    documents: list[Document] = []
    errors: list[tuple[Path, PolicyError]] = []
    for path in paths:
        try:
            if apk is not None and path == AUTO:
                documents.extend(read_inside(apk, tables))
            else:
                documents.append(read_policy(path, tables))
        except PolicyError as error:
            errors.append((path, error))
    return tuple(documents), tuple(errors)


def read_inside(apk: Path, tables: Tables) -> tuple[Document, ...]:
    """Reads the policies that an app carries: of those in several languages the Chinese ones.

    Raises:
        PolicyError: if there is none that can be read.
    """
    from apkcheck.apk import policies_inside
    from apkcheck.policy import read_content

    documents: dict[str, Document] = {}
    for found in policies_inside(apk, tables):
        try:
            document = read_content(found.content, f"{apk}!{found.entry}", tables)
        except PolicyError:
            continue  # A candidate that is none; the evidence lists it all the same.
        documents.setdefault(document.sha256, document)
    if not documents:
        raise PolicyError(f"{apk}: holds no policy that can be read; give one with --policy FILE")
    chinese = [d for d in documents.values() if d.language == "zh"]
    return tuple(chinese or documents.values())


def claims_of(documents: Sequence[Document], tables: Tables) -> tuple[Claim, ...]:
    """Reads the claims of documents that together form one policy."""
    if not documents:
        return ()
    from apkcheck.claims import extract_claims

    return extract_claims(documents, tables)


def tool_of(tables: Tables) -> Tool:
    """The tool and tables that a report was made with."""
    return Tool("apkcheck", __version__, tables.digest)


def now() -> str:
    """The time of the report: UTC, ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
