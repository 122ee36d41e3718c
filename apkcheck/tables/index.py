"""All tables together, as the rest of the program sees them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apkcheck.tables import rows
from apkcheck.tables.vocabulary import Vocabulary, vocabulary
from apkcheck.text import fold, pairs_of


@dataclass(frozen=True, eq=False)
class Tables:
    """All tables, each as a mapping from id to row in the order of the ids."""

    apis: Mapping[str, rows.Api]
    app_types: Mapping[str, rows.AppType]
    checklist: Mapping[str, rows.ChecklistEntry]
    clauses: Mapping[str, rows.Clause]
    data_safety: Mapping[str, rows.DataSafety]
    data_types: Mapping[str, rows.DataType]
    libraries: Mapping[str, rows.Library]
    manual_checks: Mapping[str, rows.ManualCheck]
    messages: Mapping[str, rows.Message]
    packers: Mapping[str, rows.Packer]
    permission_labels: Mapping[str, rows.PermissionLabel]
    permissions: Mapping[str, rows.Permission]
    profiles: Mapping[str, Mapping[str, rows.RuleText]]
    """By name what each profile says of its rules."""
    purposes: Mapping[str, rows.Purpose]
    sdk_categories: Mapping[str, rows.SdkCategory]
    sdks: Mapping[str, rows.Sdk]
    sources: Mapping[str, rows.Source]
    words_en: Mapping[str, rows.Word]
    words_zh: Mapping[str, rows.Word]
    digest: str
    """SHA-256 over all files, in hexadecimal: which knowledge made a report."""

    @functools.cached_property
    def zh(self) -> Vocabulary:
        """The Chinese words of policies."""
        return vocabulary(self.words_zh)

    @functools.cached_property
    def en(self) -> Vocabulary:
        """The English words of policies."""
        return vocabulary(self.words_en)

    @functools.cached_property
    def purpose_cues(self) -> dict[str, tuple[str, ...]]:
        """Every cue, folded, with the purposes that it stands for; the longest cues first."""
        cues: dict[str, list[str]] = {}
        for purpose in self.purposes.values():
            for cue in purpose.cues:
                cues.setdefault(fold(cue), []).append(purpose.id)
        longest_first = sorted(cues, key=lambda cue: (-len(cue), cue))
        return {cue: tuple(cues[cue]) for cue in longest_first}

    @functools.cached_property
    def _cues_by_head(self) -> dict[str, list[str]]:
        """The cues by their first two characters: most places of a text begin none."""
        heads: dict[str, list[str]] = {}
        for cue in self.purpose_cues:
            heads.setdefault(cue[:2], []).append(cue)
        return heads

    def purposes_named(self, text: str) -> set[str]:
        """The purposes of which a folded text has a cue; of cues that overlap the first counts."""
        cues, heads = self.purpose_cues, self._cues_by_head
        found: set[str] = set()
        done = 0
        for at, head in enumerate(pairs_of(text)):
            if head in heads and at >= done:
                cue = next((c for c in heads[head] if text.startswith(c, at)), None)
                if cue is not None:
                    found.update(cues[cue])
                    done = at + len(cue)
        return found

    def message(self, key: str, lang: str, **values: object) -> str:
        """A message of the catalogue with its placeholders filled."""
        row = self.messages[key]
        return (row.zh if lang == "zh" else row.en).format(**values)

    def ancestors(self, data_type: str) -> Iterator[str]:
        """The umbrellas above a data type, nearest first."""
        parent = self.data_types[data_type].parent
        while parent is not None:
            yield parent
            parent = self.data_types[parent].parent

    def partly_above(self, data_type: str) -> Iterator[str]:
        """Kinds whose words may mean a data type, or what stands above it, but need not."""
        above = tuple(self.ancestors(data_type))
        found = (p for t in (data_type, *above) for p in self.data_types[t].partly_under)
        yield from (p for p in dict.fromkeys(found) if p != data_type and p not in above)

    def rule_text(self, row: rows.RuleText, key: str, lang: str) -> str | None:
        """What is told of a rule (``finds``, ``limits``, ``example``) in a language.

        What the row of one profile leaves out the first profile that has it tells.
        """
        others = (p[row.id] for _, p in sorted(self.profiles.items()) if row.id in p)
        texts = (getattr(r, f"{key}_{lang}") for r in (row, *others))
        return next((text for text in texts if text), None)

    def data_name(self, data_type: str, lang: str) -> str:
        """What a person calls a data type."""
        row = self.data_types.get(data_type)
        return data_type if row is None else row.zh if lang == "zh" else row.en

    def packer_name(self, packer: str) -> str:
        """What a person calls a packer; its id if the tables do not know it."""
        row = self.packers.get(packer)
        return packer if row is None else row.name
