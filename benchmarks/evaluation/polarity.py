"""Whether a sentence asserts, denies, or only tells what refusing brings: 528 CAPP-130 sentences.

``polarity.json`` holds labels that were set by hand, before any output was looked at, for sentences
drawn by hash, with more of those that hold words of negation; it holds no sentence. Sentences that
nobody could decide without their neighbours were left out. One annotator; the rules:

- *assert*: personal information or a permission is collected, asked for, used or shared, whatever
  else the sentence says. Where asserting and denying meet, asserting wins.
- *deny*, *deny-with-exception*: it is not; an exception may be 除…外, 除非 or 未经同意.
- *refusal-consequence*: what happens when the user refuses, withdraws or switches off.
- *not-a-statement*: all else: rights, security, storage, definitions, exemptions, headings.

Halves are drawn by hash too: rules may be mended by looking at ``dev``, never at ``test``.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from apkcheck.claims import extract_claims, read_phrases
from apkcheck.model import ClaimKind, Grade, Polarity
from apkcheck.policy import read_policy
from apkcheck.tables import Tables
from benchmarks.evaluation.figures import interval

CLASSES = ("assert", "deny", "deny-with-exception", "refusal-consequence", "not-a-statement")
LABELS = Path(__file__).with_suffix(".json")

Pair = tuple[str, str]
"""The label of a sentence, and the class that was found."""


def measure(corpora: Path, tables: Tables) -> Iterator[str]:
    """Accuracy with its interval, then precision and recall per class, for each half."""
    pairs: dict[str, list[Pair]] = {"dev": [], "test": []}
    for row, sentence in labelled(corpora):
        pairs[row["half"]].append((row["label"], stance_of(sentence, tables)))
    for half, found in (*pairs.items(), ("both", pairs["dev"] + pairs["test"])):
        low, high = interval(found, _accuracy)
        yield f"{half:5} accuracy {_accuracy(found):.3f} [{low:.3f}, {high:.3f}]  n {len(found)}"
        yield from (f"{half:5} {line}" for line in _classes(found))


def labelled(corpora: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Each row of the labels with its sentence; a sentence that changed is an error."""
    wanted = {(row["doc"], row["id"]): row for row in json.loads(LABELS.read_text("utf-8"))}
    lines = (corpora / "capp130" / "sentences.jsonl").read_text("utf-8").splitlines()
    for known in map(json.loads, lines):
        row = wanted.pop((known["doc"], known["id"]), None)
        if row is None:
            continue
        sentence = known["sentence"]
        if hashlib.sha256(sentence.encode()).hexdigest()[:16] != row["sha256"]:
            raise ValueError(f"{row['doc']}:{row['id']} is not the sentence that was labelled")
        yield row, sentence
    if wanted:
        raise ValueError(f"{len(wanted)} labelled sentences are missing from the corpus")


def stance_of(sentence: str, tables: Tables) -> str:
    """The class that the claims of a sentence, read alone, give it.

    Where it has none, the phrases that only grammar finds (收集上述信息) decide.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.txt"
        path.write_text(sentence, "utf-8", newline="")
        document = read_policy(path, tables)
    claims = extract_claims([document], tables)
    kinds = (ClaimKind.DATA, ClaimKind.PERMISSION)
    stated = [c for c in claims if c.kind in kinds and c.grade is not Grade.DEFINITION_ONLY]
    polarities = {claim.polarity for claim in stated}
    if not polarities:
        phrases = read_phrases(document, tables)
        polarities = {p.statement.polarity for p in phrases if p.statement is not None}
    if Polarity.ASSERTS in polarities:
        return "assert"
    if Polarity.DENIES_WITH_EXCEPTION in polarities:
        return "deny-with-exception"
    if polarities:
        return "deny"
    refused = any(c.kind is ClaimKind.STATEMENT and c.subject == "refusal" for c in claims)
    return "refusal-consequence" if refused else "not-a-statement"


def _accuracy(pairs: Sequence[Pair]) -> float:
    return sum(label == found for label, found in pairs) / len(pairs) if pairs else 1.0


def _classes(pairs: Sequence[Pair]) -> Iterator[str]:
    labels = Counter(label for label, _ in pairs)
    given = Counter(found for _, found in pairs)
    right = Counter(label for label, found in pairs if label == found)
    for name in CLASSES:
        confused = Counter(found for label, found in pairs if label == name and found != name)
        taken_for = ", ".join(f"{n} {other}" for other, n in confused.most_common())
        yield (
            f"{name:20} P {right[name] / max(given[name], 1):.3f}  "
            f"R {right[name] / max(labels[name], 1):.3f}  n {labels[name]}"
            + (f"  taken for: {taken_for}" if taken_for else "")
        )
