"""Finished wheels and sdists: the external fields of their Core Metadata, read and replaced."""
