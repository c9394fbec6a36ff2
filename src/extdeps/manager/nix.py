"""nix: packages of nixpkgs in the user's profile.

`nix profile` and `nix-env` do not share a profile: the first turns one of the second into its own, which `nix-env`
then refuses for good. So a profile that `nix-env` made is left to `nix-env`; everything else is for `nix profile`.
"""

from __future__ import annotations

import re

from extdeps.database.nix import OUTPUTS, find_user_profile, read_elements, read_store_path
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site

# enabled a second time they do no harm, and no configuration has to be understood
_NIX = ("nix", "--extra-experimental-features", "nix-command flakes")
_NIX_ENV = ("nix-env", "--file", "<nixpkgs>", "--install", "--attr")
_CHANNELS = "/nix/var/nix/profiles/per-user"
_ANY_OUTPUT = (2, 9)  # the release that brought `nixpkgs#zlib^*`
_PATIENCE = 300.0  # the first question of a day fetches nixpkgs

_FLAKE = '(builtins.getFlake "nixpkgs").legacyPackages.${builtins.currentSystem}'
_CHANNEL = "import <nixpkgs> { }"
# an attribute that throws, as those of removed packages do, is one that there is not
_QUESTION = """\
let
  packages = %s;
  follow = path: value:
    if path == [ ] then value
    else if builtins.isAttrs value && builtins.hasAttr (builtins.head path) value
    then follow (builtins.tail path) (builtins.getAttr (builtins.head path) value)
    else null;
  read = name:
    let package = follow (builtins.filter builtins.isString (builtins.split "[.]" name)) packages; in
    if builtins.isAttrs package && package.type or "" == "derivation"
    then package.version or (builtins.parseDrvName package.name).version
    else null;
  answer = name: let found = builtins.tryEval (read name); in if found.success then found.value else null;
in builtins.listToAttrs (map (name: { inherit name; value = answer name; }) [ %s ])
"""

_SECTION = re.compile(
    r"^(?:this|these \d+) (?:derivations?|paths?) will be (?:built|fetched(?P<size> \([^)]*\))?):\n"
    r"(?P<paths>(?:  /.+\n?)*)",
    re.MULTILINE,
)
_UNKNOWN = re.compile(r"^don't know how to build th(?:is|ese) paths?.*:\n  (?P<path>.+)", re.MULTILINE)
_SIZE = re.compile(r"\((?P<size>[\d.]+) (?P<unit>[KMGT])iB download")
_UNITS = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_REPLACED = re.compile(r"^replacing old '(?P<old>[^']+)'$", re.MULTILINE)
_INSTALLED = re.compile(r"^installing '(?P<new>[^']+)'$", re.MULTILINE)
_ERROR = re.compile(r"^ *error: *(?P<text>\S.*(?:\n(?! *error:).*\S.*)*)", re.MULTILINE)


class Nix(BaseManager):
    """nix."""

    name = "nix"
    ecosystems = ("nix",)
    executables = ("nix",)
    scheme = "nix"
    install = ("nix", "profile", "install")  # newer ones call it `add`, and know this name too
    grammar = r"[A-Za-z_][A-Za-z0-9_'-]*(\.[A-Za-z0-9_'-]+)*"
    """An attribute of nixpkgs, perhaps with one of its outputs (`zlib.dev`)."""

    def find_version(self, site: Site, /) -> str:
        """The version of nix; a derivative puts its own before it: `nix (Determinate Nix 3.6.2) 2.29.0`."""
        done = ask(site, ("nix", "--version"), timeout=10.0)
        found = re.search(r"^nix \(.*\) (\d+(?:\.\d+)+)", done.stdout) if done.is_success else None
        return found[1] if found else ""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        import json

        asked = [name for name in names if self.accepts(name)]
        if not asked:
            return Availability()
        source = _CHANNEL if _is_of_nix_env(site) else _FLAKE
        listed = " ".join(f'"{name}"' for name in asked)  # the grammar has neither quotes nor `$`
        question = (*_NIX, "eval", "--impure", "--json", "--expr", _QUESTION % (source, listed))
        done = ask(site, question, timeout=_PATIENCE)
        if not done.is_success:
            return Availability(problem=_describe("nix eval", done))
        try:
            found = json.loads(done.stdout)
        except ValueError:
            found = None
        if not isinstance(found, dict) or set(found) != set(asked):
            return Availability(problem="`nix eval` gave an answer that cannot be read")
        return Availability(
            packages={
                name: (PackageVersion(name=name, version=version, origin="nixpkgs"),)
                for name, version in found.items()
                if isinstance(version, str)
            }
        )

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        """What would be built or fetched. Nothing is taken out of a profile, and no profile is changed."""
        if _is_of_nix_env(site):
            return _preview_replacement(packages, site)
        done = ask(
            site,
            (*_NIX, "build", "--dry-run", "--no-link", "--json", *self._installables(packages, site)),
            timeout=_PATIENCE,
        )
        unknown = _UNKNOWN.search(done.stderr)
        if not done.is_success or unknown:
            problem = f"nix does not know how to build {unknown['path']}" if unknown else _describe("nix build", done)
            return Preview(problem=problem)
        built = _read_built(done.stdout)
        if not built:
            return Preview(problem="`nix build` gave an answer that cannot be read")
        present = _read_present(packages, site)
        unlike = [name for name, paths in present.items() if not _holds(paths, built)]
        if unlike:
            return Preview(problem=_describe_unlike(unlike))
        there = {path for paths in present.values() for path in paths}
        new = {path for paths in built for path in paths} - there
        changes = dict.fromkeys((*_iter_listed(done.stderr), *_iter_installs(new)))
        return Preview(changes=sort_changes(tuple(changes)), download=_read_download(done.stderr))

    def install_command(
        self,
        packages: tuple[str, ...],
        site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,  # noqa: ARG002 - `nix-env` replaces only the package itself, `nix profile` nothing
    ) -> tuple[str, ...]:
        if _is_of_nix_env(site):
            return (*_NIX_ENV, *packages)
        if not unattended:
            return super().install_command(tuple(f"nixpkgs#{name}" for name in packages), site)
        return (*_NIX, *self.install[1:], *self._installables(packages, site))

    def refresh_command(self, site: Site, /) -> tuple[str, ...]:
        """Channels are fetched by hand, and only a profile of `nix-env` uses them."""
        has_channels = site.host.exists(f"{_home(site)}/.nix-channels")
        return ("nix-channel", "--update") if has_channels and _is_of_nix_env(site) else ()

    def find_index_time(self, site: Site, /) -> float | None:
        """The time of the last change beside the user's channels, since what is in the store has none."""
        host, home = site.host, _home(site)
        user = host.environ.get("USER") or home.rpartition("/")[2]
        directories = (f"{home}/.local/state/nix/profiles", f"{_CHANNELS}/{user}")
        times = (host.modification_time(path) for path in directories if host.exists(f"{path}/channels"))
        return max(filter(None, times), default=None)

    def _installables(self, packages: tuple[str, ...], site: Site) -> tuple[str, ...]:
        """The packages as arguments, with all of their outputs: headers lie in one that is not installed by itself.

        Before 2.9 only the first output can be had so; the others have names of their own (`zlib.dev`).
        """
        version = tuple(int(part) for part in self.find_version(site).split(".") if part)
        named = (f"nixpkgs#{name}" for name in packages)
        if version < _ANY_OUTPUT:
            return tuple(named)
        return tuple(item if item.rpartition(".")[2] in OUTPUTS else f"{item}^*" for item in named)


def _home(site: Site) -> str:
    return site.host.environ.get("HOME") or "/root"


def _is_of_nix_env(site: Site) -> bool:
    profile = find_user_profile(site.host)
    return bool(profile) and site.host.exists(f"{profile}/manifest.nix")


def _preview_replacement(packages: tuple[str, ...], site: Site) -> Preview:
    """What `nix-env` would do: a package takes the place of another version of itself."""
    done = ask(site, (_NIX_ENV[0], "--dry-run", *_NIX_ENV[1:], *packages), timeout=_PATIENCE)
    if not done.is_success:
        return Preview(problem=_describe("nix-env", done))
    old = dict(_split(match["old"]) for match in _REPLACED.finditer(done.stderr))
    new = dict(_split(match["new"]) for match in _INSTALLED.finditer(done.stderr))
    if not new:
        return Preview(problem="`nix-env` gave an answer that cannot be read")
    changes = [make_change(name, before=old.get(name, ""), after=after, scheme="nix") for name, after in new.items()]
    changes += [change for change in _iter_listed(done.stderr) if change.package not in new]
    return Preview(changes=sort_changes(tuple(dict.fromkeys(changes))), download=_read_download(done.stderr))


def _split(name: str) -> tuple[str, str]:
    """Name and version, parted where nix parts them."""
    match = re.fullmatch(r"(.*?)-([^A-Za-z].*)", name)
    return (match[1], match[2]) if match else (name, "")


def _read_built(text: str) -> tuple[frozenset[str], ...]:
    """The store paths of each thing that was asked for, out of `nix build --json`; none where it cannot be read."""
    import json

    try:
        listed = json.loads(text)
    except ValueError:
        return ()
    outputs = [item.get("outputs") for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return tuple(
        frozenset(path for path in found.values() if isinstance(path, str))
        for found in outputs
        if isinstance(found, dict)
    )


def _read_present(packages: tuple[str, ...], site: Site) -> dict[str, tuple[str, ...]]:
    """The store paths of those packages that `nix profile` has put into the profile."""
    elements = dict(read_elements(site.host, find_user_profile(site.host)))
    return {name: elements[name] for name in packages if name in elements}


def _holds(present: tuple[str, ...], built: tuple[frozenset[str], ...]) -> bool:
    """Whether what is in the profile is all that would be installed; then nothing is left to do."""
    return any(paths and paths <= set(present) for paths in built)


def _describe_unlike(names: list[str]) -> str:
    named = ", ".join(f"`{name}`" for name in names)
    return (
        f"the profile has {named} in another version or with fewer outputs, which `nix profile install` leaves as it"
        " is; take it out with `nix profile remove` first"
    )


def _iter_listed(text: str) -> Iterator[Change]:
    """The packages in the lists of what will be built and fetched."""
    for section in _SECTION.finditer(text):
        yield from _iter_installs(line.strip().removesuffix(".drv") for line in section["paths"].splitlines())


def _iter_installs(paths: Collection[str] | Iterator[str]) -> Iterator[Change]:
    for path in paths:
        item = read_store_path(path)
        if item:
            yield Change(kind="install", package=item.name, after=item.version)


def _read_download(text: str) -> int:
    sizes = [_SIZE.search(section["size"] or "") for section in _SECTION.finditer(text)]
    return sum(round(float(size["size"]) * _UNITS[size["unit"]]) for size in sizes if size)


def _describe(program: str, done: Completed) -> str:
    """Why nix had no answer: the first paragraph of its last error, which comes after the trace that led to it."""
    errors = [] if done.fault else list(_ERROR.finditer(done.stderr))
    return " ".join(errors[-1]["text"].split())[:400] if errors else describe_failure(program, done)
