"""Words of policies, one file per language."""
