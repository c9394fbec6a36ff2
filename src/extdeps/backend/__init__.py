"""A build backend that looks for a project's external dependencies, and has another one build it (PEP 517, PEP 660)."""

from extdeps.backend.offer import __getattr__

__all__ = ["__getattr__"]
