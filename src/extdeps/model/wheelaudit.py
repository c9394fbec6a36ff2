"""What a wheel carries beside its own code: shared libraries, whose they are, and what they weigh."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Format = Literal["elf", "macho", "pe"]
    Vendor = Literal["auditwheel", "delvewheel", "delocate", "hand"]
    Reason = Literal["library", "component", "module", ""]
else:
    Format = Vendor = Reason = str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLibrary:
    """One shared library in a wheel.

    Args:
        path: where it lies in the wheel.
        format: of the file.
        vendor: what has put it there; `hand` where no tool is known by its traces.
        original: its file name before a tool has put a hash into it.
        compressed: bytes that it takes in the wheel.
        size: bytes that it takes unpacked.
        soname: its soname, install name or, of a DLL, the name in its export table; empty where it has none.
        needed: the libraries that it asks the loader for, in its order.
        identifiers: which identifier it is, in order of likelihood; several where its name is that of several.
        because: how that is known: its link name proves the identifier, belongs to it as a component, or is that of a
            pkg-config module; empty where nothing is known.
    """

    path: str
    format: Format
    vendor: Vendor
    original: str
    compressed: int
    size: int
    soname: str = ""
    needed: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    because: Reason = ""

    @property
    def identifier(self) -> str:
        """The likeliest identifier, or empty."""
        return self.identifiers[0] if self.identifiers else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file of a wheel that looks like native code and cannot be read.

    Args:
        path: where it lies in the wheel.
        reason: what is wrong with it.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Externalized:
    """One identifier, some libraries of which are in wheels, as if it came from outside.

    Args:
        identifier: the canonical one.
        compressed: bytes that its libraries take in the wheels.
        size: bytes that they take unpacked.
        libraries: how many files that is.
        is_direct: whether something that would stay asks for it; else only others that would come from outside too.
        also: other identifiers that libraries of this name may be.
        packages: what supplies it at run time where it was asked; empty where nothing is known or there is none.
        is_mapped: whether the ecosystem says anything about it, be it that there is no such package.
    """

    identifier: str
    compressed: int
    size: int
    libraries: int
    is_direct: bool
    also: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    is_mapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelAudit:
    """What one wheel carries.

    Args:
        path: the file, as it was given.
        name: the project, as the wheel writes it.
        version: of the project.
        compressed: bytes of the file.
        size: bytes of all its members unpacked.
        libraries: the largest in the wheel first.
        extensions: how many extension modules there are, which are the project's own code.
        programs: how many programs there are.
        unreadable: native code of which nothing could be told.
        externalized: by identifier, the largest first.
        outside: identifiers of libraries that its native code asks for and that it does not carry.
    """

    path: str
    name: str
    version: str
    compressed: int
    size: int
    libraries: tuple[CarriedLibrary, ...] = ()
    extensions: int = 0
    programs: int = 0
    unreadable: tuple[Unreadable, ...] = ()
    externalized: tuple[Externalized, ...] = ()
    outside: frozenset[str] = frozenset()

    @property
    def unknown(self) -> tuple[CarriedLibrary, ...]:
        """The libraries of which nobody knows whose they are."""
        return tuple(item for item in self.libraries if not item.identifiers)

    @property
    def known(self) -> tuple[CarriedLibrary, ...]:
        """The libraries whose identifier is known."""
        return tuple(item for item in self.libraries if item.identifiers)

    @property
    def without(self) -> int:
        """Bytes that the wheel would have without the libraries that are known."""
        return self.compressed - sum(item.compressed for item in self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What several wheels carry.

    Args:
        wheels: in the order in which they were given.
        ecosystem: whose packages are named, or empty.
        externalized: by identifier over all wheels, the largest first.
    """

    wheels: tuple[WheelAudit, ...]
    ecosystem: str = ""
    externalized: tuple[Externalized, ...] = ()

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The identifiers that the wheels would have to ask for (`[external] dependencies`), sorted."""
        return tuple(sorted(item.identifier for item in self.externalized if item.is_direct))
