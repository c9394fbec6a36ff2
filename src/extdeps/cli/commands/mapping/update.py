"""`extdeps mapping update`."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from pathlib import Path

from extdeps.cli.commands.mapping.faults import format_count
from extdeps.errors import EnvironmentFaultError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from extdeps.curate.update.propose import Proposal
    from extdeps.curate.update.store import Store
    from extdeps.declaration.named import Sources
    from extdeps.fetch import Fetcher
    from extdeps.host import Host


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--check", action="store_true", help="change nothing; exit 1 where there is something newer")
    chosen.add_argument("--revert", action="store_true", help="go back to the data before; nothing is fetched")
    parser.add_argument("--from", dest="address", metavar="URL|FILE", help="a wheel of extdeps, not the index's newest")
    parser.add_argument(
        "--digest", metavar="sha256:HEX", help="what the wheel has to be (default: what the index says)"
    )
    parser.add_argument("-i", "--index-url", metavar="URL", help="the index (default: that of pip's configuration)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def execute(arguments: argparse.Namespace) -> int:
    """Update, or go back; with `--check`, 1 where an update would change something."""
    from extdeps.curate.update.store import Store
    from extdeps.host import LocalHost
    from extdeps.resources import store_directory

    host = LocalHost()
    directory = store_directory(host.environ, host.system)
    if not directory:
        raise EnvironmentFaultError("the user has no data directory", hint="set `HOME` or `XDG_DATA_HOME`")
    store = Store(directory)
    if arguments.revert:
        return _revert(store, arguments)
    if arguments.check:
        proposal = _propose(store, host, arguments)
        _print(proposal, "outdated" if proposal.changes else "current", arguments.format)
        return 1 if proposal.changes else 0
    with store.lock():
        proposal = _propose(store, host, arguments)
        if proposal.changes:
            store.install(proposal.version, proposal.documents)
    _print(proposal, "updated" if proposal.changes else "current", arguments.format)
    return 0


def _revert(store: Store, arguments: argparse.Namespace) -> int:
    if arguments.address or arguments.digest or arguments.index_url:
        raise UsageError("`--revert` fetches nothing", hint="leave out `--from`, `--digest` and `--index-url`")
    with store.lock():
        was = store.revert()
    if arguments.format == "json":
        from extdeps.cli.console import print_json

        status = "reverted" if was else "current"
        print_json({"schema_version": 1, "status": status, "version": store.version, "was": was or store.version})
    elif was:
        print(f"Data of {store.version} is in force again, no longer that of {was}.")
    else:
        print(f"Nothing to go back from: data of {store.version} is in force, as it came with extdeps.")
    return 0


def _propose(store: Store, host: Host, arguments: argparse.Namespace) -> Proposal:
    from extdeps.curate.update.address import parse_digest
    from extdeps.curate.update.propose import propose
    from extdeps.resources import data_directories

    sha256 = parse_digest(arguments.digest) if arguments.digest else ""
    own = data_directories(host.environ, host.system)[:-1]
    sources, fetcher = _sources(host, arguments.index_url or "")
    return propose(store, sources, fetcher, own, address=_address(arguments.address or ""), sha256=sha256)


def _address(text: str) -> str:
    if not text or text.startswith(("https://", "http://", "file:")):
        return text
    if not os.path.isfile(text):
        raise UsageError(f"`{text}` is neither a file nor an address", hint="`--from` takes a wheel of extdeps")
    return Path(text).resolve().as_uri()


def _sources(host: Host, index: str) -> tuple[Sources, Fetcher]:
    """The indexes that pip is configured for, of which only wheels are taken, and what reads them."""
    from extdeps.declaration.installer.pipconfig import FormatControl, read_pip_configuration
    from extdeps.declaration.named import Sources
    from extdeps.fetch import Fetcher
    from extdeps.interpreter import find_interpreter
    from extdeps.sources import netrc_of

    interpreter = find_interpreter(host)
    given = {"index-url": (index,)} if index else {}
    configuration = read_pip_configuration(host, interpreter, given)
    fetcher = Fetcher(configuration.certificates, netrc_of(host.environ))
    sources = Sources(
        host=host,
        interpreter=interpreter,
        libc=("", ""),
        configuration=replace(configuration, formats=FormatControl(only_binary=frozenset({":all:"}))),
        overlays=lambda _: (),
        fetcher=fetcher,
    )
    return sources, fetcher


def _print(proposal: Proposal, status: str, output: str) -> None:
    if output == "json":
        from extdeps.cli.console import print_json

        print_json(
            {
                "schema_version": 1,
                "status": status,
                "version": proposal.version,
                "was": proposal.was,
                "origins": [{"name": name, "sha256": sha256} for name, sha256 in proposal.origins],
                "changes": [asdict(change) for change in proposal.changes],
                "hidden": list(proposal.hidden),
                "unfetched": [{"ecosystem": name, "mapping": address} for name, address in proposal.unfetched],
            }
        )
        return
    for line in _lines(proposal, status):
        print(line)


def _lines(proposal: Proposal, status: str) -> Iterator[str]:
    from extdeps.render.text import harmless

    for name, sha256 in proposal.origins if proposal.changes else ():
        yield harmless(f"{name}  sha256:{sha256}")
    for change in proposal.changes:
        counts = f"{change.added} added, {change.changed} changed, {change.removed} removed"
        yield harmless(f"  {change.document}: {counts}")
    for path in proposal.hidden if proposal.changes else ():
        yield harmless(f"left alone: `{path}` comes first")
    for name, address in proposal.unfetched:
        yield harmless(f"not fetched: `{name}`: no digest vouches for `{address}`")
    if status == "current":
        yield f"Nothing is newer: data of {proposal.version} is in force."
    elif status == "outdated":
        documents = format_count(len(proposal.changes), "document")
        yield f"Data of {proposal.version} would change {documents} of {proposal.was}; nothing was changed."
    else:
        yield f"Data of {proposal.version} is in force; `extdeps mapping update --revert` goes back to {proposal.was}."
