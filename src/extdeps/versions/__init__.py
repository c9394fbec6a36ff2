"""Versions: one order for each scheme, and ranges over them."""

from extdeps.versions.ranges import satisfies
from extdeps.versions.table import get_order
from extdeps.versions.upstream import upstream_version

__all__ = ["get_order", "satisfies", "upstream_version"]
