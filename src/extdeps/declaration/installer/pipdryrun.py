"""What pip would install, asked of pip itself: a dry run with its report.

https://pip.pypa.io/en/stable/reference/installation-report/ (format 1, pip 22.2 and later). Where pip has to build an
sdist to know what it depends on, it does.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import classify_file
from extdeps.declaration.index import IndexFile
from extdeps.declaration.installer.dryrun import insert_options, run_dry
from extdeps.declaration.member import Member
from extdeps.declaration.specifiers import intersect
from extdeps.errors import InstallerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from packaging.requirements import Requirement

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

OLDEST = "22.2"
"""The first pip that has `--dry-run` and `--report`."""

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_OPTIONS = ("--dry-run", "--no-input", "--disable-pip-version-check", "--progress-bar=off")
_BEGUN = re.compile(r"(?:Collecting|Processing|Obtaining) (.+?)(?: \(from .*\))?$")
_FAILURES = ("subprocess-exited-with-error", "metadata-generation-failed", "Failed to build")
_CHECKOUT = re.compile(r"\s*\S (?:git|hg|svn|bzr) .* did not run successfully")
_CONFLICT = "ResolutionImpossible"


def has_pip(host: Host, interpreter: Interpreter) -> bool:
    """Whether a Python has pip."""
    return any(host.exists(f"{site}/pip/__main__.py") for site in interpreter.site)


def can_report(host: Host, interpreter: Interpreter) -> bool:
    """Whether a Python has a pip that says what it would install."""
    from packaging.version import InvalidVersion, Version

    names = [name for site in interpreter.site for name in host.list_directory(site)]
    found = [name.removesuffix(".dist-info")[4:] for name in names if name.startswith("pip-") and "info" in name]
    try:
        return has_pip(host, interpreter) and all(Version(version) >= Version(OLDEST) for version in found)
    except InvalidVersion:
        return True  # it will say itself


def ask_pip(host: Host, python: str, arguments: Sequence[str], on_line: Callable[[str], None]) -> tuple[Member, ...]:
    """Ask the pip of a Python what `pip install` with these arguments would install.

    Args:
        host: this machine.
        python: the path of the Python.
        arguments: of `pip install`.
        on_line: gets each line that pip prints, as it comes.

    Raises:
        RequirementError: pip says that what is asked for cannot be installed together.
        InstallerError: it does not answer.
    """
    with TemporaryDirectory(prefix="extdeps-") as directory:
        path = os.path.join(directory, "report.json")
        argv = [python, "-m", "pip", "install", *insert_options(arguments, (*_OPTIONS, f"--report={path}"))]
        run_dry(host, argv, on_line, installer="pip", conflict=_CONFLICT, find_reason=_find_reason)
        try:
            with open(path, encoding="utf-8") as file:
                return parse_report(json.load(file))
        except (OSError, ValueError, RecursionError) as error:
            raise InstallerError("the report of pip cannot be read", context=(str(error),)) from error


def parse_report(document: Any) -> tuple[Member, ...]:
    """The members that a report of pip lists.

    Args:
        document: the decoded JSON.

    Raises:
        ValueError: it is not a report of version 1.
    """
    try:
        if document["version"] != "1":
            raise ValueError(f"its version is `{document['version']}`")
        items, environment = document["install"], document["environment"]
        asked = _Asked(items, environment)
        return tuple(_read_item(item, asked) for item in items)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is not as pip documents it: {error!r}") from error


def _read_item(item: Mapping[str, Any], asked: _Asked) -> Member:
    metadata, download = item["metadata"], item["download_info"]
    name, url = normalize_name(metadata["name"]), str(download["url"])
    extras = frozenset(asked.extras.get(name, ())) - {""}
    file = directory = None
    if "dir_info" in download:
        directory = unquote(urlsplit(url).path)
    elif "archive_info" in download:
        hashes = download["archive_info"].get("hashes") or {}
        title = unquote(urlsplit(url).path.rpartition("/")[2])
        file = IndexFile(name=title, url=url, sha256=str(hashes.get("sha256", "")), has_metadata=_serves_metadata(item))
    return Member(
        name=name,
        version=str(metadata["version"]),
        kind=(classify_file(file.name) if file else None) or "sdist",
        file=file,
        directory=directory or "",
        extras=extras,
        is_requested=bool(item["requested"]),
        specifier=asked.specifiers.get(name, ""),
    )


def _serves_metadata(item: Mapping[str, Any]) -> bool:
    """Whether METADATA may be had by itself: of what came from an index (PEP 658)."""
    return not item["is_direct"] and str(item["download_info"]["url"]).startswith("http")


class _Asked:
    """Which extras and versions of each member are asked for, by the members themselves.

    Args:
        items: of a report.
        environment: the marker variables of pip's Python.
    """

    def __init__(self, items: Iterable[Mapping[str, Any]], environment: Mapping[str, str]) -> None:
        self.extras: dict[str, set[str]] = {}
        self.specifiers: dict[str, str] = {}
        self._environment = environment
        self._by_name = {normalize_name(item["metadata"]["name"]): item for item in items}
        self._requirements = {
            name: tuple(self._parse(item["metadata"].get("requires_dist") or ()))
            for name, item in self._by_name.items()
        }
        for name, item in self._by_name.items():
            self._ask_for(name, item.get("requested_extras") or ())
        for name in self._by_name:
            self._note_ranges(name)

    def _ask_for(self, name: str, extras: Iterable[str]) -> None:
        """Extras of a member, and what these ask of others."""
        new = {normalize_name(extra) for extra in extras} - self.extras.setdefault(name, set())
        is_first = "" not in self.extras[name]
        if not (new or is_first) or name not in self._by_name:
            return
        self.extras[name] |= {*new, ""}
        for requirement in self._iter_asked(name, new | ({""} if is_first else set())):
            self._ask_for(normalize_name(requirement.name), requirement.extras)

    def _iter_asked(self, name: str, extras: Iterable[str]) -> Iterator[Requirement]:
        """What a member asks of others with some of its extras."""
        for requirement in self._requirements[name]:
            if requirement.marker is None or any(
                requirement.marker.evaluate({**self._environment, "extra": extra}) for extra in extras
            ):
                yield requirement

    def _parse(self, texts: Iterable[str]) -> Iterator[Requirement]:
        """Those that ask for another member; most ask for what nobody's extras need."""
        from packaging.requirements import InvalidRequirement, Requirement

        for text in texts:
            begin = _NAME.match(text)
            if begin and normalize_name(begin[0]) in self._by_name:
                with suppress(InvalidRequirement):  # pip has installed it all the same
                    yield Requirement(text)

    def _note_ranges(self, name: str) -> None:
        for requirement in self._iter_asked(name, self.extras[name]):
            other = normalize_name(requirement.name)
            self.specifiers[other] = intersect(self.specifiers.get(other, ""), str(requirement.specifier))


def _find_reason(lines: Sequence[str]) -> tuple[str, ...]:
    """What pip itself gives as the reason, without the output of what it ran; of a build that failed, of what."""
    first = next((index for index, line in enumerate(lines) if _is_build_failure(line)), 0)
    begun = [found[1] for line in lines[:first] if (found := _BEGUN.match(line))]
    if begun and any(map(_CHECKOUT.match, lines[first:])):
        return (f"it cannot fetch `{begun[-1]}`",)
    if begun:
        return (f"it has to build `{begun[-1]}` to know what that depends on, and cannot",)
    said = [line.strip() for line in lines if line.lstrip().lower().startswith("error:")]
    said.sort(key=lambda line: not line.startswith("ERROR: "))
    return tuple(dict.fromkeys(line.removeprefix("ERROR: ") for line in said))[:8] or tuple(lines[-3:])


def _is_build_failure(line: str) -> bool:
    return any(mark in line for mark in _FAILURES)
