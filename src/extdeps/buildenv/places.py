"""What is installed where no build looks: one function for each kind of place, in one table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.buildenv.directories import build_variables
from extdeps.database.brew import find_prefix
from extdeps.host import find_executable
from extdeps.model.environment import Variable, merge_variables
from extdeps.probe.search import find_roots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.buildenv.directories import Ground, Layout
    from extdeps.catalog.probes import ProbeEntry

    Case = Callable[[Ground, Iterable[ProbeEntry]], Iterator["Place"]]

_PARTS = ("lib/pkgconfig", "share/pkgconfig", "include", "lib", "bin")
_BY_VARIABLE = "builds look where it says"
_TOOLCHAIN = ("bin/cc", "bin/clang", "bin/gcc", "bin/ld", "include/stdio.h", "include/linux/version.h")
"""What a compiler, a linker, a C library or the headers of a kernel has, and no other formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An installation root that a build does not look into by itself.

    Args:
        layout: what is below it.
        reason: whose it is and why it is not looked at, in one sentence without a full stop.
        variables: what a build would have to be told, without what it is told already.
    """

    layout: Layout
    reason: str
    variables: tuple[Variable, ...]


def find_place(ground: Ground, root: str, reason: str, own: tuple[Variable, ...] = ()) -> Place:
    """A root as a place, with those of its variables that are not set.

    Args:
        ground: the host.
        root: the directory.
        reason: as of the place.
        own: variables that are only about this root.
    """
    layout = ground.read_layout(root)
    what = f"`{root}`"
    # on macOS what Homebrew and MacPorts install is linked by its full path
    skipped = ("LDFLAGS",) if ground.host.system == "Darwin" else ()
    found = (*own, *build_variables(ground, layout, what=what, is_last=True))
    wanted = [variable for variable in found if variable.name not in skipped and not ground.is_set(variable)]
    rest = (ground.remaining(variable) if variable.separator else variable for variable in wanted)
    return Place(layout=layout, reason=reason, variables=tuple(rest))


def find_places(ground: Ground, entries: Iterable[ProbeEntry]) -> tuple[Place, ...]:
    """The places of a host that a build is not told about.

    Args:
        ground: the host.
        entries: what may be in installation roots of its own.
    """
    found: dict[str, Place] = {}
    for case in _CASES:
        for place in case(ground, entries):
            real = ground.host.real_path(place.layout.root)
            before = found.get(real)
            own = (*before.variables, *place.variables) if before else place.variables
            if place.variables:  # one root may have a variable for each of several dependencies
                found[real] = replace(before or place, variables=merge_variables(own))
    return tuple(found.values())


def _list_kegs(ground: Ground, _: Iterable[ProbeEntry]) -> Iterator[Place]:
    """Homebrew's keg-only formulae: installed, and linked into its prefix by nobody."""
    prefix = find_prefix(ground.host)
    kegs: dict[str, str] = {}
    cellar = ground.host.real_path(f"{prefix}/Cellar")
    for name in ground.host.list_directory(f"{prefix}/opt") if prefix else ():
        keg = ground.host.real_path(f"{prefix}/opt/{name}")
        if keg.rpartition("/")[0] == f"{cellar}/{name}":  # not an alias
            kegs[name] = keg
    series = {name.partition("@")[0]: name for name in _by_series(kegs)}
    for name, keg in kegs.items():
        if (
            series[name.partition("@")[0]] != name
            or _is_linked(ground, prefix, name, keg)
            or _is_toolchain(ground, keg)
        ):
            continue
        place = find_place(ground, f"{prefix}/opt/{name}", f"Homebrew keeps `{name}` out of its prefix (keg-only)")
        if place.layout.has_development_files:
            yield place


def _by_series(names: Iterable[str]) -> list[str]:
    """Older series first, and the formula without a series last: `icu4c@76`, `icu4c@77`, `icu4c`."""
    from functools import cmp_to_key

    from extdeps.versions.loose import Loose

    order = cmp_to_key(Loose().compare)
    return sorted(names, key=lambda name: ("@" not in name, order(name.partition("@")[2])))


def _is_linked(ground: Ground, prefix: str, name: str, keg: str) -> bool:
    host = ground.host
    if host.exists(f"{prefix}/var/homebrew/linked/{name}"):
        return True
    return any(
        host.real_path(f"{prefix}/{part}/{file}").startswith(f"{keg}/")
        for part in _PARTS
        for file in host.list_directory(f"{keg}/{part}")
    )


def _is_toolchain(ground: Ground, keg: str) -> bool:
    """Whether its headers and libraries are for itself, and break those of the compiler that is used."""
    return any(ground.host.exists(f"{keg}/{file}") for file in _TOOLCHAIN)


def _list_manager_prefixes(ground: Ground, _: Iterable[ProbeEntry]) -> Iterator[Place]:
    """Prefixes of Homebrew and MacPorts that the system's compiler knows nothing of."""
    brew = find_prefix(ground.host)
    known = {brew: "Homebrew's prefix"} if brew else {}
    if ground.host.system == "Darwin":
        known |= {"/opt/local": "MacPorts' prefix"}
    for prefix, name in known.items():
        if prefix != "/usr/local" and ground.host.exists(prefix) and not _has_compiler(ground, prefix):
            yield find_place(ground, prefix, f"the system's compiler does not look into {name}, `{prefix}`")


def _has_compiler(ground: Ground, prefix: str) -> bool:
    """Whether the compiler that is used is the prefix's own, which looks into it."""
    named = ground.host.environ.get("CC", "").partition(" ")[0] or "cc"
    return (find_executable(ground.host, named) or "").startswith(f"{prefix}/")


def _list_own_roots(ground: Ground, entries: Iterable[ProbeEntry]) -> Iterator[Place]:
    """Roots that one dependency has for itself, which builds find by a variable: `/opt/cuda`, `hdf5/serial`."""
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        root, names = _find_own_root(ground, entry)
        name = names[0] if names else ""
        if root and (root, name) not in seen and not any(map(ground.host.environ.get, names)):
            seen.add((root, name))
            own = (Variable(name=name, values=(root,), why=_BY_VARIABLE, phases=("build", "host"), separator=""),)
            yield find_place(ground, root, f"`{root}` is an installation root of its own", own if name else ())


def _find_own_root(ground: Ground, entry: ProbeEntry) -> tuple[str, tuple[str, ...]]:
    """The first root of an entry that is there and has it, and the variables that stand before it in the entry."""
    names: tuple[str, ...] = ()
    previous = ""
    earlier: list[str] = []
    for prefix in entry.prefixes:
        if prefix.startswith("$"):
            names = (*(names if previous.startswith("$") else ()), prefix[1:])
        elif not any(prefix.startswith(f"{other}/") for other in earlier):  # a part of a root is no root
            earlier.append(prefix)
            for root in find_roots(ground.host, ground.interpreter, prefix):
                if _proves(ground, entry, root):
                    return root, names
        previous = prefix
    return "", ()


def _proves(ground: Ground, entry: ProbeEntry, root: str) -> bool:
    host = ground.host
    return host.exists(root) and any(
        (
            any(host.exists(f"{root}/include/{header}") for header in entry.headers),
            any(host.exists(f"{root}/bin/{program}") for program in entry.executables),
        )
    )


def _list_nix_profiles(ground: Ground, _: Iterable[ProbeEntry]) -> Iterator[Place]:
    """Nix profiles: inside a shell of Nix the compiler is told, elsewhere nobody tells it."""
    environ = ground.host.environ
    if environ.get("IN_NIX_SHELL") or environ.get("NIX_CFLAGS_COMPILE"):
        return
    home = environ.get("HOME", "")
    own = [f"{home}/.nix-profile", f"{home}/.local/state/nix/profile"] if home else []
    named = reversed(environ.get("NIX_PROFILES", "").split())
    for profile in (*named, *own, "/nix/var/nix/profiles/default", "/run/current-system/sw"):
        place = find_place(ground, profile, f"no compiler looks into the profile `{profile}` of Nix by itself")
        if place.layout.has_development_files:
            yield place


def _list_conda(ground: Ground, _: Iterable[ProbeEntry]) -> Iterator[Place]:
    """A conda environment that is active while another Python decides."""
    host, prefix = ground.host, ground.host.environ.get("CONDA_PREFIX", "")
    is_other = prefix and host.real_path(prefix) != host.real_path(ground.interpreter.prefix)
    if is_other and host.exists(f"{prefix}/conda-meta"):
        yield find_place(ground, prefix, f"the conda environment `{prefix}` is active, and the Python is not of it")


_CASES: tuple[Case, ...] = (
    _list_conda,
    _list_kegs,
    _list_manager_prefixes,
    _list_nix_profiles,
    _list_own_roots,
)
