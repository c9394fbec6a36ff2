"""apt: Debian, Ubuntu and what derives from them."""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.host import read_text
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.interface import Derivation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from extdeps.host import Host
    from extdeps.manager.interface import Content, Site
    from extdeps.model.transaction import Availability, Preview

_STANZA_END = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"^([A-Za-z-]+):(.*(?:\n[ \t].*)*)", re.MULTILINE)

_LISTS = "/var/lib/apt/lists"
_SOURCES = "/etc/apt/sources.list"
_STAMPS = (_LISTS, f"{_LISTS}/partial", "/var/lib/apt/periodic/update-success-stamp")
_DPKG = "/var/lib/dpkg"
_STATUS = f"{_DPKG}/status"

# a name that there is not would be looked for as a regular expression: `y1.0` finds `xy120-dev`
_WORD_FOR_WORD = ("-o", "APT::Cmd::Pattern-Only=true")
# a simulation needs no lock, and an ordinary user gets none; what is held stays, as in an installation
_SIMULATED = ("--yes", "--allow-downgrades", "-o", "Debug::NoLocking=true", *_WORD_FOR_WORD)
_STATE = re.compile(
    rb"^Package: (?P<name>\S+)\n(?:.+\n)*?Status: \S+ \S+ (?P<state>\S+)$"
    rb"(?:\n.+)*?\nArchitecture: (?P<architecture>\S+)",
    re.MULTILINE,
)
_DONE = (b"installed", b"config-files", b"not-installed")


class Apt(BaseManager):
    """apt-get, which unlike apt has an interface that stays the same."""

    name = "apt"
    ecosystems = ("debian", "ubuntu")
    executables = ("apt-get",)
    is_system = True
    scheme = "deb"
    environment = (
        ("DEBIAN_FRONTEND", "noninteractive"),
        ("APT_LISTCHANGES_FRONTEND", "none"),
        ("NEEDRESTART_MODE", "l"),
        ("LC_ALL", "C.UTF-8"),
        ("LANGUAGE", "C"),
    )
    failure_message = r"^W: (Some index files failed to download|Failed to fetch)"
    # not `Unable to lock`, which it also says to one who is not root
    lock_message = r"Could not get lock|dpkg: error: .* locked by"
    install = ("apt-get", "install")
    # a configuration file that was changed by hand stays as it is (dpkg(1), --force-conf...)
    answers = ("--yes", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold")
    grammar = r"[a-z0-9][a-z0-9+.-]*[a-z0-9+.]"
    """Debian Policy 5.6.1, without a name that ends in `-`: apt would take that as a removal.

    A `+` at the end means an installation, which is what is asked for (`g++`, `ncbi-blast+`).
    """

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """One question; only where a name is no package that can be had, two more about those that provide it."""
        from extdeps.manager.apttext import find_owners, list_installable, read_availability
        from extdeps.model.transaction import Availability

        if not names:
            return Availability()
        policy, problem = _ask_cache(site, "policy", names)
        known = list_installable(policy)
        others = tuple(name for name in names if name not in known)
        provided = owned = ""
        if others and not problem:
            provided, problem = _ask_cache(site, "showpkg", others)
        owners = tuple(name for name in find_owners(provided) if name not in known)
        if owners and not problem:
            owned, problem = _ask_cache(site, "policy", owners)
        return Availability(problem=problem) if problem else read_availability(names, provided, policy + owned)

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        from extdeps.manager.apttext import describe_refusal, read_download, read_preview
        from extdeps.model.transaction import Preview

        simulated = ask(site, ("apt-get", "--simulate", *_SIMULATED, "install", "--", *packages))
        if not simulated.is_success:
            refusal = describe_refusal(simulated.stdout, simulated.stderr)
            return Preview(problem=refusal or describe_failure("apt-get", simulated))
        preview = read_preview(simulated.stdout)
        if preview.problem or all(change.kind == "remove" for change in preview.changes):
            return preview  # nothing is fetched
        addresses = ask(site, ("apt-get", "--print-uris", "-qq", *_SIMULATED, "install", "--", *packages))
        return replace(preview, download=read_download(addresses.stdout) if addresses.is_success else None)

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        command = super().install_command((), site, unattended=unattended)
        if unattended:
            command += ("--allow-downgrades",) if allow_removals else ("--no-remove",)
            command += (*_WORD_FOR_WORD, "--")
        return (*command, *packages)

    def refresh_command(self, _site: Site, /) -> tuple[str, ...]:
        return ("apt-get", "update")

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last update; apt gives the lists themselves the times of the server."""
        if not any("_Packages" in name for name in site.host.list_directory(_LISTS)):
            return None  # as in a fresh container
        return max(filter(None, (site.host.modification_time(path) for path in _STAMPS)), default=None)

    def repair_commands(self, site: Site, /) -> tuple[tuple[str, ...], ...]:
        journal = [name for name in site.host.list_directory(f"{_DPKG}/updates") if name.isdigit()]
        states = _read_states(site.host, (_STATUS, *(f"{_DPKG}/updates/{name}" for name in journal)))
        if not journal and all(state in _DONE for state in states.values()):
            return ()
        # dpkg alone cannot finish what it was unpacking, and apt leaves it so unless it is told
        lost = (name for name, state in states.items() if state == b"half-installed")
        options = ("--fix-broken", "--reinstall", *self.answers, "--no-remove", *_WORD_FOR_WORD, "--")
        return (
            ("dpkg", "--configure", "--pending", "--force-confdef", "--force-confold"),
            ("apt-get", "install", *options, *(name for name in lost if self.accepts(name.partition(":")[0]))),
        )

    def has_repository(self, repository: str, site: Site, /) -> bool:
        """Whether a component (`non-free`) is among the lists that apt has fetched, or is named in its sources."""
        host = site.host
        if any(f"_{repository}_" in name for name in host.list_directory(_LISTS)):
            return True
        sources = [_SOURCES, *(f"{_SOURCES}.d/{name}" for name in host.list_directory(f"{_SOURCES}.d"))]
        return any(_names(read_text(host, path) or "", repository) for path in sources)

    def derive(self, contents: Collection[Content], host: Host | None, /) -> Derivation:
        if host is None:
            return Derivation()  # the lists of files are those of this machine
        from extdeps.manager.contents import find_packages

        return find_packages(contents, host, self.accepts)


def _ask_cache(site: Site, question: str, names: Collection[str]) -> tuple[str, str]:
    """What `apt-cache` says of some names, and what is wrong, or empty."""
    done = ask(site, ("apt-cache", question, "--", *names))
    return done.stdout, "" if done.is_success else describe_failure(f"apt-cache {question}", done)


def _read_states(host: Host, paths: Iterable[str]) -> dict[str, bytes]:
    """The state of each package, as `name:architecture` where it has one, that dpkg's files give last."""
    states = {}
    for path in paths:
        for match in _STATE.finditer(host.read_bytes(path) or b""):
            name, architecture = (
                match["name"].decode("ascii", "replace"),
                match["architecture"].decode("ascii", "replace"),
            )
            states[name if architecture == "all" else f"{name}:{architecture}"] = match["state"]
    return states


def _names(sources: str, component: str) -> bool:
    """Whether a list of sources takes binary packages from a component, in either style (sources.list(5))."""
    for stanza in _STANZA_END.split(sources):
        lines = [line.split() for line in stanza.splitlines()]
        if any(words[:1] == ["deb"] and component in words for words in lines):
            return True
        fields = {name: value.split() for name, value in _FIELD.findall(stanza)}
        is_used = "deb" in fields.get("Types", ()) and fields.get("Enabled") != ["no"]
        if is_used and component in fields.get("Components", ()):
            return True
    return False
