"""What an installer asks its helper, in one JSON document (`pep_draft`, "The helper of an installer").

Members that are not known are ignored, so that a later release of the same protocol can have more of them. All faults
of a request are collected and raised together, each with its place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from extdeps.errors import RequestError, RequirementError, UnknownProtocolError
from extdeps.model.declaration import Declaration, DeclaredRequirement
from extdeps.model.requirement import PHASES, parse_requirement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from extdeps.model.requirement import Phase

    Consent = Literal["check", "plan", "install"]
else:
    Consent = str

PROTOCOL = 1
REQUEST_LIMIT = 16 * 1024 * 1024
"""Bytes of a request."""

_CONSENTS: tuple[Consent, ...] = ("check", "plan", "install")
_KINDS = {bool: "a boolean", int: "a number", float: "a number", list: "an array", dict: "an object", str: "a string"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallerRequest:
    """What an installer asks.

    Args:
        declarations: what is asked for, one for each who asks.
        consent: only check, also plan, or also install, which the installer has asked its user about.
        python: the Python that decides; empty for the default one.
        target: the ecosystem of a machine that is not here (`debian+12`), or empty.
        managers: the package managers to use, the preferred one first; none for the machine's own.
    """

    declarations: tuple[Declaration, ...]
    consent: Consent = "check"
    python: str = ""
    target: str = ""
    managers: tuple[str, ...] = ()


def parse_request(content: bytes) -> InstallerRequest:
    """Read a request.

    Args:
        content: the document in UTF-8, at most `REQUEST_LIMIT` bytes.

    Raises:
        UnknownProtocolError: it is of another protocol, of which nothing else is read.
        RequestError: it is no request; with one line for every fault.
    """
    document = _load(content)
    _require_protocol(document)
    reader = _Reader()
    request = reader.read(document)
    if reader.faults:
        count = len(reader.faults)
        raise RequestError(f"the request has {count} fault{'s' if count > 1 else ''}", context=tuple(reader.faults))
    return request


def _load(content: bytes) -> dict[str, object]:
    if len(content) > REQUEST_LIMIT:
        raise RequestError(f"the request is larger than {REQUEST_LIMIT // 1024**2} MiB")
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise RequestError("the request is nested too deeply") from None
    except ValueError as error:  # also UnicodeDecodeError, and numbers of too many digits
        raise RequestError("the request is not JSON in UTF-8", context=(str(error),)) from error
    if not isinstance(document, dict):
        raise RequestError(f"the request is {_kind(document)}, not an object")
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(f"`{name}` is not JSON")


def _require_protocol(document: dict[str, object]) -> None:
    hint = f"this release knows protocol {PROTOCOL}"
    protocol = document.get("protocol")
    if protocol is None:
        raise RequestError("the request does not name its `protocol`", hint=hint)
    if type(protocol) is not int:
        raise RequestError(f"protocol: is {_kind(protocol)}, not an integer", hint=hint)
    if protocol != PROTOCOL:
        raise UnknownProtocolError(f"protocol {protocol} is not known", hint=hint)


class _Reader:
    """Walks one request, and remembers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def read(self, document: dict[str, object]) -> InstallerRequest:
        managers = document.get("managers")
        return InstallerRequest(
            declarations=self._read_declarations(document.get("requirements")),
            consent=self._read_consent(document.get("consent")),
            python=self._text(document.get("python"), "python"),
            target=self._text(document.get("target"), "target"),
            managers=tuple(
                self._text(item, place, is_required=True)
                for place, item in self._items([] if managers is None else managers, "managers", "strings")
            ),
        )

    def _read_consent(self, value: object) -> Consent:
        if value is not None:
            text = self._text(value, "consent", is_required=True)
            for consent in _CONSENTS:
                if text == consent:
                    return consent
            if text:
                self._fault("consent", f"`{text}` is none of check, plan and install")
        return "check"

    def _read_declarations(self, value: object) -> tuple[Declaration, ...]:
        """One declaration for each who asks, and where it was read, in the order in which they first ask."""
        asked: dict[tuple[str, str, str], list[DeclaredRequirement]] = {}
        for place, item in self._items(value, "requirements", "objects"):
            if isinstance(item, dict):
                who = self._read_requester(item.get("requested_by"), f"{place}.requested_by")
                origin = self._text(item.get("origin"), f"{place}.origin") or "the request"
                asked.setdefault((*who, origin), []).extend(self._read_requirement(item, place))
            else:
                self._fault(place, f"is {_kind(item)}, not an object")
        return tuple(
            Declaration(
                subject=name,
                taken=taken,
                origin=origin,
                requirements=tuple(requirements),
                notes=tuple(dict.fromkeys(item.requirement.note for item in requirements if item.requirement.note)),
            )
            for (name, taken, origin), requirements in asked.items()
        )

    def _read_requester(self, value: object, place: str) -> tuple[str, str]:
        """Who asks, and what of it is installed: `2.9.13, sdist`."""
        if not isinstance(value, dict):
            self._fault(place, "is missing" if value is None else f"is {_kind(value)}, not an object")
            return "", ""
        name = self._text(value.get("name"), f"{place}.name", is_required=True)
        about = (self._text(value.get(key), f"{place}.{key}") for key in ("version", "kind"))
        return name, ", ".join(filter(None, about))

    def _read_requirement(self, item: dict[str, object], place: str) -> Iterator[DeclaredRequirement]:
        """One requirement, in each phase that it is needed in."""
        key = f"{place}.requirement"
        text = self._text(item.get("requirement"), key, is_required=True)
        phases = self._read_phases(item.get("phase"), f"{place}.phase")
        if not text:
            return
        try:
            requirement = parse_requirement(text)
        except RequirementError as error:
            self._fault(key, "; ".join((error.message, *error.context)))
            return
        for phase in phases:
            yield DeclaredRequirement(requirement=requirement, phase=phase, key=place)

    def _read_phases(self, value: object, place: str) -> tuple[Phase, ...]:
        """The phases of one name, or of an array of names, in their natural order."""
        named = tuple(self._items(value, place, "strings")) if isinstance(value, list) else ((place, value),)
        if not named:
            self._fault(place, "names no phase")
        texts = {where: self._text(item, where, is_required=True) for where, item in named}
        for where, text in texts.items():
            if text and text not in PHASES:
                self._fault(where, f"`{text}` is not a phase; the phases are build, host and run")
        return tuple(phase for phase in PHASES if phase in texts.values())

    def _items(self, value: object, place: str, what: str) -> Iterator[tuple[str, object]]:
        """The items of an array, with their places."""
        if isinstance(value, list):
            yield from ((f"{place}[{index}]", item) for index, item in enumerate(value))
        else:
            self._fault(place, "is missing" if value is None else f"is {_kind(value)}, not an array of {what}")

    def _text(self, value: object, place: str, *, is_required: bool = False) -> str:
        """A string that can be printed; empty where there is none, or it is wrong."""
        if isinstance(value, str):
            if not value.isprintable():
                self._fault(place, "has characters that cannot be printed")
            elif is_required and not value:
                self._fault(place, "is empty")
            else:
                return value
        elif value is not None:
            self._fault(place, f"is {_kind(value)}, not a string")
        elif is_required:
            self._fault(place, "is missing")
        return ""

    def _fault(self, place: str, text: str) -> None:
        self.faults.append(f"{place}: {text}")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")
