"""Package URLs of the packages of ecosystems (https://github.com/package-url/purl-spec, "types")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_EPOCH = re.compile(r"(?P<epoch>[0-9]+):(?P<version>.+)", re.DOTALL)
_QUERY = re.compile(r"(?=[?#])")
_EXTRAS = re.compile(r"\[.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the packages of an ecosystem are named.

    Args:
        type: the registered type.
        vendor: its namespace, where the type has one.
        is_caseless: whether the type's names are in small letters.
    """

    type: str
    vendor: str = ""
    is_caseless: bool = False


_KINDS = {
    "alpine": _Kind("apk", "alpine", is_caseless=True),
    "arch": _Kind("alpm", "arch", is_caseless=True),
    "conan": _Kind("conan"),
    "conda-forge": _Kind("conda"),
    "debian": _Kind("deb", "debian", is_caseless=True),
    "fedora": _Kind("rpm", "fedora"),
    "msys2": _Kind("alpm", "msys", is_caseless=True),
    "opensuse": _Kind("rpm", "opensuse"),
    "pypi": _Kind("pypi", is_caseless=True),
    "rhel": _Kind("rpm", "redhat"),
    "ubuntu": _Kind("deb", "ubuntu", is_caseless=True),
}
"""The ecosystems that have a registered type. Those of Homebrew, Nix and others are proposals so far."""


def format_purl(name: str, ecosystem: str = "", version: str = "") -> str:
    """The package URL of a package; of type `generic` where its ecosystem has no type.

    Args:
        name: as its manager knows it.
        ecosystem: what it belongs to (`debian+12`), or empty.
        version: as its manager writes it, or empty.
    """
    family, _, release = ecosystem.partition("+")
    kind = _KINDS.get(family) or _Kind("generic", family)
    if kind.is_caseless:
        name = name.lower()
    if kind.type == "pypi":
        name = _EXTRAS.sub("", name).replace("_", "-")
    qualifiers = {"channel": family} if kind.type == "conda" else {}
    if release and kind.vendor:
        qualifiers["distro"] = f"{family}-{release}"
    epoch = _EPOCH.fullmatch(version) if kind.type == "rpm" else None
    if epoch:
        version, qualifiers["epoch"] = epoch["version"], epoch["epoch"]
    path = "/".join(_encode(part) for part in (kind.vendor, *name.split("/")) if part)
    query = "&".join(f"{key}={_encode(value)}" for key, value in sorted(qualifiers.items()))
    return f"pkg:{kind.type}/{path}{version and '@' + _encode(version)}{query and '?' + query}"


def format_generic(identifier: str, version: str = "") -> str:
    """The package URL of what is not known to be of any package, out of its DepURL, which has the same form.

    Args:
        identifier: canonical, without a range.
        version: the upstream version, or empty.
    """
    path, *rest = _QUERY.split(identifier.removeprefix("dep:"), maxsplit=1)
    if path.startswith("virtual/"):  # which is no type of a package
        path = f"generic/{path}"
    return f"pkg:{path}{version and '@' + _encode(version)}{''.join(rest)}"


def _encode(text: str) -> str:
    return quote(text, safe=":", errors="replace")
