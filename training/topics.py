"""Learns the topics of sentences from CAPP-130, and measures how well.

    python -m training.topics measure    the figures of training/README.md, without shipped weights
    python -m training.topics ship       writes apkcheck/claims/topics.npz

``APKCHECK_CORPORA`` names the folder that holds ``capp130/``. scikit-learn is needed
(``pip install 'apkcheck[training]'``). Nothing is drawn by chance but from fixed seeds.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.metrics import f1_score
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from apkcheck.claims import topics
from apkcheck.claims.topics import (
    BITS,
    TOPICS,
    Floats,
    Model,
    context_of,
    grams_of,
    numbering_of,
    shapes_of,
)
from apkcheck.tables import load_tables
from apkcheck.text import fold

TARGET = Path(topics.__file__).with_suffix(".npz")
LABELS = (
    "数据收集",
    "权限获取",
    "共享、委托、转让、公开（披露）",
    "使用",
    "存储方式",
    "安全措施",
    "特殊人群",
    "数据、权限管理",
    "联系方式",
    "隐私政策的授权、修改与变更",
    "停止运营",
)
"""The labels of ``TOPICS`` among CAPP-130's; all others are dropped."""
STRENGTH = 0.6
"""Inverse regularisation of the linear model; of 0.6, 1.0 and 1.6 the best in cross-validation."""
HIDDEN, DECAY, EPOCHS = 48, 1.0, 10
INNER, OUTER = 4, 5


@dataclass(frozen=True)
class Corpus:
    """Sentences in the order of their documents, with their labels."""

    sentences: list[str]
    labels: Any
    """Of 0 and 1: a row for each sentence, a column for each topic."""
    documents: Any
    """The number of each sentence's document."""

    def part(self, chosen: Any) -> Corpus:
        """Some of the sentences, chosen by a mask."""
        at = np.flatnonzero(chosen)
        return Corpus([self.sentences[i] for i in at], self.labels[at], self.documents[at])


def documents(folder: Path) -> Corpus:
    """All sentences of the annotated policies; documents are numbered by their sorted names."""
    lines = (folder / "sentences.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    names = {name: n for n, name in enumerate(sorted({row["policy"] for row in rows}))}
    return Corpus(
        [row["sentence"] for row in rows],
        np.array([[int(label in row["labels"]) for label in LABELS] for row in rows]),
        np.array([names[row["policy"]] for row in rows]),
    )


def official(folder: Path, *names: str) -> Corpus:
    """Parts of the official split, whose sentences stand in no order."""
    text = "".join((folder / "topic" / f"{name}.tsv").read_text("utf-8") for name in names)
    rows = [line.rsplit("\t", 1) for line in text.splitlines()]
    labels = np.array([ast.literal_eval(flags) for _, flags in rows])
    same = {key: n for n, key in enumerate(dict.fromkeys(fold(row[0]) for row in rows))}
    return Corpus([row[0] for row in rows], labels, np.array([same[fold(r[0])] for r in rows]))


def folds(numbers: Any, count: int, seed: int) -> Any:
    """The fold of each number: numbers are shuffled, then dealt out in turn."""
    unique = np.unique(numbers)
    order = np.random.RandomState(seed).permutation(len(unique))
    fold_of = np.empty(len(unique), int)
    fold_of[order] = np.arange(len(unique)) % count
    return fold_of[np.searchsorted(unique, numbers)]


# -- the linear model


def matrix(sentences: Sequence[str]) -> Any:
    """The n-grams of sentences as a sparse matrix."""
    grams = grams_of(sentences)
    shape = (len(sentences), 1 << BITS)
    return sparse.csr_matrix((grams.weights, (grams.sentences, grams.places)), shape=shape)


def linear(corpus: Corpus, grams: Any) -> Model:
    """Fits the linear model, rounded as it is shipped; the rest of the model is left empty."""
    seen = np.asarray((grams > 0).sum(0)).ravel()
    rarity = (np.log((1 + grams.shape[0]) / (1 + seen)) + 1).astype(np.float16)
    weighted = grams.multiply(rarity.astype(float)[None, :]).tocsr()
    norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(1)).ravel())
    scaled = sparse.diags(1 / norm) @ weighted
    fitted = [
        LinearSVC(C=STRENGTH, random_state=0).fit(scaled, corpus.labels[:, k])
        for k in range(len(TOPICS))
    ]
    weights = np.array([model.coef_[0] for model in fitted]).T
    scale = np.abs(weights).max(0) / 127
    nothing = np.zeros(0)
    return Model(
        rarity=rarity,
        weights=np.round(weights / scale).astype(np.int8),
        scale=scale,
        bias=np.array([model.intercept_[0] for model in fitted]),
        **{name: nothing for name in (f.name for f in fields(Model)) if name not in LINEAR},
    )


LINEAR = ("rarity", "weights", "scale", "bias")


def best_thresholds(labels: Any, values: Floats, candidates: Floats) -> Floats:
    """For each topic the threshold with the highest F1."""
    found = []
    for k in range(len(TOPICS)):
        scores = [f1_score(labels[:, k], values[:, k] > c, zero_division=0) for c in candidates]
        found.append(candidates[int(np.argmax(scores))])
    return np.array(found)


def cross_scores(corpus: Corpus, grams: Any, count: int, seed: int) -> Floats:
    """The scores of each sentence by a model that has not seen its document."""
    fold_of = folds(corpus.documents, count, seed)
    scores = np.zeros(corpus.labels.shape)
    for number in range(count):
        rest, held = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        model = linear(corpus.part(fold_of != number), grams[rest])
        scores[held] = model.scores([corpus.sentences[i] for i in held])
    return scores


# -- the network over it


def contexts(corpus: Corpus, scores: Floats, numbering: Any) -> Floats:
    """What the network sees of each sentence."""
    parts = []
    for number in dict.fromkeys(corpus.documents):
        at = np.flatnonzero(corpus.documents == number)
        shapes = shapes_of([corpus.sentences[i] for i in at], numbering)
        parts.append((at, context_of(scores[at], shapes)))
    rows = np.zeros((len(scores), parts[0][1].shape[1]))
    for at, part in parts:
        rows[at] = part
    return rows


def network(seen: Floats, labels: Any) -> MLPClassifier:
    """Fits the network."""
    return MLPClassifier(
        (HIDDEN,),
        alpha=DECAY,
        batch_size=256,
        learning_rate_init=0.002,
        max_iter=EPOCHS,
        random_state=0,
    ).fit(seen, labels)


def whole(corpus: Corpus, numbering: Any) -> Model:
    """Fits the whole model; thresholds are set on sentences that the parts have not seen."""
    grams = matrix(corpus.sentences)
    scores = cross_scores(corpus, grams, INNER, seed=1)
    seen = contexts(corpus, scores, numbering)
    mean, deviation = seen.mean(0), seen.std(0) + 1e-6
    seen = (seen - mean) / deviation
    fold_of = folds(corpus.documents, INNER, seed=2)
    likely = np.zeros(corpus.labels.shape)
    for number in range(INNER):
        rest = fold_of != number
        likely[~rest] = network(seen[rest], corpus.labels[rest]).predict_proba(seen[~rest])
    fitted = network(seen, corpus.labels)
    return replace(
        linear(corpus, grams),
        alone=best_thresholds(corpus.labels, scores, np.linspace(-0.8, 0.4, 61)),
        mean=mean,
        deviation=deviation,
        hidden=fitted.coefs_[0],
        hidden_bias=fitted.intercepts_[0],
        output=fitted.coefs_[1],
        output_bias=fitted.intercepts_[1],
        thresholds=best_thresholds(corpus.labels, likely, np.linspace(0.1, 0.8, 71)),
    )


# -- what it is worth


def figures(name: str, labels: Any, found: Any) -> str:
    """One line: micro and macro F1, and F1 of each topic."""
    micro, macro = (f1_score(labels, found, average=a, zero_division=0) for a in ("micro", "macro"))
    each = f1_score(labels, found, average=None, zero_division=0)
    topics_ = "  ".join(f"{topic} {value:.3f}" for topic, value in zip(TOPICS, each, strict=True))
    return f"{name:34} micro {micro:.4f}  macro {macro:.4f}  n {len(labels)}\n    {topics_}"


def measure(folder: Path) -> Iterator[str]:
    """The official test by the linear model, then all sentences by document."""
    known, test = official(folder, "train", "dev"), official(folder, "test")
    grams = matrix(known.sentences)
    alone = best_thresholds(
        known.labels, cross_scores(known, grams, 3, seed=0), np.linspace(-0.8, 0.4, 61)
    )
    found = linear(known, grams).scores(test.sentences) > alone
    yield figures("official test, sentences alone", test.labels, found)
    seen = {fold(sentence) for sentence in known.sentences}
    unseen = np.array([fold(sentence) not in seen for sentence in test.sentences])
    yield figures("of these unseen in train and dev", test.labels[unseen], found[unseen])
    yield from by_document(folder)


def by_document(folder: Path) -> Iterator[str]:
    """Five folds by policy, seed 0: sentences alone, and in their document."""
    corpus, numbering = documents(folder), numbering_of(load_tables().zh)
    fold_of = folds(corpus.documents, OUTER, seed=0)
    alone, found = (np.zeros(corpus.labels.shape, bool) for _ in range(2))
    for number in range(OUTER):
        rest = corpus.part(fold_of != number)
        model = whole(rest, numbering)
        for document in np.unique(corpus.documents[fold_of == number]):
            at = np.flatnonzero(corpus.documents == document)
            sentences = [corpus.sentences[i] for i in at]
            alone[at] = model.scores(sentences) > model.alone
            found[at] = model.probabilities(sentences, numbering) > model.thresholds
    yield figures("by document, sentences alone", corpus.labels, alone)
    yield figures("by document, in their document", corpus.labels, found)


def ship(folder: Path) -> Iterator[str]:
    """Fits on all documents and writes the weights."""
    model = whole(documents(folder), numbering_of(load_tables().zh))
    arrays = {f.name: getattr(model, f.name) for f in fields(Model)}
    small = {k: v.astype(np.float32) if v.dtype == np.float64 else v for k, v in arrays.items()}
    np.savez_compressed(TARGET, **small)
    yield f"{TARGET.name}: {TARGET.stat().st_size:,} bytes"


def main(arguments: list[str]) -> int:
    """Runs one of the two tasks."""
    tasks = {"measure": measure, "ship": ship}
    corpora = os.environ.get("APKCHECK_CORPORA")
    if len(arguments) != 1 or arguments[0] not in tasks or not corpora:
        sys.stderr.write(__doc__ or "")
        return 2
    for line in tasks[arguments[0]](Path(corpora) / "capp130"):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
