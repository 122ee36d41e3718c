"""The command line. It alone prints, and turns errors into exit codes."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from apkcheck import __version__
from apkcheck.errors import ApkcheckError, UsageError
from apkcheck.formats import BINARY, FORMATS

if TYPE_CHECKING:
    from apkcheck.formats import Style
    from apkcheck.model import Claim, Document, Evidence, Report
    from apkcheck.progress import Progress
    from apkcheck.tables import Tables

EXIT_FINDINGS = 1
EXIT_INPUT = 3

LEVELS = ("high", "medium", "low", "info", "never")
APP_TYPES = tuple(f"T{n:02}" for n in range(1, 40))
PIPE_WIDTH = 120
"""Columns of a table that goes to a file or a pipe."""

_Command = TypeVar("_Command", bound=Callable[..., Any])
_INPUT = click.Path(path_type=Path)


class _ProfileName(click.ParamType):  # type: ignore[type-arg]
    """The name of a profile; which there are is known when the tables are loaded."""

    name = "profile"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        from apkcheck.tables import profile_names

        return "|".join(profile_names())


_profile = click.option(
    "--profile",
    type=_ProfileName(),
    default="cn",
    show_default=True,
    help="Which rules and clauses apply.",
)

_lang = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of titles and messages.",
)
_mappings = click.option(
    "--mappings", type=_INPUT, metavar="DIR", help="Further mapping tables, laid over the shipped."
)
_output = click.option(
    "--output", "-o", type=_INPUT, metavar="PATH", help="Write here instead of to stdout."
)
_verbose = click.option("--verbose", "-v", is_flag=True, help="Show all evidence and remedies.")


def _format(names: Iterable[str], default: str = "table") -> Callable[[_Command], _Command]:
    return click.option(
        "--format",
        "format_",
        type=click.Choice(list(names)),
        default=default,
        show_default=True,
        help="Form of the result.",
    )


_listing_format = _format(("table", "json"))


_knowledge_format = click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="Form of the result.",
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
)
@click.version_option(__version__, prog_name="apkcheck")
def cli() -> None:
    """Find where an Android app and its privacy policy disagree, offline.

    Exit codes: 0 nothing at or above --fail-on; 1 findings at or above it; 2 the command line,
    configuration or tables are wrong; 3 an input could not be read.
    """


@cli.command()
@click.argument("apk", type=_INPUT)
@click.option(
    "--policy",
    "policies",
    type=_INPUT,
    multiple=True,
    metavar="FILE",
    help="A document of the policy (text, Markdown, HTML, DOCX, PDF), a Data safety form (CSV), or "
    "'auto' for those inside the app; may be given several times.",
)
@_format(FORMATS)
@_output
@_profile
@click.option(
    "--app-type",
    type=click.Choice(APP_TYPES),
    metavar="T01…T39",
    help="The app's type among the 39 of the regulation: judges what it needs.",
)
@_lang
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="high",
    show_default=True,
    help="Least severity that makes the exit code 1.",
)
@click.option("--strict", is_flag=True, help="Treat gaps and packed apps as unreadable input (3).")
@_verbose
@_mappings
def check(
    apk: Path,
    policies: tuple[Path, ...],
    format_: str,
    output: Path | None,
    profile: str,
    app_type: str | None,
    lang: str,
    fail_on: str,
    strict: bool,
    verbose: bool,
    mappings: Path | None,
) -> int:
    """Audit an APK against its privacy policy."""
    from apkcheck.check import check_app
    from apkcheck.formats import render

    _check_output(output, format_)
    tables = _tables(mappings)
    _check_profile(profile, tables)
    with _progress() as progress:
        outcome = check_app(
            *(apk, policies, tables),
            lang=lang,
            profile=profile,
            app_type=app_type,
            progress=progress,
        )
        report = outcome.report
        progress(f"writing {format_}")
        result = render(format_, report, _style(output, verbose))
    _write(result, output)
    for error in outcome.errors:
        _complain(error)
    if not policies:
        _offer(apk, report.evidence)
    if outcome.errors or (strict and _incomplete(apk, report.evidence)):
        return EXIT_INPUT
    return EXIT_FINDINGS if _fails(report, fail_on) else 0


@cli.command()
@click.argument("apk", type=_INPUT)
@_listing_format
@_output
@_lang
@click.option("--strict", is_flag=True, help="Treat gaps and packed apps as unreadable input (3).")
@_verbose
@_mappings
def apk(
    apk: Path,
    format_: str,
    output: Path | None,
    lang: str,
    strict: bool,
    verbose: bool,
    mappings: Path | None,
) -> int:
    """Show the evidence of an APK alone."""
    from apkcheck.check import read_app, tool_of

    _check_writable(output)
    tables = _tables(mappings)
    with _progress() as progress:
        progress(f"reading {apk.name}")
        app, evidence = read_app(apk, tables, lang)
    if format_ == "json":
        from apkcheck.formats.json_report import evidence_as_json

        text = evidence_as_json(app, evidence, tool_of(tables))
    else:
        from apkcheck.formats.listing import evidence_table

        text = evidence_table(app, evidence, tables, lang, _style(output, verbose))
    _write(text, output)
    return EXIT_INPUT if strict and _incomplete(apk, evidence) else 0


@cli.command()
@click.argument("files", type=_INPUT, nargs=-1, required=True, metavar="FILE...")
@_format(("table", "json", "html"))
@click.option(
    "--text", "as_text", is_flag=True, help="Print the text that offsets of claims count in."
)
@_output
@_lang
@_verbose
@_mappings
def policy(
    files: tuple[Path, ...],
    format_: str,
    as_text: bool,
    output: Path | None,
    lang: str,
    verbose: bool,
    mappings: Path | None,
) -> int:
    """Show the claims of a policy alone."""
    from apkcheck.check import claims_of, read_documents

    _check_writable(output)
    tables = _tables(mappings)
    documents, errors = read_documents(files, tables)
    for _, error in errors:
        _complain(error)
    if documents:
        if as_text:
            text = "".join(document.text for document in documents)
        else:
            with _progress() as progress:
                progress("reading the policy")
                claims = claims_of(documents, tables)
            text = _claims_as(format_, documents, claims, tables, lang, _style(output, verbose))
        _write(text, output)
    return EXIT_INPUT if errors else 0


def _claims_as(
    format_: str,
    documents: tuple[Document, ...],
    claims: tuple[Claim, ...],
    tables: Tables,
    lang: str,
    style: Style,
) -> str:
    from apkcheck.check import tool_of

    if format_ == "json":
        from apkcheck.formats.json_report import claims_as_json

        return claims_as_json(documents, claims, tool_of(tables))
    if format_ == "html":
        from apkcheck.formats.policy_page import policy_page

        return policy_page(documents, claims, tables, lang)
    from apkcheck.formats.listing import claims_table

    return claims_table(documents, claims, tables, lang, style)


@cli.command()
@click.argument("report", type=_INPUT, metavar="REPORT.json")
@_format(FORMATS)
@_output
@_verbose
def render(report: Path, format_: str, output: Path | None, verbose: bool) -> int:
    """Show a saved JSON report in another format, without the APK.

    The report keeps its language; what comes out is what 'check' would have written.
    """
    from apkcheck.formats import render as rendered
    from apkcheck.saved_report import read_report

    _check_output(output, format_)
    with _progress() as progress:
        progress(f"reading {report.name}")
        result = rendered(format_, read_report(report), _style(output, verbose))
    _write(result, output)
    return 0


@cli.command()
@click.argument("apk", type=_INPUT)
@click.option(
    "--policy",
    "policies",
    type=_INPUT,
    multiple=True,
    metavar="FILE",
    help="The policy so far: only what it lacks is written.",
)
@_format(("markdown", "html"), default="markdown")
@_output
@_lang
@_mappings
def draft(
    apk: Path,
    policies: tuple[Path, ...],
    format_: str,
    output: Path | None,
    lang: str,
    mappings: Path | None,
) -> int:
    """Write what a policy lacks, for a person to complete.

    Tables of permissions, collected information and SDKs; html pastes into word processors.
    """
    from apkcheck.check import check_app
    from apkcheck.draft import DRAFT_FORMATS, draft_of

    _check_writable(output)
    with _progress() as progress:
        tables = _tables(mappings)
        outcome = check_app(apk, policies, tables, lang=lang, progress=progress)
    for error in outcome.errors:
        _complain(error)
    if outcome.errors:
        return EXIT_INPUT
    _write(DRAFT_FORMATS[format_](draft_of(outcome.report)), output)
    return 0


@cli.command()
@click.argument("rule")
@_profile
@_lang
@_mappings
def explain(rule: str, profile: str, lang: str, mappings: Path | None) -> int:
    """Say what a rule means, which clauses it touches and how to mend it."""
    from apkcheck.formats.explanation import explain_rule

    tables = _tables(mappings)
    _check_profile(profile, tables)
    style = _style(None, verbose=False)
    _write(explain_rule(rule, tables, lang, style, profile=profile), None)
    return 0


@cli.group(name="mappings", no_args_is_help=False)
def mappings_group() -> None:
    """Look at the mapping tables."""


@mappings_group.command()
@_mappings
def lint(mappings: Path | None) -> int:
    """Check every row of the tables; list all problems with file and line."""
    from apkcheck.lint import lint_tables

    problems, rows = lint_tables(mappings)
    for problem in problems:
        _say(problem)
    if problems:
        return 2
    click.echo(f"{rows} rows, no problems")
    return 0


@mappings_group.command()
@click.argument("row", metavar="ID")
@_knowledge_format
@_lang
@_verbose
@_mappings
def show(row: str, format_: str, lang: str, verbose: bool, mappings: Path | None) -> int:
    """Show all that the tables say of an id, and which rows name it.

    The id of any row, or the short name of a permission (READ_PHONE_STATE).
    """
    from apkcheck.formats.knowledge import rows_as_json, rows_table
    from apkcheck.tables.search import rows_named

    tables = _tables(mappings)
    rows = rows_named(tables, row)
    if not rows:
        raise UsageError(f"{row!r}: no row has this id; find it with 'apkcheck mappings search'")
    if format_ == "json":
        _write(rows_as_json(rows, tables), None)
    else:
        _write(rows_table(rows, tables, lang, _style(None, verbose)), None)
    return 0


@mappings_group.command()
@click.argument("text")
@_knowledge_format
@_lang
@_verbose
@_mappings
def search(text: str, format_: str, lang: str, verbose: bool, mappings: Path | None) -> int:
    """Find what the tables know of a name, class, package, permission, method or word.

    That nothing is found is an answer: the exit code is 0.
    """
    from apkcheck.formats.knowledge import hits_as_json, hits_table
    from apkcheck.tables.search import search as find

    tables = _tables(mappings)
    hits = find(tables, text)
    if format_ == "json":
        _write(hits_as_json(text, hits), None)
    else:
        _write(hits_table(text, hits, tables, lang, _style(None, verbose)), None)
    return 0


def _tables(overlay: Path | None) -> Tables:
    from apkcheck.tables import load_tables

    return load_tables(overlay)


def _check_profile(profile: str, tables: Tables) -> None:
    if profile not in tables.profiles:
        known = ", ".join(tables.profiles)
        raise UsageError(f"{profile!r}: no such profile; there are {known}")


def _progress() -> Progress:
    from apkcheck.progress import Progress

    return Progress(sys.stderr, shutil.get_terminal_size().columns)


def _style(output: Path | None, verbose: bool) -> Style:
    from apkcheck.formats import Style

    on_terminal = output is None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if on_terminal else PIPE_WIDTH
    return Style(max(width, 60), verbose, color=output is None and _shows_colors(on_terminal))


def _shows_colors(on_terminal: bool) -> bool:
    """Whether to print in colours: NO_COLOR wins over FORCE_COLOR, which wins over all else."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return on_terminal and os.environ.get("TERM") != "dumb"


def _fails(report: Report, fail_on: str) -> bool:
    from apkcheck.model import Severity

    if fail_on == "never":
        return False
    return any(f.severity.rank <= Severity(fail_on).rank for f in report.findings)


def _offer(apk: Path, evidence: Evidence) -> None:
    """Says where the app itself may hold or name its policy, if none was given."""
    files = [c.value for c in evidence.policy_candidates if c.kind == "file"]
    others = [c.value for c in evidence.policy_candidates if c.kind != "file"]
    if files:
        _say(f"{apk}: holds what reads like its policy ({files[0]}); --policy auto uses it")
    elif others:
        _say(f"{apk}: names what may be its policy ({others[0]}); save it, and give it as --policy")


def _incomplete(apk: Path, evidence: Evidence) -> bool:
    """Whether any of an app could not be read; says so if it is."""
    unread = [gap.what for gap in evidence.gaps]
    if evidence.packer:
        unread.append(f"code packed by {evidence.packer}")
    if unread:
        _say(f"{apk}: could not be read in full ({', '.join(unread)}); do without --strict")
    return bool(unread)


def _check_writable(output: Path | None) -> None:
    """Says at once, not after the work, that the result would have no place to go."""
    if output is not None and (output.is_dir() or not output.parent.is_dir()):
        raise UsageError(f"{output}: cannot be written; give the path of a file in a folder")


def _check_output(output: Path | None, format_: str) -> None:
    if output is None and format_ in BINARY:
        raise UsageError(f"--format {format_} makes a binary file; name it with --output")
    _check_writable(output)


def _write(result: str | bytes, output: Path | None) -> None:
    content = result.encode("utf-8", "backslashreplace") if isinstance(result, str) else result
    if output is None:
        _print(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"{output}: cannot be written ({reason}); choose another path") from None


def _print(content: bytes) -> None:
    """Writes to stdout; that a reader stops early (``| head``) changes nothing."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # What is left in the buffer goes nowhere when the interpreter flushes it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(error: Exception) -> None:
    _say(str(error))


def _say(text: str) -> None:
    """Writes one line; what is not printable in a name is shown as its code."""
    words = " ".join(text.split())
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in words)
    sys.stderr.buffer.write(f"apkcheck: {line}\n".encode())
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and exits with its code."""
    # One run makes many objects that live to its end and hardly any cycles: looking for those
    # again and again took some five per cent of it.
    gc.set_threshold(100_000, 50, 50)
    # numpy's linear algebra, which nothing here uses, starts threads as soon as it is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run(cli, arguments))


def run(command: Callable[..., Any], arguments: list[str] | None = None) -> int:
    """Runs a command; every error becomes one sentence on stderr and a documented exit code."""
    try:
        code = command(arguments, prog_name="apkcheck", standalone_mode=False)
    except click.ClickException as error:
        _say(f"{_sentence(error)}; see 'apkcheck --help'")
        return UsageError.exit_code
    except click.Abort:
        _say("interrupted")
        return 130
    except ApkcheckError as error:
        _complain(error)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _sentence(error: click.ClickException) -> str:
    return error.format_message().rstrip(".")
