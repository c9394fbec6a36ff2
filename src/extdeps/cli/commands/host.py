"""`extdeps host`: what this machine is."""

from __future__ import annotations

from extdeps.cli.options import add_capability_options, add_machine_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.session import Session


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_machine_options(parser, ("conda",))
    add_capability_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the facts about the machine."""
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session
    from extdeps.machine import gather_facts
    from extdeps.model.definition import Definitions

    session = Session(arguments)
    if arguments.format == "conda":
        _print_virtual_packages(session)
        return 0
    facts = gather_facts(session.machine, ask_managers=not arguments.root and not arguments.target)
    accelerators = session.accelerators
    definitions = session.definer.describe() if session.machine.is_probed else Definitions()
    if arguments.format == "json":
        from extdeps.render.json import format_host

        print_json(format_host(facts, accelerators, definitions))
    else:
        from extdeps.render.host import render_host

        print_styled(render_host(facts, accelerators, definitions, is_verbose=arguments.verbose))
    return 0


def _print_virtual_packages(session: Session) -> None:
    """Print what conda's solver takes as given, in the form of `conda info`."""
    from extdeps.variants.conda import list_virtual_packages

    machine = session.machine
    system = machine.host.system if machine.is_probed else machine.marker_environment()["platform_system"]
    version = machine.os_release.version_id if machine.is_probed else ""
    packages = list_virtual_packages(session.accelerators, system, machine.host.machine, os_version=version)
    for package in packages:
        print("=".join(package))
