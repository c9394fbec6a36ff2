"""How pip is configured on a host: its files and PIP_ variables (pip's "Configuration" documentation)."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from extdeps.declaration.external import normalize_name
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

DEFAULT_INDEX = "https://pypi.org/simple"
_SECTIONS = ("global", "install")
_FALSE = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatControl:
    """`--no-binary` and `--only-binary`, as pip combines them.

    Args:
        no_binary: normalised names whose wheels are not taken; `:all:` for every project.
        only_binary: normalised names whose sdists are not taken; `:all:` likewise.
    """

    no_binary: frozenset[str] = frozenset()
    only_binary: frozenset[str] = frozenset()

    def allows(self, name: str, *, wheel: bool) -> bool:
        """Whether pip takes a wheel, or an sdist, of a project; a name counts more than `:all:`."""
        refused, required = (self.no_binary, self.only_binary) if wheel else (self.only_binary, self.no_binary)
        if name in refused:
            return False
        return name in required or ":all:" not in refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PipConfiguration:
    """The options of pip that decide which file it takes.

    Args:
        indexes: the addresses of simple indexes, the main one first; empty with `no-index`.
        find_links: directories and pages with files.
        formats: which kinds of file it may take.
        prereleases: whether pre-releases are taken.
        certificates: a file of certificates, or empty.
        has_dependencies: whether what a project depends on is installed with it.
    """

    indexes: tuple[str, ...] = (DEFAULT_INDEX,)
    find_links: tuple[str, ...] = ()
    formats: FormatControl = FormatControl()
    prereleases: bool = False
    certificates: str = ""
    has_dependencies: bool = True


def read_pip_configuration(
    host: Host, interpreter: Interpreter, arguments: Mapping[str, tuple[str, ...]] | None = None
) -> PipConfiguration:
    """What pip on a host would use.

    Args:
        host: the machine.
        interpreter: the Python whose environment may hold a configuration.
        arguments: options given on our own command line, which count most.
    """
    options = dict(_from_files(host, interpreter))
    options.update(_from_environment(host.environ))
    given = {key: values for key, values in (arguments or {}).items() if values}
    index = _last(given, "index-url") or options.get("index-url", "") or DEFAULT_INDEX
    extra = (*_words(options.get("extra-index-url", "")), *given.get("extra-index-url", ()))
    no_index = _is_true(options.get("no-index", "")) or "no-index" in given
    formats = _combine(_words(options.get("no-binary", "")), _words(options.get("only-binary", "")))
    return PipConfiguration(
        indexes=() if no_index else tuple(dict.fromkeys((index, *extra))),
        find_links=(*_words(options.get("find-links", "")), *given.get("find-links", ())),
        formats=_combine(given.get("no-binary", ()), given.get("only-binary", ()), formats),
        prereleases="pre" in given or _is_true(options.get("pre", "")),
        certificates=options.get("cert", ""),
        has_dependencies="no-deps" not in given and not _is_true(options.get("no-deps", "")),
    )


def _is_true(text: str) -> bool:
    return text.lower() not in _FALSE


def _combine(
    no_binary: tuple[str, ...], only_binary: tuple[str, ...], base: FormatControl | None = None
) -> FormatControl:
    """Add names to both sets; `:none:` empties one, and a name is taken out of the other (pip's FormatControl)."""
    refused = set(base.no_binary if base else ())
    required = set(base.only_binary if base else ())
    for values, chosen, other in ((no_binary, refused, required), (only_binary, required, refused)):
        for value in (item.strip() for text in values for item in text.split(",")):
            if value == ":none:":
                chosen.clear()
            elif value == ":all:":
                chosen.clear()
                other.clear()
                chosen.add(value)
            elif value:
                chosen.add(normalize_name(value))
                other.discard(normalize_name(value))
    return FormatControl(no_binary=frozenset(refused), only_binary=frozenset(required))


def _from_files(host: Host, interpreter: Interpreter) -> Iterator[tuple[str, str]]:
    from configparser import Error, RawConfigParser

    for path in _files(host, interpreter):
        text = read_text(host, path)
        if text is None:
            continue
        parser = RawConfigParser()
        try:
            parser.read_string(text, path)
        except Error:  # pip would stop with an error of its own; the check goes on with what it knows
            continue
        for section in _SECTIONS:
            if parser.has_section(section):
                yield from ((key.replace("_", "-"), value) for key, value in parser.items(section))


def _files(host: Host, interpreter: Interpreter) -> Iterator[str]:
    """The configuration files, from the one that counts least."""
    environ = host.environ
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == "/dev/null":
        return
    home = environ.get("HOME", "/root" if host.is_root else "")
    yield "/Library/Application Support/pip/pip.conf" if host.system == "Darwin" else "/etc/pip.conf"
    for directory in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        yield f"{directory}/pip/pip.conf"
    yield f"{home}/.pip/pip.conf"
    yield f"{environ.get('XDG_CONFIG_HOME') or f'{home}/.config'}/pip/pip.conf"
    yield f"{interpreter.prefix}/pip.conf"
    if named:
        yield named


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("PIP_"):
            yield name.removeprefix("PIP_").lower().replace("_", "-"), value


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def _last(given: Mapping[str, tuple[str, ...]], key: str) -> str:
    values = given.get(key, ())
    return values[-1] if values else ""
