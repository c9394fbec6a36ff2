"""What would be installed, as the pip of the Python that decides says, else uv.

Neither can say where an sdist has to be built that lacks what is asked about; then what the files on the index say is
followed instead.
"""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory

from extdeps.cache import make_key
from extdeps.declaration.installer.order import list_options
from extdeps.declaration.member import format_members, parse_members
from extdeps.declaration.read import is_own_subject, split_extras
from extdeps.errors import InstallerError
from extdeps.host import find_executable
from extdeps.model.declaration import Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.declaration.installer.order import Order
    from extdeps.declaration.member import Member
    from extdeps.declaration.named import Sources

MAX_AGE = 600.0
"""Seconds for which what an installer would take is believed; PyPI lets its own pages be kept as long."""

_INSTALLERS = ("pip-", "uv-")
_VARIABLES = ("PIP_", "UV_")


def find_members(
    order: Order, sources: Sources, on_line: Callable[[str], None]
) -> tuple[tuple[Member, ...], tuple[Declaration, ...]]:
    """What would be installed.

    Args:
        order: what is asked for, source trees as what they depend on.
        sources: the Python that decides, and where projects are looked for.
        on_line: gets what the installer prints, as it comes.

    Returns:
        The members; and, as declarations of nothing, what a reader should know about how they were found.

    Raises:
        FetchError: the installer does not answer, and no index can be read.
        RequirementError: what is asked for cannot be installed together, or nothing fits it.
    """
    key = make_key(_list_circumstances(order, sources))
    kept = sources.cache.get("resolution", key, max_age=MAX_AGE)
    if kept is not None:
        try:
            return parse_members(kept), ()
        except ValueError:
            pass  # of another version of extdeps
    try:
        members = _ask(order, sources, on_line)
    except InstallerError as error:
        from extdeps.declaration.installer.staticwalk import walk

        reason = f": {error.context[0]}" if error.context else ""
        note = f"{error.message}{reason}; what the files on the index say was followed instead"
        remark = Declaration(subject="", origin="", notes=(note,))
        return walk(order.subjects, sources), (remark, *_list_unknown(order.subjects))
    sources.cache.put("resolution", key, format_members(members))
    sources.cache.trim()
    return members, ()


def _list_unknown(subjects: Iterable[str]) -> Iterator[Declaration]:
    """What cannot be followed on an index: a checkout, of which only the installer could have told."""
    for subject in subjects:
        if "://" in subject and " @ " not in subject and not is_own_subject(subject):
            note = f"`{subject}` is not known without the installer"
            yield Declaration(subject=subject, origin="", notes=(note,), is_undeclared=True)


def _ask(order: Order, sources: Sources, on_line: Callable[[str], None]) -> tuple[Member, ...]:
    """Ask the installer, as if nothing were installed; or, of a command of its own, as things are."""
    from extdeps.declaration.installer.pipdryrun import OLDEST, ask_pip, can_report
    from extdeps.declaration.installer.uvdryrun import ask_uv

    host, interpreter = sources.host, sources.interpreter
    if order.installer == "pip":
        return ask_pip(host, interpreter.executable, order.command, on_line)
    if order.installer == "uv":
        return ask_uv(host, "uv", order.command, sources, on_line)
    with TemporaryDirectory(prefix="extdeps-") as directory:
        options = [*list_options(order.options)]
        if order.constraints:
            path = os.path.join(directory, "constraints.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(order.constraints))
            options += ["--constraint", path]
        if can_report(host, interpreter):
            arguments = (*options, "--ignore-installed", "--", *order.subjects)
            return ask_pip(host, interpreter.executable, arguments, on_line)
        if find_executable(host, "uv") is None:
            raise InstallerError(f"`{interpreter.executable}` has no pip since {OLDEST}, and there is no uv")
        place = ("--python", interpreter.executable, "--target", os.path.join(directory, "empty"))
        options = ["--prerelease=allow" if option == "--pre" else option for option in options]
        return ask_uv(host, "uv", (*options, *place, "--", *order.subjects), sources, on_line)


def _list_circumstances(order: Order, sources: Sources) -> Iterator[str]:
    """Everything that an installer's answer depends on, but for what the indexes have."""
    interpreter = sources.interpreter
    yield from (interpreter.executable, interpreter.version, interpreter.prefix, repr(sources.configuration))
    there = sorted(name for site in interpreter.site for name in sources.host.list_directory(site))
    yield from (name for name in there if order.command or name.startswith(_INSTALLERS))
    yield from (order.installer, *order.command)
    yield from (
        f"{name}={value}" for name, value in sorted(sources.host.environ.items()) if name.startswith(_VARIABLES)
    )
    yield from list_options(order.options)
    yield from ("constraints", *order.constraints, "subjects", *order.subjects, "files", os.getcwd())
    settings = ("pyproject.toml", "uv.toml") if order.command else ()
    links = (place.removeprefix("file://") for place in sources.configuration.find_links)
    for path in (*settings, *order.command, *(split_extras(subject)[0] for subject in order.subjects), *links):
        yield from _describe_files(path)


def _describe_files(path: str) -> Iterator[str]:
    """When a file, or each file of a directory, was last changed; nothing for what is neither."""
    if os.path.isdir(path):
        with os.scandir(path) as found:
            files = sorted(entry.path for entry in found if entry.is_file())
    else:
        files = [path] if os.path.isfile(path) else []
    for file in files:
        status = os.stat(file)
        yield f"{os.path.abspath(file)} {status.st_mtime_ns} {status.st_size}"
