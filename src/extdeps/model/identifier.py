"""DepURL: the identifier of an external dependency (PEP 725, "DepURL").

A DepURL is a package URL with the scheme `dep`, a further type `virtual` and
version ranges. packageurl-python accepts neither the scheme nor a range and
is not among the libraries that an installer vendors, so the few rules of the
PURL specification that matter here are applied below.
https://github.com/package-url/purl-spec
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.errors import RequirementError
from extdeps.model.constraint import format_constraints, parse_constraints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extdeps.model.constraint import Constraint

_TYPE = re.compile(r"[a-z][a-z0-9.+-]*")
_QUALIFIER = re.compile(r"[a-z][a-z0-9._-]*")

_PLAIN = str.maketrans("", "", "+.-_~")

_CASELESS = frozenset({"alpm", "apk", "bitbucket", "bitnami", "composer", "deb", "github", "gitlab", "hex", "luarocks"})
"""Types whose namespace and name are compared without regard to case, as PURL's type definitions say."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DepURL:
    """A parsed `dep:` URL (PEP 725, "DepURL"), printed with the letters that it was written in.

    Two that denote the same are equal.

    Args:
        type: `generic`, `virtual`, or a type of package URLs, such as `github`.
        namespace: decoded; empty where there is none.
        name: decoded.
        constraints: the version range; a bare version means exactly that one.
        qualifiers: pairs of key and value, decoded.
        subpath: decoded; empty where there is none.
    """

    type: str
    namespace: str = ""
    name: str
    constraints: tuple[Constraint, ...] = ()
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str = ""

    @property
    def is_virtual(self) -> bool:
        """Whether it is provided by one of several packages (PEP 725, "Virtual package specification")."""
        return self.type == "virtual"

    @property
    def is_compiler(self) -> bool:
        """Whether Python's own headers are implied (PEP 725, "Python development headers")."""
        return self.is_virtual and self.namespace == "compiler"

    @property
    def identifier(self) -> str:
        """The URL without its version range, normalised: what the registry and the mappings are keyed by."""
        *spaces, name = _normalize(self.type, (*self.namespace.split("/"), self.name))
        return self._format(spaces, name, "")

    def __str__(self) -> str:
        version = f"@{format_constraints(self.constraints)}" if self.constraints else ""
        return self._format(self.namespace.split("/"), self.name, version)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DepURL):
            return NotImplemented
        return (self.identifier, self.constraints) == (other.identifier, other.constraints)

    def __hash__(self) -> int:
        return hash((self.identifier, self.constraints))

    def _format(self, spaces: Sequence[str], name: str, version: str) -> str:
        path = "/".join(_encode(part) for part in (*filter(None, spaces), name))
        query = "&".join(f"{key}={_encode(value, ':/')}" for key, value in self.qualifiers)
        fragment = "/".join(_encode(part) for part in self.subpath.split("/") if part)
        return f"dep:{self.type}/{path}{version}{query and '?' + query}{fragment and '#' + fragment}"


def parse_depurl(text: str) -> DepURL:
    """Parse `dep:type/namespace/name@version?qualifiers#subpath`.

    Args:
        text: the URL, without a marker.

    Raises:
        RequirementError: naming the part that PEP 725 or PURL does not allow.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or scheme != "dep":
        raise RequirementError(f"`{text}` does not start with `dep:`")
    rest, _, fragment = rest.lstrip("/").partition("#")
    rest, constraints = _split_version(rest)
    rest, _, query = rest.partition("?")
    kind, slash, path = rest.partition("/")
    kind = kind.lower()
    if not slash:
        raise RequirementError(
            f"`{text}` has no type",
            hint=f"a library or program without a package index is `dep:generic/{kind}`",
        )
    if not _TYPE.fullmatch(kind):
        raise RequirementError(f"`{kind}` is not a type, in `{text}`")
    parts = [_decode(part) for part in path.split("/") if part]
    if not parts or path.endswith("/"):
        raise RequirementError(f"`{text}` has no name")
    *spaces, name = parts
    if any(not part.strip() or any(char.isspace() or not char.isprintable() for char in part) for part in parts):
        raise RequirementError(f"`{text}` has white space in its name")
    if any(char in part for part in path.split("/") for char in "<>=,"):
        raise RequirementError(
            f"`{text}` has a version range in its name", hint="a version range follows an `@`: `dep:generic/gdal@>=3.4`"
        )
    if kind == "virtual" and len(spaces) != 1:
        raise RequirementError(
            f"`{text}` has no namespace",
            hint="a virtual dependency is `dep:virtual/compiler/NAME` or `dep:virtual/interface/NAME`",
        )
    return DepURL(
        type=kind,
        namespace="/".join(spaces),
        name=name,
        constraints=constraints,
        qualifiers=_parse_qualifiers(query, text),
        subpath="/".join(_decode(part) for part in fragment.split("/") if part not in ("", ".", "..")),
    )


def _split_version(rest: str) -> tuple[str, tuple[Constraint, ...]]:
    """Take `@version` out of the middle; a version stands between the name and the qualifiers."""
    head, at, tail = rest.partition("@")
    if not at:
        return rest, ()
    version, mark, query = tail.partition("?")
    version = _decode(version).strip()
    if not version:
        raise RequirementError(f"`@` without a version, in `dep:{rest}`")
    return head + mark + query, parse_constraints(version)


def _normalize(kind: str, parts: Iterable[str]) -> list[str]:
    """Namespace and name as their type compares them (PURL, "Known purl types")."""
    if kind in _CASELESS or kind == "virtual":
        return [part.lower() for part in parts]
    if kind == "pypi":
        return [part.lower().replace("_", "-") for part in parts]
    return list(parts)


def _parse_qualifiers(query: str, whole: str) -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = {}
    for item in filter(None, query.split("&")):
        key, equals, value = item.partition("=")
        key = key.lower()
        if not equals or not _QUALIFIER.fullmatch(key):
            raise RequirementError(f"`{item}` is not a qualifier, in `{whole}`")
        if key in pairs:
            raise RequirementError(f"the qualifier `{key}` is given twice, in `{whole}`")
        if value:
            pairs[key] = _decode(value)
    return tuple(sorted(pairs.items()))


def _encode(part: str, safe: str = "+.-_~:") -> str:
    if part.isascii() and part.translate(_PLAIN).isalnum():
        return part
    from urllib.parse import quote

    return quote(part, safe=safe)


def is_virtual(identifier: str) -> bool:
    """Whether a normalised identifier is one of a virtual, as `DepURL.is_virtual` has it."""
    return identifier.startswith("dep:virtual/")


def _decode(part: str) -> str:
    if "%" not in part:
        return part
    from urllib.parse import unquote

    return unquote(part)
