"""Who else a sentence speaks of: SDKs by name, vendors, companies and categories."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

from apkcheck.claims.lexicon import SDK, VENDOR, Token
from apkcheck.claims.products import ProductNames, product_names
from apkcheck.claims.sentences import Sentence
from apkcheck.model import LIBRARY_PREFIX
from apkcheck.tables import Tables, Vocabulary
from apkcheck.text import fold

_PUNCTUATION = " :,;.。，；、()（）\"“”'[]【】《》-•*"
_SDK = len("sdk")
_SHORTEST = 3
"""Shortest name of a product that is looked for at the end of a longer word."""
_NAME = 40
"""Longest name of a product or company, in characters."""


class Recipient(NamedTuple):
    """A recipient that a sentence names, at a span of its dense text."""

    id: str
    """An SDK's id, or the name as written."""
    start: int
    end: int
    named: bool


class RecipientFinder:
    """Finds recipients; the app's own operator is none."""

    def __init__(self, tables: Tables, vocabulary: Vocabulary, operators: frozenset[str]) -> None:
        self._tables = tables
        self._vocabulary = vocabulary
        self._operators = operators

    def find(self, sentence: Sentence, text: str) -> tuple[Recipient, ...]:
        """The recipients of a sentence in text order."""
        everyone = self._resolved(sentence, [*self._all(sentence, text)])
        found = sorted(everyone, key=lambda r: (r.start, -r.end))
        kept: list[Recipient] = []
        for recipient in found:
            if not kept or recipient.start >= kept[-1].end:
                kept.append(recipient)
            elif not kept[-1].named and recipient.named:
                kept[-1] = recipient
        return tuple(kept)

    def whole(self, sentence: Sentence, text: str, start: int) -> Recipient | None:
        """Whom a field or cell names that holds nothing but a name: as it is written."""
        name = sentence.dense.chars[start : sentence.end].rstrip(_PUNCTUATION)
        start += len(name) - len(name.lstrip(_PUNCTUATION))
        end = start + len(name.strip(_PUNCTUATION))
        if not 1 < end - start <= _NAME or self._vocabulary.pattern("no-name").fullmatch(
            sentence.dense.chars, start, end
        ):
            return None
        written = sentence.dense.chars[start:end]
        product = self._products.of(written) or self._called(written)
        if product is not None and not self._is_own(product):
            return Recipient(product, start, end, named=True)
        return Recipient(_source(sentence, text, start, end), start, end, named=True)

    def _called(self, name: str) -> str | None:
        """What a field or cell names that needs no word SDK to be the name of one (云证通, Glide).

        The brand of several SDKs does: which of them is meant, the name alone does not tell.
        """
        names = _products(self._tables)
        if name in names:
            return names[name]
        return None if self._products.is_shared(name) else names.get(f"{name}sdk")

    def by_purpose(self, name: str, purpose: str) -> str | None:
        """The SDK that a brand alone (小米SDK) means in a row or record with this purpose."""
        folded = fold(name)
        if name in self._tables.sdks or self._vocabulary.pattern("company").fullmatch(folded):
            return None
        product = self._products.by_purpose(folded, fold(purpose))
        return None if product is None or self._is_own(product) else product

    @functools.cached_property
    def _products(self) -> ProductNames:
        return product_names(self._tables, self._vocabulary)

    def _resolved(self, sentence: Sentence, found: list[Recipient]) -> Iterator[Recipient]:
        """A company that is said to be called like a product is that product's (以下称…)."""
        alias = self._vocabulary.pattern("alias")
        known = {r.start: r.id for r in found if r.id in self._tables.sdks}
        for recipient in found:
            match = alias.match(sentence.dense.chars, recipient.end, sentence.end)
            yield (
                recipient._replace(id=known.get(match.end(), recipient.id)) if match else recipient
            )

    def _all(self, sentence: Sentence, text: str) -> Iterator[Recipient]:
        products = [sdk for token in sentence.words(SDK) for sdk in token.ids(SDK)]
        for token in sentence.words(SDK, VENDOR, "party-category"):
            sdks = tuple(sdk for sdk in token.ids(SDK) if not self._is_own(sdk))
            vendors = tuple(sdk for sdk in token.ids(VENDOR) if not self._is_own(sdk))
            name = _source(sentence, text, token.start, token.end)
            if self._is_operator(sentence.dense.chars[token.start : token.end]):
                continue
            if sdks:
                yield Recipient(sdks[0], token.start, token.end, named=True)
            elif (
                vendors
                and not self._is_own_brand(sentence.dense.chars[token.start : token.end])
                and self._is_recipient(sentence, token)
            ):
                known = [v for v in vendors if v in products] or list(vendors)
                single = known[0] if len(known) == 1 else name
                yield self._of_function(sentence, token) or Recipient(
                    single, token.start, token.end, named=True
                )
            elif token.has("party-category"):
                yield Recipient(name, token.start, token.end, named=False)
        yield from self._companies(sentence, text)
        yield from self._unknown(sentence, text)

    def _of_function(self, sentence: Sentence, token: Token) -> Recipient | None:
        """A vendor's SDK by what it does (阿里云推送), where a sentence speaks of SDKs."""
        if not sentence.has("verb-embed", "sdk-word"):
            return None
        end = self._products.end(sentence.dense.chars, token.end, sentence.end)
        product = self._products.of(sentence.dense.chars[token.start : end])
        if end == token.end or product is None or self._is_own(product):
            return None
        return Recipient(product, token.start, end, named=True)

    def _unknown(self, sentence: Sentence, text: str) -> Iterator[Recipient]:
        """Names in front of the word SDK that no table knows (OCRSDK)."""
        chars = sentence.dense.chars
        if "sdk-name" not in sentence.possible or not any(
            word in sentence.chars for word in self._vocabulary.forms("sdk-word")
        ):
            return
        for match in self._vocabulary.pattern("sdk-name").finditer(
            chars, sentence.start, sentence.end
        ):
            recipient = self._before_sdk(sentence, text, match.start(), match.end())
            if recipient is not None:
                yield recipient

    def _before_sdk(self, sentence: Sentence, text: str, start: int, end: int) -> Recipient | None:
        chars = sentence.dense.chars
        stops = self._vocabulary.pattern("sdk-name-stop").finditer(chars, start, end)
        starts = [start, *(stop.end() for stop in stops)]
        start = max(starts)
        start += len(chars[start:end]) - len(chars[start:end].lstrip(_PUNCTUATION))
        if any(start < t.end <= end for t in sentence.words(SDK, "party-category")):
            return None
        for first in starts:
            product = self._products.of(chars[first : end - _SDK])
            if product is not None and not self._is_own(product):
                return Recipient(product, first, end, named=True)
        short = any(
            (t.has(SDK) and chars[t.start : t.end].endswith(chars[start:end]))
            or (t.has(VENDOR) and t.start <= start and end - t.end <= _SDK)
            for t in sentence.words(SDK, VENDOR)
            if t.end <= end
        )
        if short or self._vocabulary.pattern("sdk-generic").fullmatch(chars, start, end):
            return None
        product = _product(self._tables, chars[start : end - _SDK].rstrip("-_"))
        return Recipient(product or _source(sentence, text, start, end), start, end, named=True)

    def _is_operator(self, folded: str) -> bool:
        """Whether a company's name is that of the operator, or a part of it."""
        company = self._vocabulary.pattern("company").fullmatch(folded)
        named = any(folded in operator or operator in folded for operator in self._operators)
        return company is not None and named

    def _is_own(self, sdk: str) -> bool:
        """Whether the operator is the SDK's vendor: its own product is no recipient to it."""
        row = self._tables.sdks.get(sdk)
        return row is not None and fold(row.vendor) in self._operators

    def _is_recipient(self, sentence: Sentence, token: Token) -> bool:
        """Whether a vendor's name is one here: a brand alone (微信账号) is often just a source."""
        name = sentence.dense.chars[token.start : token.end]
        if self._vocabulary.pattern("company").fullmatch(name):
            return True
        if sentence.has("verb-embed", "verb-share", "sdk-word", SDK):
            return True
        return sentence.has("verb-give") and sentence.has("party-category")

    def _is_own_brand(self, name: str) -> bool:
        """Whether a vendor's name is part of the operator's: 腾讯 in a policy of its own."""
        return any(name in operator for operator in self._operators)

    def _companies(self, sentence: Sentence, text: str) -> Iterator[Recipient]:
        if "company" not in sentence.possible:
            return
        endings = self._vocabulary.forms("company-end")
        if endings and not any(ending in sentence.chars for ending in endings):
            return
        taken = [(t.start, t.end) for t in sentence.words(SDK, VENDOR)]
        for match in self._vocabulary.pattern("company").finditer(sentence.chars):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            lead = self._vocabulary.pattern("company-lead").match(match.group())
            start += lead.end() if lead else 0
            folded = sentence.dense.chars[start:end].strip("()")
            if any(first < end and start < last for first, last in taken):
                continue
            if not self._is_operator(folded):
                yield Recipient(_source(sentence, text, start, end), start, end, named=True)


def _product(tables: Tables, name: str) -> str | None:
    """The SDK whose name ends a word that runs on into SDK (腾讯Bugly|SDK)."""
    names = _products(tables)
    ends = (name[at:] for at in range(max(0, len(name) - _SHORTEST + 1)))
    return next((names[end] for end in ends if end in names), None)


@functools.lru_cache(maxsize=4)
def _products(tables: Tables) -> dict[str, str]:
    """What the names of SDKs mean, and those of building blocks, which a name alone does not."""
    blocks = {
        fold(name): f"{LIBRARY_PREFIX}{row.id}"
        for row in tables.libraries.values()
        for name in (row.name, *row.names)
    }
    return blocks | {fold(name): sdk.id for sdk in tables.sdks.values() for name in sdk.names}


def _source(sentence: Sentence, text: str, start: int, end: int) -> str:
    first, last = sentence.dense.source_span(start, end)
    return " ".join(text[first:last].split())
