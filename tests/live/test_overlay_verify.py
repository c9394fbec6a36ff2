"""`extdeps overlay verify` in real clean roots: what an overlay names is enough, or it is not."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.cleanroom.verification import read_verifications
from extdeps.resources import shipped_directory

pytestmark = [pytest.mark.root, pytest.mark.network]


def test_what_holds_is_written_and_what_does_not_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXTDEPS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("PIP_NO_DEPS", raising=False)
    shutil.copytree(shipped_directory(), "mappings")
    overlay = Path("mappings/projects/pykerberos.toml")
    tried = read_verifications(str(overlay))[0]
    text = overlay.read_text()
    arguments = ["overlay", "verify", "pykerberos", "--version", tried.version, "--smoke", tried.smoke, "--write"]

    overlay.write_text(text.partition("\n[[declaration.verified]]")[0])
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"built pykerberos {tried.version} on debian+12 in ")
    assert printed.endswith(
        " s\n  apt-get update\n  apt-get install gcc libc6-dev libkrb5-dev python3-dev\n1 of 1 held.\n"
    )
    (again,) = read_verifications(str(overlay))
    assert (again.version, again.smoke, again.is_build) == (tried.version, tried.smoke, True)

    lacking = text.replace('host-requires = ["dep:generic/krb5"]\n', "")
    overlay.write_text(lacking)
    assert main(arguments) == 1
    printed = capsys.readouterr().out
    assert printed.startswith(f"failed pykerberos {tried.version} on debian+12 in ")
    assert (
        " s\n  apt-get update\n  apt-get install gcc libc6-dev python3-dev\n  `pip install` failed; all of it is in "
        in printed
    )
    assert printed.endswith("\n0 of 1 held.\n")
    assert overlay.read_text() == lacking
    assert "host-requires" not in tomllib.loads(lacking)["declaration"][0]["external"]
    assert not list(tmp_path.glob("cache/roots/*/.run-*"))
