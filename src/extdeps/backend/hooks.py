"""The hooks: each is that of the real backend, with a check before it and the external fields after it.

Signatures are those of PEP 517 ("Build backend interface") and PEP 660.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from extdeps.backend.metadata import restore_prepared, write_prepared
from extdeps.backend.project import load_backend, read_project
from extdeps.backend.reaction import SETTING
from extdeps.errors import ExtdepsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from extdeps.backend.project import Project

    Settings = dict[str, Any] | None
    Hook = Callable[..., Any]


def get_requires_for_build_wheel(config_settings: Settings = None) -> Any:
    """What else the real backend needs of PyPI."""
    return _find("get_requires_for_build_wheel")[1](_without_ours(config_settings))


def get_requires_for_build_editable(config_settings: Settings = None) -> Any:
    """What else the real backend needs of PyPI."""
    return _find("get_requires_for_build_editable")[1](_without_ours(config_settings))


def get_requires_for_build_sdist(config_settings: Settings = None) -> Any:
    """What else the real backend needs of PyPI."""
    return _find("get_requires_for_build_sdist")[1](_without_ours(config_settings))


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> Any:
    """The metadata that the wheel will have."""
    return _prepare("prepare_metadata_for_build_wheel", metadata_directory, config_settings)


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: Settings = None) -> Any:
    """The metadata that the editable wheel will have."""
    return _prepare("prepare_metadata_for_build_editable", metadata_directory, config_settings)


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> Any:
    """The wheel, unless what it needs is missing."""
    return _build("build_wheel", wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> Any:
    """The editable wheel, unless what it needs is missing."""
    return _build("build_editable", wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> Any:
    """The sdist, for which nothing external is needed."""
    project, hook = _find("build_sdist")
    name = hook(sdist_directory, _without_ours(config_settings))
    _write_fields(project, os.path.join(sdist_directory, name))
    return name


def _prepare(name: str, directory: str, settings: Settings) -> Any:
    project, hook = _find(name)
    found = hook(directory, _without_ours(settings))
    if project.declaration:
        with _ending():
            write_prepared(os.path.join(directory, found), project.declaration)
    return found


def _build(name: str, directory: str, settings: Settings, metadata_directory: str | None) -> Any:
    project, hook = _find(name)
    if project.declaration:
        from extdeps.backend.reaction import react_to_missing

        with _ending():
            react_to_missing(project.declaration, settings or {}, os.environ)
    with restore_prepared(metadata_directory) as prepared:
        wheel = hook(directory, _without_ours(settings), prepared)
    _write_fields(project, os.path.join(directory, wheel))
    return wheel


def _find(name: str) -> tuple[Project, Hook]:
    with _ending():
        project = read_project()
        return project, getattr(load_backend(project), name)


def _without_ours(settings: Settings) -> Settings:
    """The configuration settings of the real backend, which may refuse those that it does not know."""
    if not settings:
        return settings
    return {key: value for key, value in settings.items() if key != SETTING}


def _write_fields(project: Project, path: str) -> None:
    if project.declaration:
        from extdeps.distribution.open import open_distribution
        from extdeps.distribution.replace import replace_external
        from extdeps.model.declaration import format_core_metadata

        with _ending():
            replace_external(open_distribution(path), format_core_metadata(project.declaration))


@contextmanager
def _ending() -> Iterator[None]:
    """End the process on an error, since a front end shows all that was said, and of an exception a traceback too."""
    try:
        yield
    except ExtdepsError as error:
        from extdeps.render.error import format_error

        print(format_error(error), file=sys.stderr)
        raise SystemExit(error.exit_code) from None
