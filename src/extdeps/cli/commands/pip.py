"""`extdeps pip install ...`: pip as it is, with what its projects need from outside of PyPI got before."""

from __future__ import annotations

from extdeps.cli.front import Front, Installer, add_front_options, run_plain, split_command_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--python", metavar="PATH", default="", help="the Python whose pip is run")
    add_front_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run pip; other commands of it than `install` as they are."""
    from extdeps.declaration.transitive import has_pip
    from extdeps.errors import InstallerError
    from extdeps.host import LocalHost
    from extdeps.interpreter import find_interpreter

    own, line = split_command_line(arguments)
    host = LocalHost()
    interpreter = find_interpreter(host, arguments.python)
    if not has_pip(host, interpreter):
        raise InstallerError(f"`{interpreter.executable}` has no pip", hint="`extdeps uv pip install` does without one")
    program = (interpreter.executable, "-m", "pip")
    if not line or line[0] != "install":
        return run_plain((*program, *line), host)
    return Front(Installer(name="pip", program=program, python=arguments.python), own, line[1:]).run()
