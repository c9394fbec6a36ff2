"""pkg-config: the tool says where modules are, the `.pc` files say the rest.

The tool is asked once, for its search path. A module is then read from its
own file and from those that it requires, so a broken file elsewhere does no
harm, and a machine without the tool still answers.
File format: https://people.freedesktop.org/~dbn/pkg-config-guide.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.host import find_executable, read_text
from extdeps.model.evidence import Evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.probe.search import SearchPath

_LINE = re.compile(r"(?P<key>[A-Za-z0-9_.]+)\s*(?P<mark>[:=])\s*(?P<value>.*)")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_REQUIRED = re.compile(r"(?P<name>[^\s,<>=!]+)\s*(?:(?P<operator><=|>=|!=|<|>|=)\s*(?P<version>[^\s,]+))?")
_TOOLS = ("pkg-config", "pkgconf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One `.pc` file.

    Args:
        name: the module's name.
        path: the file.
        version: as it says, or empty.
        requires: the modules whose headers and libraries go with it, each with an operator and a
            version or two empty texts.
        requires_private: those that it needs itself; pkg-config refuses it without them all the same.
    """

    name: str
    path: str
    version: str
    requires: tuple[tuple[str, str, str], ...]
    requires_private: tuple[tuple[str, str, str], ...]


class PkgConfig:
    """The pkg-config modules of one host.

    Args:
        host: the machine.
        interpreter: the Python that decides.
        search: where modules are when no tool says.
    """

    def __init__(self, host: Host, interpreter: Interpreter, search: SearchPath) -> None:
        self._host = host
        self._search = search
        self._own = interpreter.prefix if interpreter.distributor == "conda" else ""
        self._directories: dict[str, frozenset[str]] | None = None
        self._modules: dict[str, Module | None] = {}
        self.tool = ""
        self.origin = ""

    def find(self, names: Collection[str]) -> dict[str, Evidence]:
        """The modules that are there with all that they require.

        Args:
            names: modules to look for.
        """
        found = {}
        for name in names:
            module = self._module(name)
            if module and not self.missing_requirements(name):
                found[name] = Evidence(
                    kind="pkg-config",
                    name=name,
                    location=module.path,
                    version=module.version,
                    origin=self.origin,
                )
        return found

    def missing_requirements(self, name: str, *, private: bool = True) -> tuple[str, ...]:
        """What a module requires, directly or not, and pkg-config does not find: `pixman-1`, `glib-2.0 >= 2.80`.

        Args:
            name: the module.
            private: also what the modules require for themselves alone.
        """
        missing: list[str] = []
        seen = {name}
        pending = [name]
        while pending:
            module = self._module(pending.pop())
            own = module.requires_private if module and private else ()
            for required, operator, version in (*module.requires, *own) if module else ():
                there = self._module(required)
                if there is None or not _fits(there.version, operator, version):
                    missing.append(" ".join(filter(None, (required, operator, version))))
                if required not in seen:
                    seen.add(required)
                    pending.append(required)
        return tuple(dict.fromkeys(missing))

    def path_of(self, name: str) -> str:
        """The file of a module, complete or not, or empty."""
        module = self._module(name)
        return module.path if module else ""

    def _module(self, name: str) -> Module | None:
        if name not in self._modules:
            self._modules[name] = None if "/" in name else self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> Module | None:
        file = f"{name}.pc"
        for directory, files in self._listed().items():
            if file in files:
                path = f"{directory}/{file}"
                text = read_text(self._host, path)
                return parse_module(name, path, text) if text is not None else None
        return None

    def _listed(self) -> dict[str, frozenset[str]]:
        if self._directories is None:
            self._directories = {
                directory: frozenset(self._host.list_directory(directory)) for directory in self._find_directories()
            }
        return self._directories

    def _find_directories(self) -> tuple[str, ...]:
        environ = self._host.environ
        first = [part for part in environ.get("PKG_CONFIG_PATH", "").split(":") if part.startswith("/")]
        first += [f"{self._own}/lib/pkgconfig", f"{self._own}/share/pkgconfig"] if self._own else []
        only = environ.get("PKG_CONFIG_LIBDIR")
        self.tool = self._find_tool()
        if only is not None:
            self.origin = "PKG_CONFIG_LIBDIR"
            return tuple(dict.fromkeys((*first, *(part for part in only.split(":") if part.startswith("/")))))
        if self.tool:
            done = self._host.run([self.tool, "--variable=pc_path", "pkg-config"])
            listed = done.stdout.strip().split(":") if done and done.returncode == 0 else []
            if any(part.startswith("/") for part in listed):
                self.origin = f"{self.tool} --variable=pc_path pkg-config"
                return tuple(dict.fromkeys((*first, *(part.rstrip("/") for part in listed if part.startswith("/")))))
        self.origin = "the default directories of pkg-config"
        return tuple(dict.fromkeys((*first, *self._search.pkg_config)))

    def _find_tool(self) -> str:
        named = self._host.environ.get("PKG_CONFIG", "")
        own = [f"{self._own}/bin/{name}" for name in _TOOLS] if self._own else []
        for name in filter(None, (named, *own, *_TOOLS)):
            path = find_executable(self._host, name)
            if path:
                return path
        return ""


def _fits(version: str, operator: str, bound: str) -> bool:
    """Whether a version is what a module asks for; pkg-config compares as rpm does."""
    if not operator:
        return True
    from extdeps.versions.rpm import Rpm

    order = Rpm().compare(version, bound)
    answers = {"=": order == 0, "!=": order != 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}
    return answers[operator]


def parse_module(name: str, path: str, text: str) -> Module | None:
    """Read a `.pc` file.

    Returns:
        The module, or None for a file without `Name`, `Description` or `Version`, which pkg-config rejects too.
    """
    variables: dict[str, str] = {"pcfiledir": path.rpartition("/")[0]}
    fields: dict[str, str] = {}
    for line in text.replace("\r\n", "\n").replace("\\\n", " ").splitlines():
        match = _LINE.fullmatch(line.partition("#")[0].strip())
        if not match:
            continue
        value = _VARIABLE.sub(lambda found: variables.get(found[1], ""), match["value"].strip())
        (variables if match["mark"] == "=" else fields)[match["key"]] = value
    if not {"Name", "Description", "Version"} <= set(fields):
        return None
    return Module(
        name=name,
        path=path,
        version=fields["Version"].strip(),
        requires=_parse_requires(fields.get("Requires", "")),
        requires_private=_parse_requires(fields.get("Requires.private", "")),
    )


def _parse_requires(text: str) -> tuple[tuple[str, str, str], ...]:
    found = (match.groupdict(default="") for match in _REQUIRED.finditer(text))
    return tuple(dict.fromkeys((item["name"], item["operator"], item["version"]) for item in found))
