"""README.md says what is so."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from extdeps.cli.main import main

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()


def test_two_commands_each_on_a_line() -> None:
    blocks = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert all(block.startswith("$ python3 -m venv .venv && ") for block in blocks)


def test_every_option_of_the_table_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("check", "plan", "install", "lock", "env", "host", "select", "pip", "uv"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
    with pytest.raises(SystemExit):
        main(["metadata", "write", "--help"])
    known = capsys.readouterr().out
    of_installers = {"--system", "--quiet", "--upgrade", "--editable", "--config-settings", "--report"}
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) - of_installers
    assert [option for option in sorted(options) if option not in known] == []


def test_every_command_is_there() -> None:
    named = set(re.findall(r"^(?:\$ )?extdeps ([a-z]+) ", TEXT, re.MULTILINE))
    assert named >= {"check", "pip", "uv", "cache"}
    for name in named:
        import_module(f"extdeps.cli.commands.{name}")


def test_the_example_of_the_library(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "dep:generic/zlib@>=1.2" in capsys.readouterr().out


def test_links_lead_somewhere() -> None:
    documents = (path for place in (".", "mappings", "pep_draft", "docs") for path in (ROOT / place).glob("*.md"))
    for document in documents:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            assert target.startswith("https://") or (document.parent / target).exists(), f"{document}: {target}"


def test_the_selection_is_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    words, printed = re.findall(r"^\$ extdeps (select [^\n]*)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)[0]
    assert main(words.split()) == 0
    assert capsys.readouterr().out == printed
