"""`extdeps overlay verify`."""

from __future__ import annotations

import os
from dataclasses import replace

from extdeps.cli.commands.mapping.documents import default_directory, default_overlays
from extdeps.errors import UsageError
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from extdeps.curate.cleanroom.trial import Outcome
    from extdeps.curate.cleanroom.verification import Verification


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="a project that has an overlay")
    parser.add_argument("--all", action="store_true", help="every project whose overlay says that it was tried")
    parser.add_argument("--on", metavar="SYSTEM", default="debian+12", help="debian+12 (default) or debian+13")
    parser.add_argument(
        "--version", dest="release", metavar="VERSION", default="", help="try this version instead of that which was"
    )
    parser.add_argument("--smoke", metavar="CODE", default="", help="Python that fails if something lacks at run time")
    parser.add_argument("--wheel", action="store_true", help="with `--version`: try its wheel instead of building it")
    parser.add_argument("--write", action="store_true", help="write what held into the overlays of ./mappings")
    parser.add_argument("--jobs", metavar="N", type=int, default=1, help="how many at a time (default: 1)")


def execute(arguments: argparse.Namespace) -> int:
    """Try what the overlays say, and print what came of it; 1 where something failed."""
    from extdeps.curate.cleanroom.batch import try_all
    from extdeps.host import LocalHost

    _check_arguments(arguments)
    verifications = tuple(_find(arguments))
    held = 0
    outcomes = try_all(
        verifications, system=arguments.on, data=default_directory(), jobs=arguments.jobs, host=LocalHost()
    )
    for outcome in outcomes:
        print("\n".join(map(harmless, _lines(outcome))), flush=True)
        held += outcome.holds
        if outcome.holds and arguments.write:
            _write(outcome.verification)
    print(f"{held} of {len(verifications)} held.")
    return 0 if held == len(verifications) else 1


def _check_arguments(arguments: argparse.Namespace) -> None:
    from extdeps.curate.cleanroom.batch import SUITES

    if arguments.on not in SUITES:
        raise UsageError(f"there are no clean roots of `{arguments.on}`", hint=f"there are of {', '.join(SUITES)}")
    if bool(arguments.names) == arguments.all:
        raise UsageError("either projects are named, or `--all`")
    if (arguments.smoke or arguments.wheel) and not arguments.release:
        raise UsageError("`--smoke` and `--wheel` go with `--version`")
    if arguments.release and len(arguments.names) != 1:
        raise UsageError("`--version` is of one project")
    if arguments.jobs < 1:
        raise UsageError("`--jobs` is at least 1")
    if arguments.write and default_directory() != "mappings":
        raise UsageError("there is no `mappings/registry.json` here", hint="stand in a checkout to use `--write`")


def _find(arguments: argparse.Namespace) -> Iterator[Verification]:
    """What is to be tried."""
    from extdeps.curate.cleanroom.verification import propose, read_verifications
    from extdeps.declaration.external import normalize_name

    known = {os.path.basename(path).removesuffix(".toml"): path for path in default_overlays()}
    names = tuple(dict.fromkeys(map(normalize_name, arguments.names))) or tuple(known)
    for name in names:
        if name not in known:
            raise UsageError(f"there is no overlay of `{name}`", hint="`extdeps overlay` is about projects/NAME.toml")
        if arguments.release:
            yield propose(
                known[name],
                version=arguments.release,
                smoke=arguments.smoke,
                wheel=arguments.wheel,
                system=arguments.on,
            )
        else:
            found = [item for item in read_verifications(known[name]) if item.system == arguments.on]
            if not (found or arguments.all):
                raise UsageError(
                    f"the overlay of `{name}` does not say what was tried on `{arguments.on}`",
                    hint="`--version VERSION --smoke CODE` says what to try",
                )
            yield from found


def _lines(outcome: Outcome) -> Iterator[str]:
    item = outcome.verification
    done = ("built" if item.is_build else "used") if outcome.holds else "failed"
    yield f"{done} {item.project} {item.version} on {item.system} in {outcome.seconds:.0f} s"
    yield from (f"  {command}" for command in outcome.commands)
    if not outcome.holds:
        yield f"  {outcome.fault}; all of it is in {outcome.logs}:"
        yield from (f"    {line}" for line in outcome.said)


def _write(verification: Verification) -> None:
    from datetime import UTC, datetime

    from extdeps.curate.cleanroom.record import record

    today = datetime.now(UTC).date().isoformat()
    with open(verification.path, encoding="utf-8") as file:
        text = record(file.read(), replace(verification, date=today))
    with open(verification.path, "w", encoding="utf-8") as file:
        file.write(text)
