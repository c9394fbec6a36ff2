"""`extdeps cache clear`: remove all that is kept."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(_parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def execute(_arguments: argparse.Namespace) -> int:
    """Remove it, and say what that was."""
    from extdeps.cache import open_cache
    from extdeps.cli.commands.cache.info import NOTHING, count_entries
    from extdeps.host import LocalHost

    cache = open_cache(LocalHost())
    usages = cache.usage()
    cache.clear()
    print(f"removed {count_entries(usages)}, from {cache.directory}" if cache.directory else NOTHING)
    return 0
