"""The hooks that a front end sees: those that the real backend has."""

from __future__ import annotations

from extdeps.errors import ExtdepsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HOOKS = (
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
)


def __getattr__(name: str) -> Callable[..., object]:
    """One hook; where it cannot be known whether there is one, that is told when it is called."""
    if name not in HOOKS or not _is_offered(name):
        raise AttributeError(f"module 'extdeps.backend' has no attribute {name!r}")
    from extdeps.backend import hooks

    hook: Callable[..., object] = getattr(hooks, name)
    return hook


def _is_offered(name: str) -> bool:
    from extdeps.backend.project import load_backend, read_project

    try:
        return hasattr(load_backend(read_project()), name)
    except ExtdepsError:
        return True
