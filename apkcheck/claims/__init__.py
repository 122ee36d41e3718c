"""Claims: what the text of a policy states, with the characters that each statement rests on."""

from apkcheck.claims.extraction import extract_claims, lexicon_of, read_phrases

__all__ = ["extract_claims", "lexicon_of", "read_phrases"]
