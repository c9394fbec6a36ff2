"""What uv would install, asked of uv itself: `uv pip install --dry-run`.

uv names projects and versions (https://docs.astral.sh/uv/reference/cli/#uv-pip-install); which file of each it takes is
looked up in the index, as for pip.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import classify_file
from extdeps.declaration.index import IndexFile, find_digest
from extdeps.declaration.installer.dryrun import insert_options, run_dry
from extdeps.declaration.member import Member
from extdeps.declaration.named import find_candidate
from extdeps.errors import FetchError, RequirementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from extdeps.declaration.named import Sources
    from extdeps.host import Host

_LINE = re.compile(r" [+~] (?P<name>[A-Za-z0-9][\w.-]*)(?:==(?P<version>\S+))?(?: (?:\(from |@ )(?P<url>[^\s)]+)\)?)?")
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
        on_line: gets each line that uv prints, as it comes.

    Raises:
        RequirementError: uv says that what is asked for cannot be installed together.
        InstallerError: it does not answer.
    """
    spoken = [argument for argument in arguments if not _QUIET.fullmatch(argument)]
    argv = [uv, "pip", "install", *insert_options(spoken, ("--dry-run", "--color=never", "--no-progress"))]
    lines = run_dry(host, argv, on_line, installer="uv", conflict=_CONFLICT, find_reason=_find_reason)
    return find_files(lines, sources)


def _find_reason(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith(_CHATTER))[-8:]


def find_files(lines: Iterable[str], sources: Sources) -> tuple[Member, ...]:
    """The members that uv's lines name.

    Args:
        lines: of a dry run (` + name==version`, ` + name @ file:///...`).
        sources: where the files are looked up; several at the same time.

    Returns:
        Them all; of one whose file is not found, as on an index that only uv knows of, the worst is assumed: an sdist.
    """
    from concurrent.futures import ThreadPoolExecutor

    found = [match for line in lines if (match := _LINE.fullmatch(line.rstrip()))]
    with ThreadPoolExecutor(max_workers=8) as pool:
        return tuple(pool.map(lambda match: _read_line(match, sources), found))


def _read_line(match: re.Match[str], sources: Sources) -> Member:
    name, version, url = normalize_name(match["name"]), match["version"] or "", match["url"] or ""
    if url:
        return _read_address(name, version, url)
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        candidate = find_candidate(Requirement(f"{name}=={version}"), name, sources)
    except (InvalidRequirement, RequirementError, FetchError):
        candidate = None
    if candidate is None:
        return Member(name=name, version=version, kind="sdist")
    return Member(name=name, version=version, kind=candidate.kind, file=candidate.file)


def _read_address(name: str, version: str, url: str) -> Member:
    path = unquote(re.sub("[#?].*", "", url).partition("://")[2])
    title = path.rpartition("/")[2]
    kind = classify_file(title)
    if kind:
        file = IndexFile(name=title, url=url.partition("#")[0], sha256=find_digest(url))
        return Member(name=name, version=version, kind=kind, file=file)
    return Member(name=name, version=version, kind="sdist", directory=path if url.startswith("file:") else "")
