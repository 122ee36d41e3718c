"""What each sentence of a policy is about: a small model learnt from CAPP-130.

First a linear model over hashed n-grams of one to four characters scores each sentence alone. Then
a small network sees these scores with those of the sentences around it, of the heading above it and
of the whole document. The weights are plain arrays in ``topics.npz``; ``training/topics.py`` makes
them, and its README says from what and how good they are.

No claim rests on the model: claims are read by the words of the tables, with their place in the
text. The model is for Chinese documents; of others it knows nothing.
"""

from __future__ import annotations

import functools
import importlib.resources
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apkcheck.model import Document
from apkcheck.tables import Vocabulary
from apkcheck.text import fold

TOPICS = (
    "collection",
    "permission",
    "sharing",
    "use",
    "storage",
    "security",
    "special-groups",
    "management",
    "contact",
    "change",
    "discontinuation",
)
"""The eleven topics of CAPP-130, in its order: 数据收集, 权限获取, 共享, 使用, 存储, 安全,
特殊人群, 管理, 联系, 修改, 停止运营."""

BITS = 17
"""The n-grams share ``2 ** BITS`` places."""
LONGEST = 4
"""Longest n-gram, in characters."""
_NEAR, _FAR, _WINDOW = 2, 5, 12
"""Sentences on each side that are seen one by one, summed up, and in the wider window."""
_SHORT, _SHORTEST = 30, 16
"""Longest heading with and without a number, in characters."""
_ENDS = tuple("。;.!！；")
_SENTENCE = re.compile(r"[^。！？!?；;]+[。！？!?；;]*")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Topical:
    """A sentence with how likely each topic is."""

    start: int
    end: int
    """The span of the document's text, end exclusive."""
    probabilities: tuple[float, ...]
    """Of each of ``TOPICS``, from 0 to 1."""
    topics: tuple[str, ...]
    """Those above the threshold that was best for them."""


def topics_of(document: Document, vocabulary: Vocabulary) -> tuple[Topical, ...]:
    """The topics of every sentence of a document, in text order.

    Args:
        document: A Chinese document.
        vocabulary: The words of its language, whose numbering tells headings.
    """
    spans = [
        (block.start + match.start(), block.start + match.end())
        for block in document.blocks
        for match in _SENTENCE.finditer(document.text[block.start : block.end])
    ]
    sentences = [document.text[start:end] for start, end in spans]
    model = load_model()
    found = model.probabilities(sentences, numbering_of(vocabulary))
    return tuple(
        Topical(start, end, tuple(map(float, row)), model.topics(row))
        for (start, end), row in zip(spans, found, strict=True)
    )


def numbering_of(vocabulary: Vocabulary) -> re.Pattern[str]:
    """The numbers that headings and items begin with."""
    patterns = (p for row in vocabulary.rows("numbering") for p in row.patterns)
    return re.compile("|".join(f"(?:{p})" for p in patterns))


# -- a sentence alone


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of sentences: which sentence has which, and how much each counts."""

    sentences: NDArray[np.int64]
    places: NDArray[np.int64]
    weights: Floats
    """One plus the logarithm of how often it comes."""


def grams_of(sentences: Sequence[str]) -> Grams:
    """The n-grams of sentences, each sentence framed by marks of its beginning and end."""
    framed = [f"^{fold(sentence)}$" for sentence in sentences]
    codes = np.frombuffer("".join(framed).encode("utf-32-le", "replace"), np.uint32)
    owners = np.repeat(np.arange(len(framed)), [len(text) for text in framed])
    keys = [
        owners[: len(places)][whole] << BITS | places[whole]
        for places, whole in _hashed(codes.astype(np.uint64), owners)
    ]
    unique, counts = np.unique(np.concatenate(keys), return_counts=True)
    return Grams(unique >> BITS, unique & ((1 << BITS) - 1), 1 + np.log(counts))


def _hashed(codes: NDArray[np.uint64], owners: NDArray[np.int64]) -> Any:
    """For each length of n-grams their places, and which of them lie in one sentence."""
    spread, mix, last = (
        np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
    )
    state = codes * spread
    for length in range(1, LONGEST + 1):
        if length > 1:
            state = (state[:-1] ^ (state[:-1] >> np.uint64(29))) * mix
            state = state + codes[length - 1 :] * spread
        places = ((state ^ (state >> np.uint64(31))) * last) >> np.uint64(64 - BITS)
        yield places.astype(np.int64), owners[: len(state)] == owners[length - 1 :]


# -- a sentence in its document


def shapes_of(sentences: Sequence[str], numbering: re.Pattern[str]) -> Floats:
    """What the form of each sentence says: its length, its end, its number, its place."""
    count = len(sentences)
    rows = np.zeros((count, 7))
    for index, sentence in enumerate(sentences):
        text = sentence.strip()
        ends, short = text.endswith(_ENDS), len(text) <= _SHORT
        numbered = bool(numbering.match(text))
        position = index / count
        rows[index] = (
            np.log(len(text) + 1) / 5,
            ends,
            numbered,
            text.endswith(("：", ":")),
            short and not ends,
            position,
            position**2,
        )
    return rows


def context_of(scores: Floats, shapes: Floats) -> Floats:
    """Each sentence's scores with those around it, above it, and of the whole document."""
    likely = 1 / (1 + np.exp(-2 * scores))
    count = len(scores)
    margin = np.zeros((_FAR, scores.shape[1]))
    padded = np.vstack([margin, likely, margin])
    at = {shift: padded[_FAR + shift : _FAR + shift + count] for shift in range(-_FAR, _FAR + 1)}
    near = [at[shift] for shift in (*range(-_NEAR, 0), *range(1, _NEAR + 1))]
    far = range(_NEAR + 1, _FAR + 1)
    after = sum(at[shift] for shift in far) / len(far)
    before = sum(at[-shift] for shift in far) / len(far)
    whole = np.broadcast_to(likely.mean(0), likely.shape)
    sums = np.vstack([np.zeros(scores.shape[1]), likely.cumsum(0)])
    first = np.maximum(np.arange(count) - _WINDOW, 0)
    last = np.minimum(np.arange(count) + _WINDOW + 1, count)
    window = (sums[last] - sums[first]) / (last - first)[:, None]
    return np.hstack(
        [scores, *near, after, before, whole, window, _headings(scores, shapes), shapes]
    )


def _headings(scores: Floats, shapes: Floats) -> Floats:
    """The scores of the heading above each sentence; a heading's own for itself."""
    lengths = np.exp(shapes[:, 0] * 5) - 1
    numbered, colon, short = shapes[:, 2] > 0, shapes[:, 3] > 0, shapes[:, 4] > 0
    is_heading = short & ~colon & (numbered | (lengths <= _SHORTEST + 0.5))
    above = np.zeros_like(scores)
    for begin, end in itertools.pairwise([*np.flatnonzero(is_heading), len(scores)]):
        above[begin:end] = scores[begin]
    return above


# -- the model


@dataclass(frozen=True, slots=True)
class Model:
    """The weights, as they are shipped."""

    rarity: NDArray[np.float16]
    """Of each place: its inverse document frequency."""
    weights: NDArray[np.int8]
    """Of each place for each topic, in units of ``scale``."""
    scale: Floats
    bias: Floats
    alone: Floats
    """Thresholds for the scores of sentences alone."""
    mean: Floats
    deviation: Floats
    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats
    thresholds: Floats
    """For the probabilities of sentences in their document."""

    def scores(self, sentences: Sequence[str]) -> Floats:
        """The scores of sentences alone, above zero for a topic that is more likely than not."""
        if not sentences:
            return np.zeros((0, len(TOPICS)))
        grams = grams_of(sentences)
        values = grams.weights * self.rarity[grams.places]
        count = len(sentences)
        norm = np.sqrt(np.bincount(grams.sentences, values**2, count))
        rows = self.weights[grams.places]
        sums = [
            np.bincount(grams.sentences, values * rows[:, k], count) for k in range(len(TOPICS))
        ]
        return np.array(sums).T / norm[:, None] * self.scale + self.bias

    def probabilities(self, sentences: Sequence[str], numbering: re.Pattern[str]) -> Floats:
        """How likely each topic is for each sentence of one document, given in order."""
        if not sentences:
            return np.zeros((0, len(TOPICS)))
        seen = context_of(self.scores(sentences), shapes_of(sentences, numbering))
        hidden = np.maximum((seen - self.mean) / self.deviation @ self.hidden + self.hidden_bias, 0)
        found: Floats = 1 / (1 + np.exp(-(hidden @ self.output + self.output_bias)))
        return found

    def topics(self, probabilities: Floats) -> tuple[str, ...]:
        """The topics of a sentence of a document."""
        chosen = zip(TOPICS, probabilities > self.thresholds, strict=True)
        return tuple(topic for topic, is_one in chosen if is_one)


@functools.lru_cache(maxsize=1)
def load_model() -> Model:
    """The shipped model; read once."""
    place = importlib.resources.files(__package__).joinpath("topics.npz")
    with importlib.resources.as_file(place) as path, np.load(path, allow_pickle=False) as arrays:
        return Model(**{name: arrays[name] for name in Model.__dataclass_fields__})
