"""`extdeps pip install ...`: pip as it is, with what its projects need from outside of PyPI got before."""

from __future__ import annotations

from extdeps.cli.front import Front, Installer, add_front_options, find_installation, run_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--python", metavar="PATH", default="", help="the Python whose pip is run")
    add_front_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run pip; other commands of it than `install` as they are."""
    from extdeps.declaration.installer.pipdryrun import has_pip
    from extdeps.errors import InstallerError
    from extdeps.host import LocalHost
    from extdeps.interpreter import find_interpreter

    host = LocalHost()
    interpreter = find_interpreter(host, arguments.python)
    if not has_pip(host, interpreter):
        raise InstallerError(f"`{interpreter.executable}` has no pip", hint="`extdeps uv pip install` does without one")
    program = (interpreter.executable, "-m", "pip")
    found = find_installation(arguments, ("install",))
    if found is None:
        return run_plain((*program, *arguments.command_line), host)
    return Front(Installer(name="pip", program=program, python=arguments.python), *found).run()
