"""Newer documents: where they come from, whether they are right, and where they are kept."""
