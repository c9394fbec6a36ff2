"""`extdeps uv pip install ...`: uv as it is, with what its projects need from outside of PyPI got before."""

from __future__ import annotations

import os

from extdeps.cli.front import Front, Installer, add_front_options, find_installation, run_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.host import Host


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_front_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run uv; other commands of it than `pip install` as they are."""
    from extdeps.declaration.installer.pipcommand import parse_install_command
    from extdeps.host import LocalHost

    host = LocalHost()
    found = find_installation(arguments, ("pip", "install"))
    if found is None:
        return run_plain(("uv", *arguments.command_line), host)
    own, command = found
    python = parse_install_command(command).python or _find_environment(host)
    return Front(Installer(name="uv", program=("uv", "pip"), python=python), own, command).run()


def _find_environment(host: Host) -> str:
    """The Python of the environment that uv would take without being told: `.venv` here or above.

    One that is active comes first (https://docs.astral.sh/uv/pip/environments/).
    """
    if host.environ.get("VIRTUAL_ENV") or host.environ.get("CONDA_PREFIX"):
        return ""
    directory = os.getcwd()
    while True:
        python = os.path.join(directory, ".venv", "bin", "python")
        if host.is_executable(python):
            return python
        parent = os.path.dirname(directory)
        if parent == directory:
            return ""
        directory = parent
