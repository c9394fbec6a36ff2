"""`extdeps cache info`: where the cache is, what is in it, and how much it may hold."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from extdeps.cache import Cache, Usage

SCHEMA_VERSION = 1
NOTHING = "nothing is kept: `EXTDEPS_CACHE_DIR` is empty, or there is no home"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", metavar="FORMAT", help="table, json (default: table)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print it."""
    from extdeps.cache import open_cache
    from extdeps.cli.console import print_json
    from extdeps.host import LocalHost

    cache = open_cache(LocalHost())
    if arguments.format == "json":
        print_json(_format(cache))
    else:
        for line in _list_lines(cache):
            print(line)
    return 0


def count_entries(usages: Iterable[Usage]) -> str:
    """How many entries, and how large they are together: `3 entries, 1.5 kB`."""
    from extdeps.render.steps import format_size

    usages = tuple(usages)
    count = sum(usage.count for usage in usages)
    return f"{count} {'entry' if count == 1 else 'entries'}, {format_size(sum(usage.size for usage in usages))}"


def _list_lines(cache: Cache) -> Iterator[str]:
    if not cache.directory:
        yield NOTHING
        return
    usages = cache.usage()
    yield cache.directory
    yield from (f"  {usage.kind}: {count_entries([usage])}" for usage in usages)
    yield f"{count_entries(usages)}, of at most {cache.limit // 1024**2} MiB"


def _format(cache: Cache) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "directory": cache.directory or None,
        "limit": cache.limit,
        "kinds": [{"name": usage.kind, "entries": usage.count, "size": usage.size} for usage in cache.usage()],
    }
