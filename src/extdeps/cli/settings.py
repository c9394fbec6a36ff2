"""What a user has settled once: the manager, the channels of conda, the prefix, what a machine is taken to have."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from extdeps.errors import DocumentError
from extdeps.model.definition import Settled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

PROJECT_FILE = "extdeps.toml"
"""What a project has settled, for whoever works on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's own settings, which options override.

    Args:
        manager: the manager to use instead of the machine's own, or empty.
        channels: where conda's packages are looked for, in order; empty for the default.
        prefix: the directory of an environment of its own, or empty for the default.
        capabilities: what a machine is taken to have: capability, value, and the file that says so.
        definitions: the capabilities that the user defines.
    """

    manager: str = ""
    channels: tuple[str, ...] = ()
    prefix: str = ""
    capabilities: tuple[tuple[str, str, str], ...] = ()
    definitions: Settled = field(default_factory=Settled)


def settings_path(environ: Mapping[str, str]) -> str:
    """The file: `EXTDEPS_CONFIG`, else `extdeps/config.toml` where the system keeps a user's configuration."""
    given = environ.get("EXTDEPS_CONFIG")
    if given is not None:
        return given
    if os.name == "posix" and os.uname().sysname == "Linux":  # as platformdirs, without importing it for every check
        home = environ.get("XDG_CONFIG_HOME") or os.path.join(environ.get("HOME", ""), ".config")
        return os.path.join(home, "extdeps", "config.toml")
    from platformdirs import user_config_path

    return str(user_config_path("extdeps", appauthor=False) / "config.toml")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the user's settings; the defaults where there are none.

    Raises:
        DocumentError: the file cannot be read, has a key that nobody knows, or a value of another type.
    """
    path = settings_path(environ)
    if not path or not os.path.exists(path):
        return Settings()
    document = _read(path)
    for key, value in document.items():
        _check(path, key, value)
    definitions = Settled()
    if {"system-features", "capability-providers", "allowed-providers"} & set(document):
        from extdeps.cli.definitionsettings import read_definitions

        definitions = read_definitions(path, document)
    return Settings(
        manager=document.get("manager", ""),
        channels=tuple(document.get("channels", ())),
        prefix=os.path.join(os.path.dirname(path), document["prefix"]) if document.get("prefix") else "",
        capabilities=tuple(_iter_capabilities(path, document.get("capabilities", {}))),
        definitions=definitions,
    )


def load_project_capabilities(directory: str = ".") -> tuple[tuple[str, str, str], ...]:
    """The capabilities that the `extdeps.toml` of a project has; none where there is no such file.

    Args:
        directory: the project's.

    Raises:
        DocumentError: the file cannot be read, has a key that nobody knows, or a capability of another form.
    """
    path = os.path.join(directory, PROJECT_FILE)
    if not os.path.exists(path):
        return ()
    document = _read(path)
    for key, value in document.items():
        if key != "capabilities":
            raise DocumentError(f"`{path}` has a key `{key}` that nobody knows", hint="the key is capabilities")
        _check(path, key, value)
    return tuple(_iter_capabilities(path, document.get("capabilities", {})))


def _read(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"`{path}` cannot be read", context=(str(error),)) from error


def _iter_capabilities(path: str, table: Mapping[str, Any], parents: str = "") -> Iterator[tuple[str, str, str]]:
    """What `[capabilities]` says; `cuda.driver` may be a table in a table."""
    from extdeps.accelerator.overrides import parse_capability

    for key, value in table.items():
        name = f"{parents}{key}"
        if isinstance(value, dict):
            yield from _iter_capabilities(path, value, f"{name}.")
        elif not isinstance(value, str):
            hint = f'write it as `"{value}"`, since 12.10 as a number is 12.1' if isinstance(value, float) else ""
            raise DocumentError(f"`capabilities.{name}` in `{path}` must be a text", hint=hint)
        else:
            try:
                yield (*parse_capability(name, value), path)
            except ValueError as error:
                raise DocumentError(str(error), context=(f"at `capabilities.{name}` in `{path}`",)) from error


def _check(path: str, key: str, value: object) -> None:
    if key in ("manager", "prefix"):
        is_right, wanted = isinstance(value, str), "a text"
    elif key == "channels":
        is_right = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        wanted = "a list of names or addresses"
    elif key in ("capabilities", "capability-providers"):
        is_right, wanted = isinstance(value, dict), "a table"
    elif key in ("system-features", "allowed-providers"):
        is_right, wanted = isinstance(value, list), "a list of names"
    else:
        raise DocumentError(
            f"`{path}` has a key `{key}` that nobody knows",
            hint="the keys are manager, channels, prefix, capabilities, system-features, capability-providers "
            "and allowed-providers",
        )
    if not is_right:
        raise DocumentError(f"`{key}` in `{path}` must be {wanted}")
