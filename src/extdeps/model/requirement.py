"""One external requirement: an identifier, a version range and a marker.

Both forms are read here: the DepURL of PEP 725 and the short, pkg-config
style form of `pep_draft` ("The two forms of a requirement").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extdeps.errors import RequirementError
from extdeps.model.constraint import format_constraints, parse_constraints
from extdeps.model.identifier import DepURL, parse_depurl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from extdeps.model.constraint import Constraint
    from extdeps.model.marker import Comparison, Expression

    Phase = Literal["build", "host", "run"]
else:
    Phase = str

PHASES: tuple[Phase, ...] = ("build", "host", "run")

_SHORT = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._+-]*)\s*(?P<range>[<>=!~].*)?", re.DOTALL)
_LEGACY = re.compile(r"(?P<url>(?:pkg|virtual):\S+?)\s*(?P<range>[<>=!~].*)?", re.DOTALL)
_CAPABILITY = re.compile(r"[a-z0-9]\.[a-z]|\bnot\b(?!\s+in\b)")
_QUOTED = re.compile(r"'([^'\"]*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What somebody asks for.

    Args:
        url: the identifier with its version range; a short name is lowered to `dep:generic/NAME`.
        marker: a PEP 508 environment marker as it was written, or empty.
        note: what a reader should know about how it was written, or empty.
    """

    url: DepURL
    marker: str = ""
    note: str = ""

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The bounds on the version."""
        return self.url.constraints

    def __str__(self) -> str:
        return f"{self.url}; {self.marker}" if self.marker else str(self.url)

    def format_short(self) -> str:
        """The short form of it where it has one (`gdal>=3.4`), else the DepURL."""
        url = self.url
        if url.type != "generic" or url.namespace or url.qualifiers or not _SHORT.fullmatch(url.name):
            return str(url)
        return f"{url.name}{format_constraints(url.constraints)}"

    @property
    def needs_capabilities(self) -> bool:
        """Whether its marker is about more than PEP 508 knows."""
        return bool(self.marker) and not _is_of_pep_508(self.marker)

    def lower(self) -> Requirement:
        """The same for readers that know markers of PEP 508 alone (`pep_draft`, "Markers over capabilities")."""
        if not self.needs_capabilities:
            return self
        from extdeps.model.marker import lower, parse_marker

        return replace(self, marker=lower(parse_marker(self.marker)))

    def applies(
        self,
        environment: Mapping[str, str],
        extras: frozenset[str] = frozenset(),
        decide: Callable[[Comparison], bool | None] = lambda _comparison: None,
    ) -> bool | None:
        """Evaluate the marker, with each of the extras in turn and without any.

        Args:
            environment: marker variables and their values, as of the Python that decides (PEP 508).
            extras: the extras that were asked for.
            decide: answers a comparison about a capability (`pep_draft`, "Markers over capabilities").

        Returns:
            None where a capability that decides is not known.
        """
        if not self.marker:
            return True
        if self.needs_capabilities:
            from extdeps.model.marker import parse_marker

            answers = [
                _evaluate(parse_marker(self.marker), {**environment, "extra": extra}, decide)
                for extra in ("", *sorted(extras))
            ]
            return True if True in answers else None if None in answers else False
        from packaging.markers import Marker

        marker = Marker(self.marker)
        return any(marker.evaluate({**environment, "extra": extra}) for extra in ("", *sorted(extras)))


def parse_requirement(text: str) -> Requirement:
    """Parse a requirement in either form, or in the spelling of PEP 725's first draft of 2023.

    Args:
        text: `gdal>=3.4`, `dep:generic/gdal@>=3.4`, `pkg:generic/gdal`, each with an optional `; marker`.

    Raises:
        RequirementError: naming the offending part.
    """
    head, semicolon, marker = text.partition(";")
    head, marker = head.strip(), marker.strip()
    if not head:
        raise RequirementError(f"`{text}` names nothing")
    if semicolon:
        check_marker(marker, whole=text)
    if head.startswith("dep:"):
        return Requirement(url=parse_depurl(head), marker=marker)
    if head.startswith(("pkg:", "virtual:")):
        return _parse_legacy(head, marker)
    match = _SHORT.fullmatch(head)
    if not match:
        raise RequirementError(
            f"`{head}` is neither a short name with a version range nor a `dep:` URL",
            hint="write `gdal>=3.4` or `dep:generic/gdal@>=3.4`",
        )
    constraints = parse_constraints(match["range"]) if match["range"] else ()
    return Requirement(url=DepURL(type="generic", name=match["name"], constraints=constraints), marker=marker)


def check_marker(marker: str, *, whole: str) -> None:
    """Raise RequirementError unless the text is a PEP 508 marker, or one over capabilities."""
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(marker)
    except InvalidMarker as error:
        if _CAPABILITY.search(marker):
            from extdeps.model.marker import parse_marker

            parse_marker(marker)
            return
        reason = str(error).partition("\n")[0]
        raise RequirementError(f"`{marker}` is not an environment marker, in `{whole}`", context=(reason,)) from error


def _is_of_pep_508(marker: str) -> bool:
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(marker)
    except InvalidMarker:
        return False
    return True


def _evaluate(
    marker: Expression, environment: Mapping[str, str], decide: Callable[[Comparison], bool | None]
) -> bool | None:
    from packaging.markers import Marker

    from extdeps.model.marker import evaluate

    def answer(comparison: Comparison) -> bool | None:
        if comparison.is_of_capability:
            return decide(comparison)
        return Marker(str(comparison)).evaluate(dict(environment))

    return evaluate(marker, answer)


def requote_marker(marker: str) -> str:
    """The marker with its strings in double quotes, as Core Metadata prints them."""
    return _QUOTED.sub(r'"\1"', marker)


def _parse_legacy(head: str, marker: str) -> Requirement:
    """`pkg:generic/x >=1` and `virtual:compiler/c`: the 2023 draft of PEP 725."""
    match = _LEGACY.fullmatch(head)
    if not match:
        raise RequirementError(f"`{head}` is not a package URL")
    url = match["url"]
    scheme, _, rest = url.partition(":")
    current = f"dep:virtual/{rest}" if scheme == "virtual" else f"dep:{rest}"
    parsed = parse_depurl(current)
    if match["range"]:
        parsed = replace(parsed, constraints=parse_constraints(match["range"]))
    return Requirement(
        url=parsed,
        marker=marker,
        note=f"`{head}` is the spelling of PEP 725's 2023 draft; today it is `{parsed}`",
    )
