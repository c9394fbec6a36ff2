"""pip: programs and libraries that PyPI has as wheels."""

from __future__ import annotations

import re

from extdeps.database.pypi import normalize
from extdeps.host import find_executable
from extdeps.manager.base import BaseManager, ask, describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.child import Completed
    from extdeps.manager.interface import Site
    from extdeps.model.constraint import Constraint

_UNKNOWN = re.compile(r"^ERROR: No matching distribution found for ([A-Za-z0-9._-]+)", re.MULTILINE)
_SPEC = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?(?P<range>.*)")
_ERROR = re.compile(r"^(?:ERROR|error): (.+)$", re.MULTILINE)
_CAUSE = re.compile(r"^  cause: (.+(?:\n {4,}.+)*)", re.MULTILINE)
_UV_CHANGE = re.compile(r"^ (?P<sign>[-+~]) (?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)
_UV_SUMMARY = re.compile(r"^(?:Would (?:install|uninstall|make no changes)|Audited|Checked)", re.MULTILINE)


class Pip(BaseManager):
    """pip of the Python that decides, or uv for an environment that was made without pip.

    Only wheels are taken: an sdist would have to be run to be read, even by a simulation, and what PyPI is asked for
    here, programs and libraries that are not Python's, is what wheels carry ready for use.

    pip has no option that refuses a downgrade: what is lost is known from the preview alone.
    """

    name = "pip"
    ecosystems = ("pypi",)
    executables = ("pip", "pip3")
    scheme = "pep440"
    asks_with_range = True
    install = ("pip", "install")
    answers = ("--no-input", "--disable-pip-version-check", "--only-binary", ":all:")
    files = (".whl", ".zip", ".tar.gz")
    grammar = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\[[A-Za-z0-9._,-]+\])?"

    def constrain(self, package: str, constraints: tuple[Constraint, ...], /) -> str:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        said = []
        for constraint in constraints:
            try:
                said.append(str(SpecifierSet(str(constraint))))
            except InvalidSpecifier:  # `>=9e` is a version of something, but not of a distribution
                continue
        return package + ",".join(said)

    def find_version(self, site: Site, /) -> str:
        command = ("uv", "--version") if _takes_uv(site) else (_python(site), "-m", "pip", "--version")
        done = ask(site, command, timeout=20.0)
        found = re.search(r"\d+(\.\d+)+", done.stdout) if done.is_success else None
        return found[0] if found else ""

    def find_available(self, names: Collection[str], site: Site, /) -> Availability:
        """The version of each name, or of a name with a range, that would be taken; pip tells no more of several.

        It stops at the first name that it does not know, so that it is asked once more without that one; with a second
        unknown name nothing is said of the others.
        """
        problem = _find_obstacle(site)
        if problem or not names:
            return Availability(problem=problem)
        if _takes_uv(site):
            return Availability(problem="uv cannot be asked which versions there are")
        simulate = (*self._simulate(site), "--no-deps", "--ignore-installed", "--")
        wanted = {_split(name)[0]: name for name in names}
        done = ask(site, (*simulate, *map(_without_extras, wanted.values())), timeout=120.0)
        unknown = _UNKNOWN.search(done.stderr)
        if unknown and wanted.pop(normalize(unknown[1]), None):
            if not wanted:
                return Availability()
            done = ask(site, (*simulate, *map(_without_extras, wanted.values())), timeout=120.0)
        taken = _read_report(done)
        if taken is None:
            return Availability(problem=_describe("pip", done))
        known = {normalize(name): PackageVersion(name=name, version=version) for name, version in taken}
        return Availability(packages={name: (known[key],) for key, name in wanted.items() if key in known})

    def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
        problem = _find_obstacle(site)
        if problem:
            return Preview(problem=problem)
        if _takes_uv(site):
            return _preview_with_uv((*self._with_uv(site), "--dry-run", "--", *packages), site)
        done = ask(site, (*self._simulate(site), "--", *packages), timeout=300.0)
        taken = _read_report(done)
        if taken is None:
            return Preview(problem=_describe("pip", done))
        return Preview(changes=sort_changes(tuple(_iter_changes(taken, site))))

    def install_command(
        self,
        packages: tuple[str, ...],
        site: Site,
        /,
        *,
        unattended: bool = False,
        allow_removals: bool = False,  # noqa: ARG002
    ) -> tuple[str, ...]:
        if not unattended:
            return super().install_command(packages, site)
        if _takes_uv(site):
            return (*self._with_uv(site), "--", *packages)
        return (_python(site), "-m", *self.install, *self.answers, "--", *packages)

    def _simulate(self, site: Site) -> tuple[str, ...]:
        report = ("--dry-run", "--quiet", "--report", "-")
        return (_python(site), "-m", *self.install, *self.answers, *report)

    def _with_uv(self, site: Site) -> tuple[str, ...]:
        return ("uv", "pip", "install", "--python", _python(site), "--only-binary", ":all:")


def _split(spec: str) -> tuple[str, str]:
    """The normalised name of `Name[extra]>=1`, and its range."""
    match = _SPEC.fullmatch(spec)
    return (normalize(match["name"]), match["range"]) if match else (normalize(spec), "")


def _without_extras(spec: str) -> str:
    return "".join(_split(spec))


def _python(site: Site) -> str:
    return site.interpreter.executable or "python3"


def _takes_uv(site: Site) -> bool:
    """Whether the environment was made without pip, and uv is there to install into it."""
    return not _has_pip(site) and find_executable(site.host, "uv") is not None


def _has_pip(site: Site) -> bool:
    directories = site.interpreter.site
    return not directories or any(site.host.exists(f"{directory}/pip") for directory in directories)


def _find_obstacle(site: Site) -> str:
    """Why nothing can be installed for the Python that decides, before anything is asked; empty where it can be.

    pip itself does not look for the marker of PEP 668 in a simulation.
    """
    python = site.interpreter
    if python.prefix == python.base_prefix:
        series = ".".join(python.version.split(".")[:2])
        names = ("python", "pypy")
        places = (f"{python.base_prefix}/{lib}/{name}{series}" for lib in ("lib", "lib64") for name in names)
        if any(site.host.exists(f"{place}/EXTERNALLY-MANAGED") for place in places):
            return (
                f"`{_python(site)}` belongs to the system and takes no packages from PyPI (PEP 668): "
                "make a virtual environment, and give its Python"
            )
    if not _has_pip(site) and not _takes_uv(site):
        return f"`{_python(site)}` has no pip, and uv is not on PATH"
    return ""


def _read_report(done: Completed) -> tuple[tuple[str, str], ...] | None:
    """What would be installed, by pip's installation report (PyPA, version 1); None where it is none."""
    import json

    if not done.is_success:
        return None
    try:
        report = json.loads(done.stdout)
        if report["version"] != "1":
            return None
        return tuple((item["metadata"]["name"], item["metadata"]["version"]) for item in report["install"])
    except (ValueError, KeyError, TypeError):
        return None


def _describe(program: str, done: Completed) -> str:
    """One sentence on why there is no answer."""
    said = _ERROR.findall(done.stderr)
    if done.is_success:
        return f"`{program}` answered with what is no report of its own"
    if done.fault or not said:
        return describe_failure(program, done)
    return "; ".join(" ".join(part.split())[:400] for part in (*said[-1:], *_CAUSE.findall(done.stderr)))


def _iter_changes(taken: tuple[tuple[str, str], ...], site: Site) -> Iterator[Change]:
    from extdeps.database.pypi import Pypi

    installed = Pypi(site.host, site.interpreter).find([name for name, _ in taken]) or {}
    for name, after in taken:
        before = installed[name].packaged if name in installed else ""
        yield make_change(normalize(name), before=before, after=after, scheme="pep440")


def _preview_with_uv(command: tuple[str, ...], site: Site) -> Preview:
    """What uv would change, of the lines ` - name==version` and ` + name==version` that it prints for people."""
    done = ask(site, command, timeout=300.0)
    if not done.is_success:
        return Preview(problem=_describe("uv", done))
    if not _UV_SUMMARY.search(done.stderr):
        return Preview(problem="`uv` answered with what is no plan")
    lines = tuple(_UV_CHANGE.finditer(done.stderr))
    before = {match["name"]: match["version"] for match in lines if match["sign"] == "-"}
    after = {match["name"]: match["version"] for match in lines if match["sign"] == "+"}
    again = {match["name"]: match["version"] for match in lines if match["sign"] == "~"}
    before |= again
    after |= again
    changes = [
        make_change(name, before=before.get(name, ""), after=after.get(name, ""), scheme="pep440")
        for name in {**before, **after}
    ]
    return Preview(changes=sort_changes(tuple(changes)))
