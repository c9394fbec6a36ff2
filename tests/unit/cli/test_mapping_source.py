"""Where an index is read from, as the options say."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from extdeps.cli.commands.mapping.source import add_source, read_source


@pytest.mark.parametrize("name", ["a directory", "a file"])
def test_a_path_becomes_an_address(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a directory").mkdir()
    (tmp_path / "a file").touch()
    parser = argparse.ArgumentParser()
    add_source(parser)
    source = read_source(parser.parse_args(["nix", "--from", name, "--allow-unsigned"]))
    assert source.address == f"{tmp_path.as_uri()}/{name.replace(' ', '%20')}"
    assert read_source(parser.parse_args(["nix", "--from", "http://x.org/y"])).address == "http://x.org/y"
