"""`extdeps uv pip install ...`: uv as it is, with what its projects need from outside of PyPI got before."""

from __future__ import annotations

from extdeps.cli.front import Front, Installer, add_front_options, find_installation, run_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.declaration.installer.pipcommand import InstallCommand
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
    python = _find_python(host, parse_install_command(command))
    return Front(Installer(name="uv", program=("uv", "pip"), python=python), own, command).run()


def _find_python(host: Host, command: InstallCommand) -> str:
    """The Python that uv would install for, as it finds it itself; empty where it finds none.

    https://docs.astral.sh/uv/concepts/python-versions/: a path, an environment, a version, or what is active or near.
    """
    argv = ["uv", "python", "find", "--no-project"]
    if command.is_system:
        argv.append("--system")
    done = host.run([*argv, command.python] if command.python else argv)
    return done.stdout.strip() if done and done.is_success else command.python
