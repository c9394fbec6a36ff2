"""`python -m extdeps.condaprefix`: a conda environment in a directory, without root and without conda.

    plan     --prefix DIR --channel C -- SPEC...    what `install` would change, as JSON
    install  --prefix DIR --channel C -- SPEC...    the same, done
    repair   --prefix DIR --channel C               finish an interrupted run
    search   --channel C -- NAME...                 the versions of packages, as JSON

It is a program of its own, so that an installation has live output and a time limit like any other, and a crash of
the library costs nobody else anything. A run that was interrupted is finished by the next one. Exit codes are those
of `extdeps.errors`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from rattler import Gateway, InstallerReporter, RepoDataRecord

    from extdeps.condaprefix.prefix import Journal, Prefix
    from extdeps.errors import ExtdepsError
    from extdeps.model.transaction import Change

_INTERRUPTED = 130
_BUG = 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: the command line without the program; None for that of this process.

    Returns:
        The exit code.
    """
    from extdeps.condaprefix.cache import usable_cache

    options = _parse(arguments)
    try:
        with usable_cache():
            asyncio.run(_ACTIONS[options.action](options))
    except KeyboardInterrupt:
        print("error: interrupted; the same command finishes what is missing", file=sys.stderr)
        return _INTERRUPTED
    except BaseException as error:  # noqa: BLE001 - a panic of the library is no Exception, and no traceback helps
        fault = _explain(error, options)
        print(f"error: {fault}", file=sys.stderr)
        if fault.hint:
            print(f"\nhint: {fault.hint}", file=sys.stderr)
        return fault.exit_code
    return 0


def _parse(arguments: Sequence[str] | None) -> Namespace:
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="python -m extdeps.condaprefix", allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in (
        ("plan", "say what an installation would change"),
        ("install", "install packages"),
        ("repair", "finish an installation that was interrupted"),
    ):
        action = actions.add_parser(name, help=text, allow_abbrev=False)
        action.add_argument("--prefix", required=True, metavar="DIR", help="the directory of the environment")
        action.add_argument("--channel", action="append", required=True, help="where packages are, in order")
        if name == "repair":
            action.set_defaults(specs=[])
        else:
            action.add_argument("specs", nargs="+", metavar="SPEC", help="conda match specs")
        if name != "plan":
            action.add_argument("--allow-removals", action="store_true", help="also remove and downgrade packages")
    search = actions.add_parser("search", help="say which versions there are", allow_abbrev=False)
    search.add_argument("--channel", action="append", required=True)
    search.add_argument("specs", nargs="+", metavar="NAME", help="names of packages")
    return parser.parse_args(arguments)


def _explain(error: BaseException, options: Namespace) -> ExtdepsError:
    from extdeps.condaprefix.fault import describe_library_error, describe_system_error
    from extdeps.errors import EnvironmentFaultError, ExtdepsError

    prefix = os.path.abspath(getattr(options, "prefix", "."))
    if isinstance(error, ExtdepsError):
        return error
    if isinstance(error, ImportError):
        return EnvironmentFaultError("py-rattler is not installed here", hint="install `extdeps[conda]`")
    if isinstance(error, OSError):
        return describe_system_error(error, prefix)
    return describe_library_error(error, prefix=prefix, channels=tuple(options.channel))


async def _plan(options: Namespace) -> None:
    from extdeps.condaprefix.prefix import Prefix

    prefix = Prefix(options.prefix)
    prefix.check()
    changes, _, _ = await _compute(prefix, options)
    document = [
        {name: getattr(change, name) for name in ("kind", "package", "before", "after", "size")} for change in changes
    ]
    print(json.dumps({"schema_version": 1, "changes": document}, indent=1))


async def _install(options: Namespace) -> None:
    from extdeps.condaprefix.prefix import Prefix
    from extdeps.condaprefix.solution import name_of
    from extdeps.errors import RemovalError

    prefix = Prefix(options.prefix)
    with prefix.lock():
        changes, wanted, journal = await _compute(prefix, options)
        losses = [_describe(change) for change in changes if change.is_loss]
        if losses and not options.allow_removals:
            raise RemovalError(f"refused, since it would {', '.join(losses)}")
        if changes:
            prefix.write_journal(journal)
            await _link(prefix, changes, wanted)
        prefix.finish({name_of(spec): spec for spec in journal.specs})
    count = f"{len(changes)} package{'' if len(changes) == 1 else 's'}"
    print(f"{count} changed in {prefix.path}" if changes else "nothing to do")


async def _link(prefix: Prefix, changes: Sequence[Change], wanted: list[RepoDataRecord]) -> None:
    from rattler import Client, install

    from extdeps.condaprefix.cache import make_cache

    for change in changes:
        print(_describe(change), flush=True)
    await install(
        wanted,
        prefix.path,
        client=Client.default_client(),
        package_cache=make_cache(),
        reinstall_packages={change.package for change in changes if change.kind == "reinstall"},
        show_progress=False,
        reporter=_make_reporter(),
    )


async def _compute(prefix: Prefix, options: Namespace) -> tuple[tuple[Change, ...], list[RepoDataRecord], Journal]:
    """What has to change, what is there then, and what to note before it is done."""
    from extdeps.condaprefix.solution import Solver, find_changes, make_journal

    installed = prefix.read_records()
    former = prefix.read_journal()
    wanted = await Solver(_make_gateway(), options.channel, installed).solve(options.specs, former)
    changes = find_changes(installed, wanted, broken=former.touched)
    journal = make_journal(installed, wanted, specs=options.specs, former=former, changes=changes)
    return changes, wanted, journal


async def _search(options: Namespace) -> None:
    from rattler import Subdir

    platforms = (Subdir.current(), Subdir("noarch"))
    found = await _make_gateway().query(options.channel, platforms, options.specs, recursive=False)
    packages: dict[str, dict[str, str]] = {}
    for records in found:
        for record in sorted(records, key=lambda record: record.version, reverse=True):
            versions = packages.setdefault(record.name.normalized, {})
            versions.setdefault(str(record.version), record.channel.rstrip("/"))
    print(json.dumps({"schema_version": 1, "packages": packages}, indent=1))


def _make_gateway() -> Gateway:
    from rattler import Client, Gateway

    return Gateway(client=Client.default_client())


def _describe(change: Change) -> str:
    if change.kind == "remove":
        return f"remove {change.package} {change.before}"
    if change.kind in ("upgrade", "downgrade"):
        return f"{change.kind} {change.package} from {change.before} to {change.after}"
    return f"{change.kind} {change.package} {change.after}"


def _make_reporter() -> InstallerReporter:
    """Says what the library is at, one line each."""
    from rattler import InstallerReporter

    class Reporter(InstallerReporter):
        def __init__(self) -> None:
            self._fetched: dict[int, str] = {}

        def on_populate_cache_start(self, operation: int, package_name: str) -> int:
            self._fetched[operation] = package_name
            return operation

        def on_download_start(self, cache_entry: int) -> int:
            print(f"fetch {self._fetched.get(cache_entry, '')}", flush=True)
            return cache_entry

        def on_unlink_start(self, operation: int, package_name: str) -> int:
            print(f"unlink {package_name}", flush=True)
            return operation

        def on_link_start(self, operation: int, package_name: str) -> int:
            print(f"link {package_name}", flush=True)
            return operation

    return Reporter()  # type: ignore[abstract]  # its methods are empty, not abstract


_ACTIONS = {"plan": _plan, "install": _install, "repair": _install, "search": _search}

if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of the library that are still there make an ordinary end crash now and then
