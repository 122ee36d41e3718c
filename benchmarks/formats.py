"""CPU time of rendering a report with 2,000 findings, in every format.

    python benchmarks/formats.py [COUNT]

The report is the demo's, its findings and evidence repeated; the first rendering of a format, which
loads its module, counts. Prints CPU seconds and the size of each.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from apkcheck.check import check_app  # noqa: E402
from apkcheck.formats import FORMATS, Style, render  # noqa: E402
from apkcheck.model import Report  # noqa: E402
from apkcheck.saved_report import read_report  # noqa: E402
from apkcheck.tables import load_tables  # noqa: E402
from fixtures import demo  # noqa: E402


def many(report: Report, count: int) -> Report:
    """The report with so many findings, each with words of its own."""
    source = report.findings
    findings = tuple(
        replace(
            source[n % len(source)],
            id=source[n].id if n < len(source) else f"{n:016x}",
            message=f"{source[n % len(source)].message} ({n})",
            remedy=f"{source[n % len(source)].remedy} ({n})",
        )
        for n in range(count)
    )
    return replace(report, findings=tuple(sorted(findings, key=lambda f: f.severity.rank)))


def main(arguments: list[str]) -> int:
    """Renders each format in a process of its own."""
    if len(arguments) == 2:
        report = read_report(Path(arguments[1]))
        start = time.process_time()
        made = render(arguments[0], report, Style(width=120))
        spent = time.process_time() - start
        sys.stdout.write(f"{arguments[0]}: {spent:.2f} s, {len(made):,}\n")
        return 0
    count = int(arguments[0]) if arguments else 2_000
    report = many(check_app(demo.APK, [demo.POLICY], load_tables()).report, count)
    saved = ROOT / ".cache" / "many.json"
    saved.parent.mkdir(exist_ok=True)
    saved.write_text(str(render("json", report, Style())), "utf-8")
    for name in FORMATS:
        subprocess.run([sys.executable, __file__, name, str(saved)], check=True)
    saved.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
