"""What a user has settled once: the manager, the channels of conda, the prefix."""

from __future__ import annotations

import os
from dataclasses import dataclass

from extdeps.errors import DocumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The user's own settings, which options override.

    Args:
        manager: the manager to use instead of the machine's own, or empty.
        channels: where conda's packages are looked for, in order; empty for the default.
        prefix: the directory of an environment of its own, or empty for the default.
    """

    manager: str = ""
    channels: tuple[str, ...] = ()
    prefix: str = ""


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
    import tomllib

    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise DocumentError(f"`{path}` cannot be read", context=(str(error),)) from error
    for key, value in document.items():
        _check(path, key, value)
    return Settings(
        manager=document.get("manager", ""),
        channels=tuple(document.get("channels", ())),
        prefix=os.path.join(os.path.dirname(path), document["prefix"]) if document.get("prefix") else "",
    )


def _check(path: str, key: str, value: object) -> None:
    if key in ("manager", "prefix"):
        is_right, wanted = isinstance(value, str), "a text"
    elif key == "channels":
        is_right = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        wanted = "a list of names or addresses"
    else:
        raise DocumentError(
            f"`{path}` has a key `{key}` that nobody knows", hint="the keys are manager, channels and prefix"
        )
    if not is_right:
        raise DocumentError(f"`{key}` in `{path}` must be {wanted}")
