"""What uv would install, asked of uv itself: `uv pip install --dry-run --verbose`.

uv names projects and versions (https://docs.astral.sh/uv/reference/cli/#uv-pip-install). Which file of each it takes,
and who asks for which versions and extras, stands in what it logs beside that, from uv 0.4 to 0.13 in the same words.
The log is made for people and may change: a file that it does not name is looked up in the index, as for pip.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import classify_file
from extdeps.declaration.index import IndexFile, find_digest
from extdeps.declaration.installer.dryrun import insert_options, run_dry
from extdeps.declaration.member import Member
from extdeps.declaration.named import find_candidate, list_files
from extdeps.declaration.specifiers import intersect
from extdeps.errors import FetchError, RequirementError
from extdeps.fetch import CONNECTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extdeps.declaration.filekind import FileKind
    from extdeps.declaration.named import Sources
    from extdeps.host import Host

_LINE = re.compile(r" [+~] (?P<name>[A-Za-z0-9][\w.-]*)(?:==(?P<version>\S+))?(?: (?:\(from |@ )(?P<url>[^\s)]+)\)?)?")
_LOGGED = re.compile(r"(?:TRACE|DEBUG|INFO) ")
_SELECTED = re.compile(r"DEBUG (?P<shown>Selecting: (?P<name>\S+?)==(?P<version>\S+) \[\w+\] \((?P<file>[^\s()]+)\))")
_ASKED = re.compile(
    r"DEBUG Adding (?:direct dependency|transitive dependency for (?P<owner>\S+?)==(?P<of>\S+)): "
    r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[(?P<extra>[^\]]+)\])?(?P<range>[*<>=!].*)"
)
_READ = re.compile(r"DEBUG .*\b(?P<url>https?://\S+/(?P<file>[^/\s]+\.whl))(?:\.metadata)?")
_ONLY = re.compile(r">=(?P<version>[^,|]+), <(?P=version)\+")  # that version, also where it is a local one
_NOT = re.compile(r"<(?P<version>[^,|]+) \| >=?(?P=version)\+?")
_LONGEST = 4096  # characters of a line that names a file or a project
_CHATTER = ("Using ", "Resolved ")
_QUIET = re.compile("-q+|--quiet")  # with it uv would not answer
_CONFLICT = "No solution found when resolving dependencies"


def ask_uv(
    host: Host, uv: str, arguments: Sequence[str], sources: Sources, on_line: Callable[[str], None]
) -> tuple[Member, ...]:
    """Ask uv what `uv pip install` with these arguments would install.

    Args:
        host: this machine.
        uv: its path.
        arguments: of `uv pip install`.
        sources: where the files are looked up.
        on_line: gets what uv prints and selects, as it comes.

    Raises:
        RequirementError: uv says that what is asked for cannot be installed together.
        InstallerError: it does not answer.
    """

    def show(line: str) -> None:
        selected = _SELECTED.fullmatch(line.rstrip())
        if selected or not _LOGGED.match(line):
            on_line(selected["shown"] if selected else line)

    spoken = [argument for argument in arguments if not _QUIET.fullmatch(argument)]
    options = ("--dry-run", "--verbose", "--color=never", "--no-progress")
    argv = [uv, "pip", "install", *insert_options(spoken, options)]
    lines = run_dry(host, argv, show, installer="uv", conflict=_CONFLICT, find_reason=_find_reason)
    return find_files(lines, sources)


def _find_reason(lines: Sequence[str]) -> tuple[str, ...]:
    said = [line for line in lines if line.strip() and not (line.startswith(_CHATTER) or _LOGGED.match(line))]
    return tuple(line.strip() for line in said)[-8:]


def find_files(lines: Sequence[str], sources: Sources) -> tuple[Member, ...]:
    """The members that uv's lines name.

    Args:
        lines: of a dry run (` + name==version`, ` + name @ file:///...`), and of its log.
        sources: where the files are looked up; several at the same time.

    Returns:
        Them all; of one whose file nobody names, as on an index that only uv knows of, the worst is assumed: an sdist.
    """
    from concurrent.futures import ThreadPoolExecutor

    lines = [line.rstrip() for line in lines if len(line) <= _LONGEST]
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    log = _Log(lines, {(normalize_name(match["name"]), match["version"] or "") for match in found})
    with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
        return tuple(pool.map(lambda match: _read_line(match, log, sources), found))


class _Log:
    """What uv logs of how it came to its answer.

    Args:
        lines: all that it prints.
        taken: names and versions of the answer; what others ask for that were tried does not count.
    """

    def __init__(self, lines: Iterable[str], taken: set[tuple[str, str]]) -> None:
        self.files: dict[tuple[str, str], str] = {}
        self.addresses: dict[str, str] = {}
        self.extras: dict[str, set[str]] = {}
        self.specifiers: dict[str, str] = {}
        self.requested: set[str] = set()
        for line in lines:
            if selected := _SELECTED.fullmatch(line):
                self.files[normalize_name(selected["name"]), selected["version"]] = selected["file"]
            elif read := _READ.fullmatch(line):
                self.addresses[unquote(read["file"])] = read["url"]
            elif (asked := _ASKED.fullmatch(line)) and self._counts(asked, taken):
                self._note(asked)

    def _counts(self, asked: re.Match[str], taken: set[tuple[str, str]]) -> bool:
        owner = normalize_name(asked["owner"] or "")
        return not owner or ((owner, asked["of"]) in taken and owner != normalize_name(asked["name"]))

    def _note(self, asked: re.Match[str]) -> None:
        name = normalize_name(asked["name"])
        if not asked["owner"]:
            self.requested.add(name)
        if asked["extra"]:
            self.extras.setdefault(name, set()).add(normalize_name(asked["extra"]))
        self.specifiers[name] = intersect(self.specifiers.get(name, ""), _read_range(asked["range"]))


def _read_range(text: str) -> str:
    """A range as uv writes it, as a version specifier (PEP 440); empty for any version and where there is none."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text = _NOT.sub(r"!=\g<version>", _ONLY.sub(r"==\g<version>", text)).removeprefix("*")
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier:
        return ""


def _read_line(match: re.Match[str], log: _Log, sources: Sources) -> Member:
    name, version, url = normalize_name(match["name"]), match["version"] or "", match["url"] or ""
    if url:
        kind, file, directory = _read_address(url)
    else:
        kind, file = _find_file(name, version, log, sources)
        directory = ""
    return Member(
        name=name,
        version=version,
        kind=kind,
        file=file,
        directory=directory,
        extras=frozenset(log.extras.get(name, ())),
        is_requested=name in log.requested,
        specifier=log.specifiers.get(name, ""),
    )


def _read_address(url: str) -> tuple[FileKind, IndexFile | None, str]:
    """Of an address the kind of the file, the file, and the source tree."""
    path = unquote(re.sub("[#?].*", "", url).partition("://")[2])
    title = path.rpartition("/")[2]
    kind = classify_file(title)
    if kind:
        return kind, IndexFile(name=title, url=url.partition("#")[0], sha256=find_digest(url)), ""
    return "sdist", None, path if url.startswith("file:") else ""


def _find_file(name: str, version: str, log: _Log, sources: Sources) -> tuple[FileKind, IndexFile | None]:
    """The file that uv takes of a project; as an index has it that we know too, else as the log does."""
    title = log.files.get((name, version), "")
    kind = classify_file(title)
    if kind is None:
        return _guess_file(name, version, sources)
    try:
        offered = list_files(name, sources, sources.fetcher) if sources.fetcher else ()
    except FetchError:
        offered = ()
    url = log.addresses.get(title, "")
    logged = IndexFile(name=title, url=url, has_metadata=bool(url))
    return kind, next((file for file in offered if file.name == title), logged)


def _guess_file(name: str, version: str, sources: Sources) -> tuple[FileKind, IndexFile | None]:
    """The file that pip would take of a version."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        candidate = find_candidate(Requirement(f"{name}=={version}"), name, sources)
    except (InvalidRequirement, RequirementError, FetchError):
        candidate = None
    return (candidate.kind, candidate.file) if candidate else ("sdist", None)
