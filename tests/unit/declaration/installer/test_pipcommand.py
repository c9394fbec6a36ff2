"""The arguments of `pip install` and `uv pip install`; which options take a value, the real ones say."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uv import find_uv_bin

from extdeps.declaration.installer.pipcommand import InstallCommand, parse_install_command

HELPS = {
    "pip": [sys.executable, "-m", "pip", "install", "--help"],
    "uv": [find_uv_bin(), "pip", "install", "--help"],
}
_OPTION = re.compile(r"^ +(?:(?P<letter>-\w), +)?(?P<name>--[a-z-]+)(?P<value>,? <)?", re.MULTILINE)


@pytest.mark.parametrize("installer", HELPS)
def test_the_value_of_an_option_is_no_subject(installer: str) -> None:
    environ = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(HELPS[installer], capture_output=True, text=True, env=environ, check=False)
    if done.returncode:
        pytest.skip(f"there is no {installer} here")
    options = [match.groupdict() for match in _OPTION.finditer(done.stdout)]
    assert len(options) > 50
    for option in options:
        for name in filter(None, (option["letter"], option["name"])):
            arguments = [name, "value", "subject"] if option["value"] else [name, "subject"]
            assert parse_install_command(arguments).subjects == ("subject",), arguments
            if option["value"]:
                glued = f"{name}=value" if name.startswith("--") else f"{name}value"
                assert parse_install_command([glued, "subject"]).subjects == ("subject",), glued


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lxml 'psycopg2[c]>=2'", {"subjects": ("lxml", "psycopg2[c]>=2")}),
        ("-r a.txt -rb.txt --requirement=c.txt", {"requirement": ("a.txt", "b.txt", "c.txt")}),
        ("--requirements a.txt --constraints b.txt", {"requirement": ("a.txt",), "constraint": ("b.txt",)}),
        ("-Ur a.txt -vqUe.", {"requirement": ("a.txt",), "editable": (".",)}),
        ("-U -qq -t place -Ctarget lxml", {"subjects": ("lxml",)}),
        ("-e . -c limits.txt", {"editable": (".",), "constraint": ("limits.txt",)}),
        ("--system x", {"subjects": ("x",), "is_system": True}),
        ("lxml -- --yes -r", {"subjects": ("lxml", "--yes", "-r")}),
        ("--group dev --group=x/pyproject.toml:doc", {"group": ("dev", "x/pyproject.toml:doc")}),
        (
            "--no-binary :all: --no-binary=lxml -fwheels -i http://a -i http://b --pre --no-index --no-deps x",
            {
                "subjects": ("x",),
                "options": {
                    "no-binary": (":all:", "lxml"),
                    "find-links": ("wheels",),
                    "index-url": ("http://a", "http://b"),
                    "pre": ("",),
                    "no-index": ("",),
                    "no-deps": ("",),
                },
            },
        ),
        (
            "--default-index main=https://a --index torch=https://b?x=y --index https://c --no-build x -p 3.12",
            {
                "subjects": ("x",),
                "options": {
                    "index-url": ("https://a",),
                    "extra-index-url": ("https://b?x=y", "https://c"),
                    "only-binary": (":all:",),
                },
                "python": "3.12",
            },
        ),
        ("-r", {"requirement": ("",)}),
        ("-", {"subjects": ("-",)}),
    ],
)
def test_parse(line: str, expected: dict[str, object]) -> None:
    import shlex

    found = parse_install_command(shlex.split(line))
    assert found == InstallCommand(**{"options": {}, **expected})  # type: ignore[arg-type]
    assert found.has_subjects is bool(set(expected) & {"subjects", "requirement", "editable", "group"})


def test_nothing_is_asked_for_by_help() -> None:
    assert not parse_install_command(["--help"]).has_subjects
    assert not parse_install_command(["-c", "limits.txt", "--pre"]).has_subjects


_WORDS = st.sampled_from(["-r", "-U", "--pre", "--", "x", "-", "--index=a=https://b", "-e", "--no-binary", "-p", "-Ut"])


@given(st.lists(_WORDS | st.text(max_size=6)))
def test_every_line_can_be_read(arguments: list[str]) -> None:
    found = parse_install_command(arguments)
    assert set(found.subjects) <= set(arguments)
