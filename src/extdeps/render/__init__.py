"""Saying it: as a table for a person, as JSON for a program."""
