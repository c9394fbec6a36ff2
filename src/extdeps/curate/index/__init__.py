"""Readers of the indexes of packages, one kind of archive a file."""
