"""Package databases, each read once, one a module."""
