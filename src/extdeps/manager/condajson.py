"""What conda and its relatives print with `--json`."""

from __future__ import annotations

import json

from extdeps.manager.base import describe_failure
from extdeps.manager.change import make_change
from extdeps.model.transaction import Availability, PackageVersion, Preview, sort_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import Any

    from extdeps.child import Completed

_ABSENT = "PackagesNotFoundError"
_LENGTH = 600


def read_preview(program: str, done: Completed) -> Preview:
    """What `install --dry-run --json` says; mamba 0.3 says it in two documents, and conda 4.3 in a list.

    Args:
        program: what was run, for messages.
        done: what it left behind.
    """
    documents = tuple(_iter_documents(done.stdout))
    problem = _find_problem(program, done, documents)
    if problem:
        return Preview(problem=problem)
    actions = [item for document in documents for item in _actions_of(document)]
    if not actions:
        if any(document.get("success") is True and document.get("message") for document in documents):
            return Preview()  # there is nothing to do
        return Preview(problem=f"`{program}` did not say what it would change")
    try:
        return _read_actions({key: value for action in actions for key, value in action.items()})
    except (AttributeError, KeyError, TypeError):
        return Preview(problem=f"`{program}` said what it would change in a form that is not known")


def read_search(program: str, done: Completed, names: Collection[str]) -> Availability:
    """What `conda search --json`, or `mamba repoquery search --json`, says.

    Args:
        program: what was run, for messages.
        done: what it left behind.
        names: what was asked for.
    """
    documents = tuple(_iter_documents(done.stdout))
    if not done.fault and any(document.get("exception_name") == _ABSENT for document in documents):
        return Availability()
    problem = _find_problem(program, done, documents)
    if problem:
        return Availability(problem=problem)
    try:
        found = [record for document in documents for record in _iter_records(document)]
        return Availability(packages={name: known for name in names if (known := _versions_of(name, found))})
    except (AttributeError, KeyError, TypeError):
        return Availability(problem=f"`{program}` answered in a form that is not known")


def is_echoed(done: Completed, names: Collection[str]) -> bool:
    """Whether `repoquery` says that it was asked for all names; its older versions take only the first of them."""
    queries = [document.get("query") for document in _iter_documents(done.stdout)]
    texts = [str(query.get("query", "")) for query in queries if isinstance(query, dict)]
    return any(frozenset(names) <= frozenset(text.split()) for text in texts)


def _iter_documents(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text that may have warnings before them, or more than one of them."""
    decoder = json.JSONDecoder()
    position = text.find("{")
    while position >= 0:
        try:
            value, position = decoder.raw_decode(text, position)
            if isinstance(value, dict):
                yield value
        except (ValueError, RecursionError):
            position += 1
        position = text.find("\n{", position)
        position += position >= 0


def _find_problem(program: str, done: Completed, documents: tuple[dict[str, Any], ...]) -> str:
    if done.fault:
        return describe_failure(program, done)
    refusals = [text for document in documents if (text := _refusal_of(document))]
    if refusals:
        return refusals[0]
    if not done.is_success and documents and not done.stderr.strip():
        return f"`{program}` failed with {done.returncode}, and does not say why"  # the log of mamba 2.9 is no reason
    if not done.is_success:
        return describe_failure(program, done)
    return "" if documents else f"`{program}` printed no JSON"


def _refusal_of(document: Mapping[str, Any]) -> str:
    """Why it would not do it: conda gives an error, mamba the problems of its solver."""
    problems = document.get("solver_problems")
    if problems:
        said = "; ".join(map(str, problems)) if isinstance(problems, list) else str(problems)
    elif document.get("error") or document.get("exception_name") or document.get("success") is False:
        said = str(document.get("message") or document.get("error") or "it would not succeed, and does not say why")
    else:
        return ""
    return " ".join(said.split())[:_LENGTH]


def _actions_of(document: Mapping[str, Any]) -> list[Any]:
    actions = document.get("actions") or []
    return actions if isinstance(actions, list) else [actions]


def _read_actions(actions: Mapping[str, Any]) -> Preview:
    before = {record["name"]: str(record["version"]) for record in actions.get("UNLINK") or ()}
    after = {record["name"]: str(record["version"]) for record in actions.get("LINK") or ()}
    changes = tuple(
        make_change(name, before=before.get(name, ""), after=after.get(name, ""), scheme="conda")
        for name in {**before, **after}
    )
    sizes = [record.get("size") for record in actions.get("FETCH") or ()]
    download = sum(sizes) if all(isinstance(size, int) for size in sizes) else None
    return Preview(changes=sort_changes(changes), download=download)


def _iter_records(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "result" in document:  # libmamba
        yield from document["result"]["pkgs"]
        return
    for records in document.values():
        yield from records


def _versions_of(name: str, records: list[Mapping[str, Any]]) -> tuple[PackageVersion, ...]:
    """Each version of a package once, the newest first, as a solver prefers them."""
    from functools import cmp_to_key

    from extdeps.versions.table import get_order

    channels = {str(record["version"]): str(record.get("channel", "")) for record in records if record["name"] == name}
    newest_first = sorted(channels, key=cmp_to_key(get_order("conda").compare), reverse=True)
    return tuple(PackageVersion(name=name, version=version, origin=channels[version]) for version in newest_first)
