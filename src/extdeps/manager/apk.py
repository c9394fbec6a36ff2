"""apk: Alpine and what derives from it."""

from __future__ import annotations

import re

from extdeps.manager.base import BaseManager, ask, derive_capabilities, describe_failure
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.host import Host
    from extdeps.manager.interface import Content, Derivation, Site
    from extdeps.model.constraint import Constraint
    from extdeps.model.transaction import ChangeKind

_CACHES = ("/etc/apk/cache", "/var/cache/apk")  # the first where it is set up (apk-cache(5)), else the second
_INDEX = "APKINDEX."

_LISTED = re.compile(
    r"^<(?P<asked>[^>\n]+)> (?P<name>\S+)-(?P<version>[0-9][^-\s]*(?:-r[0-9]+)?) (?P<arch>\S+) \{", re.MULTILINE
)
# apk 3 pads the number: `( 1/12) Installing musl (1.2.5-r10)`; a tag of a repository may follow the name
_STEP = re.compile(
    r"^\( *\d+/\d+\) (?P<verb>Installing|Upgrading|Downgrading|Replacing|Reinstalling|Purging) "
    r"(?P<name>[^@\s]+)(?:@\S+)? \((?:(?P<before>\S+) -> )?(?P<version>\S+)\)$",
    re.MULTILINE,
)
_DONE = re.compile(r"^OK: [0-9.]+ \S+ in \d+ packages", re.MULTILINE)
_ERROR = re.compile(r"^ERROR: (.+)$", re.MULTILINE)
_WARNING = re.compile(r"^WARNING: (.+)$", re.MULTILINE)
_KINDS: dict[str, ChangeKind] = {
    "Installing": "install",
    "Upgrading": "upgrade",
    "Downgrading": "downgrade",
    "Replacing": "reinstall",
    "Reinstalling": "reinstall",
    "Purging": "remove",
}
_OPERATORS = {"==": "~", ">=": ">=", ">": ">", "<": "<"}
"""What apk says for a bound, the best first.

`~` means a version that begins so, as an upstream version does without its revision. `<=` is left out: `1.3-r0` is
newer than `1.3` there, and would be refused.
"""


class Apk(BaseManager):
    """apk, which asks nothing where its output is no terminal."""

    name = "apk"
    ecosystems = ("alpine",)
    executables = ("apk",)
    is_system = True
    scheme = "apk"
    lock_message = r"Unable to lock database: (?:Resource temporarily unavailable|temporary error)"
    install = ("apk", "add")
    grammar = r"[a-z0-9][A-Za-z0-9._+-]*"
    files = (".apk",)

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        """The package with one bound, which is all that apk takes for a name at once."""
        bounds = {bound.operator: bound.version.removesuffix(".*") for bound in constraints}
        told = next((f"{sign}{bounds[operator]}" for operator, sign in _OPERATORS.items() if operator in bounds), "")
        return package + told

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        if not names:
            return Availability()
        done = ask(site, ("apk", "list", "--available", "--providers", *names))
        listed = tuple(_LISTED.finditer(done.stdout))
        is_silent = not done.stdout.strip() and not _WARNING.search(done.stderr)
        if not done.is_success or _ERROR.search(done.stderr) or (not listed and not is_silent):
            return Availability(problem=_describe_refusal(done))
        found: dict[str, list[re.Match[str]]] = {}
        for match in listed:
            found.setdefault(match["asked"], []).append(match)
        return Availability(packages={name: _take(name, found[name]) for name in names if name in found})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """Of its own simulation; it tells no size of what would be fetched."""
        done = ask(site, ("apk", "add", "--simulate", *packages))
        if not done.is_success or _ERROR.search(done.stderr) or not _DONE.search(done.stdout):
            return Preview(problem=_describe_refusal(done))
        return Preview(changes=sort_changes(tuple(_iter_changes(done.stdout))))

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        """The command; there is no option that keeps apk from removals, of which only the preview tells."""
        return super().install_command(packages, site, unattended=unattended, allow_removals=allow_removals)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("apk", "update")

    def find_index_time(self, site: Site, /) -> float | None:
        host = site.host
        indexes = (f"{cache}/{name}" for cache in _CACHES for name in host.list_directory(cache) if _INDEX in name)
        return max(filter(None, map(host.modification_time, indexes)), default=None)

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        return derive_capabilities(contents, module="pc:{}", program="cmd:{}", files=self.files)


def _take(name: str, listed: list[re.Match[str]]) -> tuple[PackageVersion, ...]:
    """Those that have the name, the newest first, as apk takes them; only without any those that provide it."""
    from functools import cmp_to_key

    from extdeps.versions.table import get_order

    order = get_order("apk")
    own = [match for match in listed if match["name"] == name]
    own.sort(key=cmp_to_key(lambda left, right: order.compare(left["version"], right["version"])), reverse=True)
    return tuple(PackageVersion(name=match["name"], version=match["version"]) for match in own or listed)


def _iter_changes(text: str) -> Iterator[Change]:
    for match in _STEP.finditer(text):
        kind = _KINDS[match["verb"]]
        version = match["version"]
        same = version if kind == "reinstall" else ""
        yield Change(
            kind=kind,
            package=match["name"],
            before=version if kind == "remove" else match["before"] or same,
            after="" if kind == "remove" else version,
        )


def _describe_refusal(done: Completed) -> str:
    """What apk has against it: its errors with the lines below them, which say who needs what."""
    if done.fault:
        return describe_failure("apk", done)
    both = f"{done.stderr}\n{done.stdout}"
    errors = _ERROR.findall(both)
    warnings = [] if errors else _WARNING.findall(both)
    details = re.findall(r"^ {2,}\S.*$", both, re.MULTILINE) if errors else []
    said = " ".join(" ".join(("; ".join((errors or warnings)[:5]), *details[:20])).split())
    if said:
        return said
    return describe_failure("apk", done) if done.returncode else "`apk` printed nothing that can be read"
