"""Which ecosystem a machine belongs to, and which mapping documents that means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.interpreter import Distributor
    from extdeps.system import OsRelease

_IDENTIFIER = re.compile(r"[a-z0-9._-]+(\+[A-Za-z0-9._-]+)?")

_CODENAMES = {
    "bookworm": ("debian", "12"),
    "trixie": ("debian", "13"),
    "forky": ("debian", "14"),
    "daedalus": ("debian", "12"),
    "excalibur": ("debian", "13"),
    "jammy": ("ubuntu", "22.04"),
    "noble": ("ubuntu", "24.04"),
    "plucky": ("ubuntu", "25.04"),
    "questing": ("ubuntu", "25.10"),
    "resolute": ("ubuntu", "26.04"),
}
"""The release whose packages a derivative takes, by the codename in its os-release."""

_OF_DISTRIBUTOR: dict[Distributor, str] = {
    "conda": "conda-forge",
    "nix": "nix",
    "homebrew": "homebrew",
    "macports": "macports",
}

_OF_SYSTEM_ID = {"nixos": "nix", "macos": "homebrew"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecosystem:
    """A namespace of packages (PEP 804, "Ecosystem identifiers").

    Args:
        name: `debian`, `conda-forge`.
        release: `12`, or empty.
    """

    name: str
    release: str = ""

    def __str__(self) -> str:
        return f"{self.name}+{self.release}" if self.release else self.name

    def identifiers(self) -> Iterator[str]:
        """The names of its mapping documents, the most specific first: `alpine+3.22.1`, `alpine+3.22`, ..."""
        parts = self.release.split(".") if self.release else []
        for end in range(len(parts), 0, -1):
            yield f"{self.name}+{'.'.join(parts[:end])}"
        yield self.name

    def wider(self) -> Ecosystem | None:
        """The ecosystem whose documents its own overlay: of `alpine+3.22` that of `alpine+3`, or None."""
        if not self.release:
            return None
        return Ecosystem(name=self.name, release=self.release.rpartition(".")[0])


def codename(ecosystem: Ecosystem) -> str:
    """The codename of a release (`bookworm`), under which its archive keeps it; else the release as it is written."""
    of_release = (name for name, known in _CODENAMES.items() if known == (ecosystem.name, ecosystem.release))
    return next(of_release, ecosystem.release)


def parse_ecosystem(text: str) -> Ecosystem:
    """Parse `debian+12`.

    Raises:
        UsageError: it is not an ecosystem identifier (PEP 804).
    """
    if not _IDENTIFIER.fullmatch(text):
        raise UsageError(f"`{text}` is not an ecosystem", hint="write `debian`, `debian+12` or `conda-forge`")
    name, _, release = text.partition("+")
    return Ecosystem(name=name, release=release)


def refuse_ecosystem(ecosystem: Ecosystem, known: Collection[str]) -> UsageError:
    """The error about an ecosystem that nobody maps; the nearest that somebody maps is said first.

    Args:
        ecosystem: what was asked for: with a slip in it, or a release by its codename (`bookworm`).
        known: the ecosystems that have a mapping, with and without release.
    """
    nearest = _find_nearest(ecosystem, known)
    meant = f"did you mean `{nearest}`? " if nearest else ""
    return UsageError(f"no mapping for `{ecosystem}`", hint=f"{meant}there are mappings for {', '.join(sorted(known))}")


def _find_nearest(ecosystem: Ecosystem, known: Collection[str]) -> str:
    """What somebody means who calls an ecosystem so; empty where nothing is near."""
    from difflib import get_close_matches

    name, release = _CODENAMES.get(ecosystem.name, (_OF_SYSTEM_ID.get(ecosystem.name, ""), ""))
    if name:
        return str(Ecosystem(name=name, release=release))
    whole = get_close_matches(str(ecosystem), sorted(known), n=1, cutoff=0.85)
    if whole:
        return whole[0]
    families = sorted({item.partition("+")[0] for item in known})
    longer = [item for item in families if item.startswith(ecosystem.name) or ecosystem.name.startswith(item)]
    close = longer or get_close_matches(ecosystem.name, families, n=1, cutoff=0.7)
    return str(replace(ecosystem, name=close[0])) if close else ""


def find_ecosystem(
    release: OsRelease, distributor: Distributor, known: Collection[str], families: tuple[str, ...]
) -> Ecosystem | None:
    """The ecosystem of a machine: the Python's own, then ID, then ID_LIKE, then the family of a manager.

    Args:
        release: the machine's os-release.
        distributor: who supplied the Python that decides.
        known: the names of the ecosystems that have a mapping, with and without release.
        families: the ecosystems of the package managers that are there, those of the whole system first.

    Returns:
        The most specific ecosystem, or None where nothing is known about the machine.
    """
    if distributor in _OF_DISTRIBUTOR:
        return Ecosystem(name=_OF_DISTRIBUTOR[distributor])
    own = _OF_SYSTEM_ID.get(release.id)
    if own:
        return Ecosystem(name=own)
    if release.id in known:
        return Ecosystem(name=release.id, release=release.version_id)
    for codename in release.codenames:
        name, number = _CODENAMES.get(codename, ("", ""))
        if name in known and (name in release.id_like or not release.id_like):
            return Ecosystem(name=name, release=number)
    for name in (*release.id_like, *families):
        if name in known:
            return Ecosystem(name=name)
    return None
