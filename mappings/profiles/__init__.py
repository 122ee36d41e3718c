"""Profiles: which rules apply, how severe they are and which clauses they touch."""
