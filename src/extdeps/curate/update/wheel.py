"""The wheels that carry documents: which is the newest, whether it is what its digest says, and what is in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from extdeps.declaration.archive import read_members
from extdeps.declaration.external import normalize_name
from extdeps.declaration.index import find_digest
from extdeps.declaration.named import find_candidate
from extdeps.declaration.wheel import read_wheel
from extdeps.errors import AbsentAddressError, ArchiveError, RequirementError, UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from extdeps.declaration.candidate import Candidate
    from extdeps.declaration.named import Sources
    from extdeps.fetch import Fetcher

_LOCAL = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel that is what its digest says.

    Args:
        name: its file name.
        project: the normalised name of its project.
        version: its version (PEP 440).
        sha256: its digest.
        content: the archive.
    """

    name: str
    project: str
    version: str
    sha256: str
    content: bytes


def find_newest(project: str, sources: Sources, version: str = "") -> Candidate:
    """The wheel of a project that pip would take.

    Args:
        project: its normalised name.
        sources: the indexes that pip is configured for.
        version: the version that is asked for; empty for the newest.

    Raises:
        FetchError: no index can be read, or none has a wheel that fits.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    text = f"{project}=={version}" if version else project
    try:
        candidate = find_candidate(Requirement(text), project, sources)
    except (RequirementError, InvalidRequirement) as error:
        context = error.context if isinstance(error, RequirementError) else (str(error),)
        raise AbsentAddressError(f"no index has a wheel of `{text}`", context=context) from error
    if candidate is None:
        raise AbsentAddressError(f"no index has a wheel of `{text}`", context=("there is none to ask",))
    return candidate


def fetch_wheel(url: str, name: str, fetcher: Fetcher, sha256: str = "") -> Wheel:
    """Fetch a wheel, and compare it with its digest.

    Args:
        url: its address; the digest may stand in its fragment.
        name: its file name.
        fetcher: reads the address.
        sha256: the digest; needed unless the file is local.

    Raises:
        FetchError: it cannot be read.
        UntrustedIndexError: it has no digest, or another.
        ArchiveError: it is not a wheel.
    """
    sha256 = sha256 or find_digest(url)
    bare = url.partition("#")[0]
    if not (sha256 or bare.startswith(_LOCAL)):
        raise UntrustedIndexError(
            f"nobody vouches for `{bare}`",
            context=("the index gives no SHA-256 for it",),
            hint="`--digest sha256:...` gives that of a wheel of extdeps",
        )
    content = fetcher.fetch(bare).content
    found = check_digest(content, sha256, bare)
    distribution = read_wheel(content, name=name, subject=name)
    return Wheel(
        name=name,
        project=normalize_name(distribution.name),
        version=_normalize_version(distribution.version, name),
        sha256=found,
        content=content,
    )


def check_digest(content: bytes, sha256: str, url: str) -> str:
    """Compare content with its digest, and return that which it has.

    Args:
        content: what an address answered.
        sha256: what it should be; empty for anything.
        url: the address.

    Raises:
        UntrustedIndexError: it is not what the digest says.
    """
    found = hashlib.sha256(content).hexdigest()
    if sha256 and found != sha256:
        raise UntrustedIndexError(
            f"`{url}` is not what its digest says",
            context=(f"expected sha256:{sha256}", f"read {len(content)} bytes with sha256:{found}"),
            hint="it is truncated, or somebody changed it; nothing was changed here",
        )
    return found


def _normalize_version(text: str, name: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(text))
    except InvalidVersion as error:
        raise ArchiveError(f"`{name}`: its version `{text}` is none (PEP 440)") from error


def read_directory(wheel: Wheel, path: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files below a directory of the package that a wheel holds, by their paths below it.

    Args:
        wheel: the wheel.
        path: the directory, from the root of the package.
        wanted: whether a file of this path is to be read.

    Raises:
        ArchiveError: the wheel is damaged, or larger than the limits.
    """
    prefix = f"{wheel.project.replace('-', '_')}/{path}/"
    members = read_members(
        wheel.content, wheel.name, lambda name: name.startswith(prefix) and wanted(name.removeprefix(prefix))
    )
    return {name.removeprefix(prefix): content for name, content in members.items()}


def read_member(wheel: Wheel, path: str) -> bytes:
    """A file of a wheel, by its path from the root of the wheel or of the package in it.

    Raises:
        ArchiveError: it is not there, or the wheel is damaged.
    """
    paths = (path, f"{wheel.project.replace('-', '_')}/{path}")
    members = read_members(wheel.content, wheel.name, lambda name: name in paths)
    content = next((members[name] for name in paths if name in members), None)
    if content is None:
        raise ArchiveError(f"`{wheel.name}` has no `{path}`")
    return content
