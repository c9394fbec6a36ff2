"""The variables of a prefix: a directory of packages of its own, beside a project or anywhere."""

from __future__ import annotations

import os
from dataclasses import replace

from extdeps.buildenv.directories import Ground, build_variables, run_variables
from extdeps.errors import UsageError
from extdeps.model.environment import Environment, merge_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.buildenv.directories import Layout
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.environment import Variable

PREFIX_NAME = ".extdeps"
"""The prefix of a project, beside its `pyproject.toml`."""

_PYTHONS = ("python", "python3", "pip", "pip3")


def default_prefix(host: Host, directory: str) -> str:
    """The prefix of the project that a directory belongs to, whether it is there or not.

    Args:
        host: the machine.
        directory: absolute; without a project around it, its own prefix.
    """
    place = directory
    while place != (parent := os.path.dirname(place)):
        if host.exists(os.path.join(place, "pyproject.toml")):
            return os.path.join(place, PREFIX_NAME)
        place = parent
    return os.path.join(directory, PREFIX_NAME)


def require_nameable(prefix: str) -> None:
    """See that a prefix can be named in a variable that holds several directories.

    Args:
        prefix: its absolute path.

    Raises:
        UsageError: its name holds what parts one directory from the next.
    """
    if os.pathsep in prefix:
        raise UsageError(
            f"`{prefix}` cannot be a prefix: `{os.pathsep}` parts the directories of PATH",
            hint="use a directory with another name",
        )


def describe_prefix(host: Host, interpreter: Interpreter, prefix: str) -> Environment:
    """What makes a build and a program find what is in a prefix; only directories that are there.

    Args:
        host: the machine.
        interpreter: the Python that decides.
        prefix: an absolute directory.
    """
    ground = Ground(host, interpreter)
    layout = ground.read_layout(prefix)
    notes: list[str] = []
    if layout.is_empty:
        return Environment(prefix=prefix, notes=(f"`{prefix}` has nothing in it that a build or a program looks for",))
    variables = [
        _keep_python(ground, variable, notes) for variable in build_variables(ground, layout, what="the prefix")
    ]
    on_request: list[Variable] = []
    for variable in run_variables(ground, layout, what="the prefix"):
        shadowed = ground.find_shadowed(layout.libraries) if variable.name == "LD_LIBRARY_PATH" else ()
        if shadowed:
            on_request.append(replace(variable, why=_describe_shadowing(variable.why, shadowed)))
        else:
            variables.append(variable)
    notes += _describe_activation(host, layout)
    return Environment(
        prefix=prefix,
        variables=merge_variables(variables),
        on_request=tuple(on_request),
        notes=tuple(notes),
    )


def _keep_python(ground: Ground, variable: Variable, notes: list[str]) -> Variable:
    """`PATH` such that the Python that decides stays the one that runs pip."""
    python, host = ground.interpreter, ground.host
    if variable.name != "PATH":
        return variable
    (directory,) = variable.values
    own = python.executable.rpartition("/")[0]
    has_python = any(host.exists(f"{directory}/{name}") for name in _PYTHONS)
    if not own or own == directory or not has_python:
        return variable
    notes.append(f"the prefix has a Python of its own; `{python.executable}` stays before it in PATH")
    return replace(variable, values=(own, directory))


def _describe_shadowing(why: str, shadowed: tuple[str, ...]) -> str:
    named = ", ".join(f"`{name}`" for name in shadowed[:3])
    rest = f" and {len(shadowed) - 3} more" if len(shadowed) > 3 else ""
    return f"{why}; it would also replace the system's {named}{rest} in every program that is run"


def _describe_activation(host: Host, layout: Layout) -> list[str]:
    scripts = host.list_directory(f"{layout.root}/etc/conda/activate.d")
    if not scripts:
        return []
    named = ", ".join(f"`{name}`" for name in scripts[:3]) + (" ..." if len(scripts) > 3 else "")
    return [f"`conda activate` would also run the scripts in etc/conda/activate.d ({named}); they are not run here"]
