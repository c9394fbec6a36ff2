"""The report of pip, well made and malformed, and the lines of uv."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.declaration.index import IndexFile
from extdeps.declaration.installer.dryrun import insert_options
from extdeps.declaration.installer.pipdryrun import ask_pip, parse_report
from extdeps.declaration.member import Member, format_members, parse_members
from extdeps.errors import InstallerError
from extdeps.host import LocalHost

DIGEST = "ab" * 32
REPORT: dict[str, Any] = {
    "version": "1",
    "pip_version": "26.3",
    "install": [
        {
            "download_info": {
                "url": "https://files.example/Demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
                "archive_info": {"hash": f"sha256={DIGEST}", "hashes": {"sha256": DIGEST}},
            },
            "is_direct": False,
            "is_yanked": False,
            "requested": True,
            "requested_extras": ["Fast.er"],
            "metadata": {
                "name": "Demo",
                "version": "1.0",
                "requires_dist": [
                    "my.leaf[one]>=1; extra == 'fast-er'",
                    "my-leaf<9",
                    "absent; python_version < '3'",
                    "not a requirement",
                ],
            },
        },
        {
            "download_info": {"url": "file:///srv/my%20tree", "dir_info": {"editable": True}},
            "is_direct": True,
            "requested": False,
            "metadata": {"name": "my_leaf", "version": "1.5"},
        },
        {
            "download_info": {"url": "https://git.example/x", "vcs_info": {"vcs": "git", "commit_id": "0"}},
            "is_direct": True,
            "requested": False,
            "metadata": {"name": "checkout", "version": "2"},
        },
    ],
    "environment": {"python_version": "3.11", "sys_platform": "linux"},
}
MEMBERS = (
    Member(
        name="demo",
        version="1.0",
        kind="platform-wheel",
        file=IndexFile(
            name="Demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
            url="https://files.example/Demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
            sha256=DIGEST,
            has_metadata=True,
        ),
        extras=frozenset({"fast-er"}),
        is_requested=True,
    ),
    Member(
        name="my-leaf",
        version="1.5",
        kind="sdist",
        directory="/srv/my tree",
        extras=frozenset({"one"}),
        specifier=">=1,<9",
    ),
    Member(name="checkout", version="2", kind="sdist"),
)


def test_a_report() -> None:
    assert parse_report(REPORT) == MEMBERS


def test_members_are_kept_as_they_are() -> None:
    assert parse_members(format_members(MEMBERS)) == MEMBERS


def _places(document: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document."""
    found = [path]
    items = document.items() if isinstance(document, Mapping) else enumerate(document) if type(document) is list else ()
    for key, value in items:
        found += _places(value, (*path, key))
    return found


_PLACES = _places(REPORT)[1:]
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["1", ">=x", "a[b", "x; extra"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "url", "x"]), inner),
    max_leaves=4,
)


@given(st.sampled_from(_PLACES), _ANYTHING, st.booleans())
def test_a_report_that_is_wrong_somewhere(path: tuple[Any, ...], value: object, is_gone: bool) -> None:
    document = copy.deepcopy(REPORT)
    place = document
    for part in path[:-1]:
        place = place[part]
    if is_gone:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with suppress(ValueError):
        assert all(isinstance(member, Member) for member in parse_report(document))


@given(_ANYTHING)
def test_what_is_no_report(document: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_report(document)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({**REPORT, "version": "2"}, "its version is `2`"),
        ({"version": "1"}, "it is not as pip documents it: KeyError('install')"),
        ([], "it is not as pip documents it: TypeError('list indices must be integers or slices, not str')"),
    ],
)
def test_why_it_is_none(document: object, reason: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared
        parse_report(document)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("program", "context"),
    [
        ("exit 2", ()),
        ("echo one; echo two; echo three; echo four; exit 1", ("two", "three", "four")),
        (
            "echo '  error: it failed'; echo 'ERROR: Failed to build it'; echo other; exit 1",
            ("Failed to build it", "error: it failed"),
        ),
    ],
)
def test_a_pip_that_does_not_answer(program: str, context: tuple[str, ...], tmp_path: Path) -> None:
    lines: list[str] = []
    with pytest.raises(InstallerError) as caught:
        ask_pip(LocalHost(), write_program(tmp_path, program), ("x",), lines.append)
    assert (caught.value.message, caught.value.context) == ("pip does not say what it would install", context)


BROKEN = """[build-system]
requires = []
build-backend = "broken"
backend-path = ["."]
"""


def test_what_pip_cannot_build_or_fetch_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(BROKEN)
    (tmp_path / "broken.py").write_text("raise ImportError('no')\n")
    subjects = {
        str(tmp_path): f"it has to build `{tmp_path}` to know what that depends on, and cannot",
        "git+http://127.0.0.1:9/x": "it cannot fetch `git+http://127.0.0.1:9/x`",
    }
    for subject, reason in subjects.items():
        lines: list[str] = []
        with pytest.raises(InstallerError) as caught:
            ask_pip(LocalHost(), sys.executable, (subject,), lines.append)
        assert caught.value.context == (reason,)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("exit 0", "the report of pip cannot be read"),
        ("echo nonsense > {report}", "the report of pip cannot be read"),
        ("printf '\\377' > {report}", "the report of pip cannot be read"),
        ("echo '[]' > {report}", "the report of pip cannot be read"),
    ],
)
def test_a_report_that_is_not_there(program: str, message: str, tmp_path: Path) -> None:
    find = 'for word; do case "$word" in --report=*) report=${word#--report=};; esac; done\n'
    lines: list[str] = []
    python = write_program(tmp_path, find + program.replace("{report}", '"$report"'))
    with pytest.raises(InstallerError) as caught:
        ask_pip(LocalHost(), python, ("x",), lines.append)
    assert caught.value.message == message


def test_a_python_that_is_not_there() -> None:
    lines: list[str] = []
    with pytest.raises(InstallerError) as caught:
        ask_pip(LocalHost(), "/no/such/python", ("x",), lines.append)
    assert caught.value.context == ("it cannot be run",)


def write_program(place: Path, text: str) -> str:
    path = place / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_options_stand_before_what_is_no_option() -> None:
    assert insert_options(("a", "--", "--b"), ("-x",)) == ("a", "-x", "--", "--b")
    assert insert_options(("a", "--report=y"), ("--report=x",)) == ("a", "--report=y", "--report=x")


@given(st.binary(max_size=20) | _ANYTHING.map(json.dumps).map(str.encode))
def test_members_that_nobody_wrote(content: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(parse_members(content), tuple)
