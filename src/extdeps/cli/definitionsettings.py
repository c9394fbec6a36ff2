"""What files say of capabilities that people define: features of the system, providers, and which of those may run."""

from __future__ import annotations

import os
import re

from extdeps.errors import DocumentError
from extdeps.model.definition import Provider, Settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from extdeps.host import Host

KEYS = ("system-features", "capability-providers", "allowed-providers")
"""Of the user's file; the administrator's has the first two."""

_FEATURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*\Z")
_REFERENCE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*\Z")
_FILE = re.compile(r"(?P<path>.+\.py)(:(?P<object>[^\W\d]\w*(\.[^\W\d]\w*)*))?\Z")


def read_definitions(path: str, document: Mapping[str, Any]) -> Settled:
    """What a user's file says with these keys; it may have others.

    Args:
        path: absolute; providers that are files are relative to its directory.
        document: what the file holds.

    Raises:
        DocumentError: a value is not as it has to be.
    """
    return Settled(
        features=tuple((name, path) for name in _list_names(path, document, "system-features", _FEATURE, "features")),
        providers=tuple(_iter_providers(path, document.get("capability-providers", {}))),
        allowed=tuple(_list_allowed(path, document)),
    )


def load_system_definitions(host: Host) -> Settled:
    """What the administrator of a machine has declared, in every file that there is.

    Raises:
        DocumentError: a file is not TOML, has a key that nobody knows, or a value that is not as it has to be.
    """
    found = []
    for path in system_settings_paths(host):
        content = host.read_bytes(path)
        if content is not None:
            found.append(_parse(path, content))
    return merge(*found)


def system_settings_paths(host: Host) -> tuple[str, ...]:
    """The files: `/etc/extdeps/config.toml`, and those of `XDG_CONFIG_DIRS`; elsewhere where the system keeps them."""
    if host.system == "Darwin":
        return ("/Library/Application Support/extdeps/config.toml",)
    if host.system == "Windows":
        directory = host.environ.get("ProgramData", "C:\\ProgramData").replace("\\", "/")
        return (f"{directory}/extdeps/config.toml",)
    listed = (host.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    directories = ("/etc", *(item.rstrip("/") for item in listed if item.startswith("/")))
    return tuple(dict.fromkeys(f"{directory}/extdeps/config.toml" for directory in directories))


def merge(*settled: Settled) -> Settled:
    """What several files say together: all features; of a provider the first."""
    providers: dict[str, Provider] = {}
    for item in settled:
        for provider in item.providers:
            providers.setdefault(provider.name, provider)
    return Settled(
        features=tuple(feature for item in settled for feature in item.features),
        providers=tuple(providers.values()),
        allowed=tuple(dict.fromkeys(name for item in settled for name in item.allowed)),
    )


def _parse(path: str, content: bytes) -> Settled:
    import tomllib

    try:
        document = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"`{path}` cannot be read", context=(str(error),)) from error
    for key in document:
        if key == "allowed-providers":
            raise DocumentError(
                f"`{path}` has a key `{key}`, which is for each user to say",
                hint="write it into the `extdeps/config.toml` of your own configuration directory",
            )
        if key not in KEYS:
            raise DocumentError(
                f"`{path}` has a key `{key}` that nobody knows",
                hint="the keys of a whole system are system-features and capability-providers",
            )
    return read_definitions(path, document)


def _list_names(
    path: str, document: Mapping[str, Any], key: str, pattern: re.Pattern[str], what: str
) -> tuple[str, ...]:
    names = document.get(key, [])
    if not isinstance(names, list):
        raise DocumentError(f"`{key}` in `{path}` must be a list of names")
    for index, name in enumerate(names):
        if not (isinstance(name, str) and pattern.match(name)):
            raise DocumentError(f"`{key}[{index}]` in `{path}` must be one of the names of {what}, not {name!r}")
    return tuple(dict.fromkeys(names))


def _list_allowed(path: str, document: Mapping[str, Any]) -> Iterator[str]:
    from extdeps.accelerator.definer import PROVIDER_NAME

    for name in _list_names(path, document, "allowed-providers", PROVIDER_NAME, "providers"):
        _refuse_own(path, "allowed-providers", name)
        yield name


def _iter_providers(path: str, table: object) -> Iterator[Provider]:
    from extdeps.accelerator.definer import PROVIDER_NAME

    if not isinstance(table, dict):
        raise DocumentError(f"`capability-providers` in `{path}` must be a table")
    for name, reference in table.items():
        key = f"capability-providers.{name}"
        if not PROVIDER_NAME.match(name):
            raise DocumentError(f"`{key}` in `{path}`: `{name}` is not the name of a provider")
        _refuse_own(path, "capability-providers", name)
        found = _FILE.match(reference) if isinstance(reference, str) else None
        if found:
            place = os.path.join(os.path.dirname(os.path.abspath(path)), found["path"])
            reference = f"{place}:{found['object'] or 'provider'}"  # noqa: PLW2901 - the same in its full form
        elif not (isinstance(reference, str) and _REFERENCE.match(reference)):
            raise DocumentError(
                f"`{key}` in `{path}` must name an object",
                hint="write it as `package.module:object`, or as the path of a file, `site.py:object`",
            )
        yield Provider(name=name, reference=reference, source=path)


def _refuse_own(path: str, key: str, name: str) -> None:
    from extdeps.accelerator.definer import OWN_WORDS

    if name in OWN_WORDS:
        raise DocumentError(
            f"`{key}` in `{path}` names `{name}`, of which extdeps itself tells", hint="give the provider another name"
        )
