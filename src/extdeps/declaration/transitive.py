"""All that would be installed with what one asks an installer for, and what each part of it declares.

The installer itself is asked: the pip of the Python that decides, else uv. Where it cannot answer, as where an sdist
has to be built that lacks what is asked about, what the files on the index say is followed instead.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import reduce
from tempfile import TemporaryDirectory

from extdeps.cache import make_key
from extdeps.declaration.external import normalize_name
from extdeps.declaration.member import format_members, parse_members
from extdeps.declaration.members import declare_members
from extdeps.declaration.named import parse_project
from extdeps.declaration.read import is_own_subject, name_path, read, read_tree, split_extras
from extdeps.declaration.specifiers import intersect
from extdeps.errors import InstallerError
from extdeps.host import find_executable
from extdeps.model.declaration import Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from extdeps.declaration.member import Member
    from extdeps.declaration.named import Sources
    from extdeps.declaration.pyproject import Pyproject
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

MAX_AGE = 600.0
"""Seconds for which what an installer would take is believed; PyPI lets its own pages be kept as long."""

_OLDEST = "22.2"
"""The first pip that has `--dry-run` and `--report`."""

_WITH = "what they depend on"
_INSTALLERS = ("pip-", "uv-")
_VARIABLES = ("PIP_", "UV_")
_FLAGS = frozenset(("pre", "no-index"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an installer is asked for.

    Args:
        subjects: names, requirements, paths and addresses, those of requirements files among them.
        constraints: requirements that only narrow versions.
        options: options of pip that decide which file it takes; of flags one empty value.
        extras: those of the source trees among the subjects, normalised.
        groups: dependency groups of these, normalised.
        installer: `pip` or `uv`, with its own arguments in `command`; empty for whichever is there.
        command: what the installer is given, instead of what follows from the rest.
    """

    subjects: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    installer: str = ""
    command: tuple[str, ...] = ()


def read_together(order: Order, sources: Sources, on_line: Callable[[str], None]) -> tuple[Declaration, ...]:
    """Read the declarations of all that would be installed.

    Args:
        order: what is asked for.
        sources: where projects and overlays are looked for.
        on_line: gets what the installer prints, as it comes.

    Raises:
        InvalidInputError: a subject is none, or what is asked for cannot be installed together.
        FetchError: an index that is needed cannot be read.
    """
    own = {subject: read(subject, sources) for subject in order.subjects if is_own_subject(subject)}
    asked = tuple(_unfold(order, sources))
    is_asked = bool(asked or order.command)
    members, remarks = _find_members(replace(order, subjects=asked), sources, on_line) if is_asked else ((), ())
    covered = {declaration.name for declaration in own.values() if declaration}
    others = [member for member in _mark_requested(members, order) if member.name not in covered]
    found = filter(None, (*own.values(), *declare_members(others, sources, subject=_WITH)))
    return (*found, *remarks)


def _mark_requested(members: Iterable[Member], order: Order) -> Iterator[Member]:
    """Members with what the order itself says of them."""
    from packaging.requirements import InvalidRequirement, Requirement

    asked: dict[str, list[Requirement]] = {}
    for subject in order.subjects:
        try:
            requirement = Requirement(subject)
        except InvalidRequirement:
            continue
        asked.setdefault(normalize_name(requirement.name), []).append(requirement)
    for member in members:
        requirements = asked.get(member.name, [])
        ranges = (str(requirement.specifier) for requirement in requirements)
        extras = (normalize_name(extra) for requirement in requirements for extra in requirement.extras)
        yield replace(
            member,
            specifier=reduce(intersect, ranges, member.specifier),
            extras=member.extras.union(extras),
            is_requested=bool(requirements),
        )


def _unfold(order: Order, sources: Sources) -> Iterator[str]:
    """What is asked of the installer: of a source tree that says so what it depends on, so that nothing is built.

    Raises:
        RequirementError: a subject is neither a path, nor an address, nor a requirement.
    """
    for subject in order.subjects:
        tree = read_tree(subject)
        if tree is not None:
            yield from _unfold_tree(tree, subject, order, sources)
        elif is_own_subject(subject) and "://" not in subject:
            yield name_path(subject)
        else:
            if "://" not in subject:
                parse_project(subject)
            yield subject


def _unfold_tree(tree: Pyproject, subject: str, order: Order, sources: Sources) -> Iterator[str]:
    """What a source tree depends on; where only building it would tell, the tree itself."""
    path, named = split_extras(subject)
    groups = sorted(order.groups & tree.groups.keys())
    texts = [*(tree.dependencies or ()), *(text for group in groups for text in tree.list_group(group))]
    wanted, extras = order.extras | named, set[str]()
    while wanted:
        extras |= wanted
        if tree.dependencies is not None:
            texts += (text for extra in sorted(wanted) for text in tree.extras.get(extra, ()))
        own = {text: _own_extras(text, tree, sources) for text in texts}
        texts = [text for text in texts if own[text] is None]
        wanted = frozenset().union(*filter(None, own.values())) - extras
    yield from texts
    if tree.dependencies is None:
        directory = os.path.dirname(path) if path.endswith(".toml") else path
        yield name_path(directory) + (f"[{','.join(sorted(extras))}]" if extras else "")


def _own_extras(text: str, tree: Pyproject, sources: Sources) -> frozenset[str] | None:
    """The extras that a source tree asks of itself (`demo[test]`); None for another requirement."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    if normalize_name(requirement.name) != normalize_name(tree.name):
        return None
    marker = requirement.marker
    if marker and not marker.evaluate({**sources.marker_environment(), "extra": ""}):
        return frozenset()
    return frozenset(map(normalize_name, requirement.extras))


def _find_members(
    order: Order, sources: Sources, on_line: Callable[[str], None]
) -> tuple[tuple[Member, ...], tuple[Declaration, ...]]:
    """What would be installed, and as declarations of nothing what a reader should know about how that was found."""
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
        from extdeps.declaration.staticwalk import walk

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
    host, interpreter = sources.host, sources.interpreter
    if order.installer == "pip":
        from extdeps.declaration.pipdryrun import ask_pip

        return ask_pip(host, interpreter.executable, order.command, on_line)
    if order.installer == "uv":
        from extdeps.declaration.uvdryrun import ask_uv

        return ask_uv(host, "uv", order.command, sources, on_line)
    with TemporaryDirectory(prefix="extdeps-") as directory:
        options = [*_list_options(order.options)]
        if order.constraints:
            path = os.path.join(directory, "constraints.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(order.constraints))
            options += ["--constraint", path]
        if can_report(host, interpreter):
            from extdeps.declaration.pipdryrun import ask_pip

            arguments = (*options, "--ignore-installed", "--", *order.subjects)
            return ask_pip(host, interpreter.executable, arguments, on_line)
        if find_executable(host, "uv") is None:
            raise InstallerError(f"`{interpreter.executable}` has no pip since {_OLDEST}, and there is no uv")
        from extdeps.declaration.uvdryrun import ask_uv

        place = ("--python", interpreter.executable, "--target", os.path.join(directory, "empty"))
        options = ["--prerelease=allow" if option == "--pre" else option for option in options]
        return ask_uv(host, "uv", (*options, *place, "--", *order.subjects), sources, on_line)


def has_pip(host: Host, interpreter: Interpreter) -> bool:
    """Whether a Python has pip."""
    return any(host.exists(f"{site}/pip/__main__.py") for site in interpreter.site)


def can_report(host: Host, interpreter: Interpreter) -> bool:
    """Whether a Python has a pip that says what it would install."""
    from packaging.version import InvalidVersion, Version

    names = [name for site in interpreter.site for name in host.list_directory(site)]
    found = [name.removesuffix(".dist-info")[4:] for name in names if name.startswith("pip-") and "info" in name]
    try:
        return has_pip(host, interpreter) and all(Version(version) >= Version(_OLDEST) for version in found)
    except InvalidVersion:
        return True  # it will say itself


def _list_options(options: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for key, values in options.items():
        for value in values:
            yield f"--{key}" if key in _FLAGS else f"--{key}={value}"


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
    yield from _list_options(order.options)
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
