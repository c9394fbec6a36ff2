"""A program that asks a provider of capabilities and prints what it says: one line of JSON.

    provider.py NAME REFERENCE

The reference is `module:object` or `path.py:object`. The object has the `name` and a function `capabilities` that
returns a mapping of names to a text or several; of a class, an object is made without arguments. It is run as a child,
so that a crash or a hang ends nothing else, and uses nothing but the standard library. The answer is
`{"capabilities": {"site.mpi": ["openmpi"]}}` or `{"fault": "..."}`.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_VALUES = 1000  # of one capability, and of capabilities


def main(name: str, reference: str) -> None:
    """Print the answer; what the provider prints goes with the messages."""
    answers = os.dup(1)
    os.dup2(2, 1)
    try:
        answer: dict[str, object] = {"capabilities": _ask(name, _load(reference))}
    except BaseException as error:  # noqa: BLE001 - a foreign program may raise anything, also SystemExit
        text = " ".join(str(error).split())
        answer = {"fault": f"{type(error).__name__}: {text}" if text else type(error).__name__}
    line = memoryview(json.dumps(answer).encode() + b"\n")
    while line:
        line = line[os.write(answers, line) :]


def _load(reference: str) -> Any:
    """The object of a reference."""
    place, _, attribute = reference.rpartition(":")
    if place.endswith(".py"):
        from importlib.util import module_from_spec, spec_from_file_location

        spec = spec_from_file_location("extdeps_capability_provider", place)
        if spec is None or spec.loader is None:
            raise ImportError(f"`{place}` is not a Python file")
        found: Any = module_from_spec(spec)
        sys.modules[spec.name] = found
        spec.loader.exec_module(found)
    else:
        from importlib import import_module

        found = import_module(place)
    for part in attribute.split("."):
        found = getattr(found, part)
    return found() if isinstance(found, type) else found


def _ask(name: str, provider: Any) -> dict[str, list[str]]:
    if provider.name != name:
        raise ValueError(f"its name is {provider.name!r}, not {name!r}")
    told = islice(provider.capabilities().items(), _MAX_VALUES + 1)
    answer = {_text(key): _list(key, values) for key, values in told}
    if len(answer) > _MAX_VALUES:
        raise ValueError(f"it tells of more than {_MAX_VALUES} capabilities")
    return answer


def _list(key: str, values: Any) -> list[str]:
    listed = [values] if isinstance(values, str) else [_text(value) for value in islice(values, _MAX_VALUES + 1)]
    if len(listed) > _MAX_VALUES:
        raise ValueError(f"{key!r} has more than {_MAX_VALUES} values")
    return listed


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # threads that it has left behind have nothing more to say
