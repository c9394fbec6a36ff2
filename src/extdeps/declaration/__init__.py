"""Readers of declarations, one source a module."""
