"""`extdeps host`: what this machine is."""

from __future__ import annotations

from extdeps.cli.options import add_capability_options, add_machine_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_machine_options(parser)
    add_capability_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the facts about the machine."""
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session
    from extdeps.machine import gather_facts
    from extdeps.model.definition import Definitions

    session = Session(arguments)
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
