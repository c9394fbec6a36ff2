"""The options that every command takes which is given a subject."""

from __future__ import annotations

from extdeps.errors import UsageError
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.model.requirement import Phase


def add_subject_options(
    parser: argparse.ArgumentParser, formats: tuple[str, ...] = (), *, has_targets: bool = False
) -> None:
    """Add what names the subjects, the machine and the documents.

    Args:
        parser: of the command.
        formats: in which it can answer beside a table and JSON.
        has_targets: whether several can be named at once, in `targets`.
    """
    _add_subjects(parser)
    _add_index(parser)
    add_machine_options(parser, formats, has_targets=has_targets)
    add_capability_options(parser)
    add_document_options(parser)


def add_preference_options(parser: argparse.ArgumentParser) -> None:
    """Add what chooses among several ways to have the same."""
    group = parser.add_argument_group("how it is to be had")
    group.add_argument(
        "--prefer",
        metavar="MANAGERS",
        action="append",
        default=[],
        help="the order of managers, where there is a choice: `conda,apt`",
    )
    group.add_argument(
        "--without", metavar="MANAGERS", action="append", default=[], help="managers that are not to be used"
    )


def add_lock_options(parser: argparse.ArgumentParser, what: str) -> None:
    """Add what names a lock.

    Args:
        parser: of the command.
        what: it does with the lock.
    """
    group = parser.add_argument_group("lock")
    group.add_argument("--locked", action="store_true", help=f"{what} `extdeps.lock`, beside pyproject.toml")
    group.add_argument("--lock-file", metavar="FILE", default="", help=f"{what} this lock")


def add_prefix_options(parser: argparse.ArgumentParser) -> None:
    """Add what installs without root."""
    group = parser.add_argument_group("without root")
    group.add_argument(
        "--prefix",
        metavar="DIR",
        nargs="?",
        const="",
        help="into a conda prefix (default: `.extdeps` beside the project); `--for apt` beside it uses apt too",
    )
    group.add_argument("--channel", metavar="NAME", action="append", default=[], help="where conda's packages are")


def split_names(values: list[str]) -> tuple[str, ...]:
    """The names of `--without pip,conda --without brew`, each once."""
    return tuple(dict.fromkeys(name.strip() for value in values for name in value.split(",") if name.strip()))


def _add_subjects(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "subjects",
        metavar="SUBJECT",
        nargs="*",
        help="a source tree, an sdist, a wheel, an installer's lock, or a requirement as for pip (default: `.`)",
    )
    group = parser.add_argument_group("what is asked for")
    group.add_argument(
        "-d",
        "--dep",
        metavar="REQ",
        action="append",
        default=[],
        help="an external requirement itself: `gdal>=3.4`",
    )
    group.add_argument("-r", "--requirement", metavar="FILE", action="append", default=[], help="a requirements file")
    group.add_argument("-c", "--constraint", metavar="FILE", action="append", default=[], help="a constraints file")
    group.add_argument("-e", "--editable", metavar="DIR", action="append", default=[], help="a source tree, as for pip")
    group.add_argument("--no-deps", action="store_true", help="not what is installed with it")
    group.add_argument("--strict", action="store_true", help="what is unknown counts as missing")
    group.add_argument("--installed", action="store_true", help="everything in the environment of the Python")
    group.add_argument(
        "--phase",
        metavar="PHASE",
        action="append",
        default=[],
        help="build, host or run, or several with commas (default: what the subject needs)",
    )
    group.add_argument("--extra", metavar="NAME", action="append", default=[], help="also what this extra needs")
    group.add_argument("--group", metavar="NAME", action="append", default=[], help="also this dependency group")


def _add_index(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which file pip would take")
    group.add_argument("--no-binary", metavar="NAMES", action="append", default=[], help="as for pip")
    group.add_argument("--only-binary", metavar="NAMES", action="append", default=[], help="as for pip")
    group.add_argument("--pre", action="store_true", help="also pre-releases")
    group.add_argument(
        "-i",
        "--index-url",
        metavar="URL",
        default="",
        help="the index (default: that of pip's configuration)",
    )
    group.add_argument("--extra-index-url", metavar="URL", action="append", default=[], help="a further index")
    group.add_argument("-f", "--find-links", metavar="PATH", action="append", default=[], help="a directory with files")
    group.add_argument("--offline", action="store_true", help="ask no index; every phase is checked")


def add_machine_options(
    parser: argparse.ArgumentParser, formats: tuple[str, ...] = (), *, has_targets: bool = False
) -> None:
    """Add what chooses the machine and how to print; arguments as of `add_subject_options`."""
    group = parser.add_argument_group("which machine")
    group.add_argument("--python", metavar="PATH", default="", help="the Python that decides")
    group.add_argument(
        "--for",
        dest="managers",
        metavar="MANAGERS",
        action="append",
        default=[],
        help="the package managers to use, the preferred one first: `apt`, `conda,apt` (default: the machine's own)",
    )
    group.add_argument("--root", metavar="DIR", default="", help="another root file system, of which nothing is run")
    if has_targets:
        group.add_argument(
            "--target",
            dest="targets",
            metavar="ECOSYSTEM[+RELEASE]",
            action="append",
            default=[],
            help="for this kind of machine; may be given again (default: those of the file, else this machine's)",
        )
        parser.set_defaults(target="")
    else:
        group.add_argument(
            "--target",
            metavar="ECOSYSTEM[+RELEASE]",
            default="",
            help="say what is needed there, without probing here",
        )
    output = add_format_option(parser, formats)
    output.add_argument("-q", "--quiet", action="store_true", help="only what needs action")
    output.add_argument("-v", "--verbose", action="store_true", help="everything that was found")


def add_format_option(parser: argparse.ArgumentParser, formats: tuple[str, ...] = ()) -> argparse._ArgumentGroup:
    """Add how to print; returns its group."""
    output = parser.add_argument_group("output")
    output.add_argument(
        "--format",
        choices=("table", "json", *formats),
        default="table",
        metavar="FORMAT",
        help=f"{', '.join(('table', 'json', *formats))} (default: table)",
    )
    return output


def add_capability_options(parser: argparse.ArgumentParser) -> None:
    """Add what tells of a machine what shall not be looked for."""
    group = parser.add_argument_group("what the machine is taken to have")
    group.add_argument(
        "--capability",
        dest="capabilities",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="instead of what is found: `cuda-driver=12.8`, `cuda.arch=8.9`, `rocm-arch=gfx90a`; empty for none",
    )


def add_document_options(parser: argparse.ArgumentParser) -> None:
    """Add the documents that come before those of extdeps."""
    group = parser.add_argument_group("documents")
    group.add_argument(
        "--overlay",
        metavar="DIR",
        action="append",
        default=[],
        help="a directory of documents and overlays that come first",
    )
    group.add_argument("--use-mapping", metavar="FILE", default="", help="instead of the ecosystem's own mapping")
    group.add_argument(
        "--patch-mapping",
        metavar="FILE",
        action="append",
        default=[],
        help="entries that replace those of the mapping",
    )
    group.add_argument(
        "--extend-mapping",
        metavar="FILE",
        action="append",
        default=[],
        help="entries that add to the mapping",
    )


def parse_phases(values: list[str]) -> tuple[Phase, ...]:
    """The phases of `--phase build,host --phase run`, in their natural order.

    Raises:
        UsageError: one is not a phase.
    """
    named = [part.strip() for value in values for part in value.split(",")]
    for name in named:
        if name not in PHASES:
            raise UsageError(f"`{name}` is not a phase", hint="the phases are build, host and run")
    return tuple(phase for phase in PHASES if phase in named)
