"""In front of pip and of uv, in a Debian that has nothing: one question, and what was built can be imported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.debianroot import DebianRoot, layer_over, make_base

VENV = "/opt/venv"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
VARIABLES = {
    "VIRTUAL_ENV": VENV,
    "PATH": f"{VENV}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_CERT": CERTIFICATES,
    "SSL_CERT_FILE": CERTIFICATES,
    "LC_ALL": "C.UTF-8",
    "NO_COLOR": "1",
}
COMMANDS = {
    "pip": ("pip", "install", "psycopg2", "--no-binary", "psycopg2"),
    "uv": ("uv", "pip", "install", "psycopg2", "--no-binary", "psycopg2"),
}
QUESTION = "Run this? [y/N] "


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian with extdeps, the lists of the real archive, and an environment with pip and uv."""
    path = tmp_path_factory.mktemp("front") / "base"
    make_base(path, (), "python3-venv", "ca-certificates")
    root = DebianRoot(path)
    root.write("etc/apt/sources.list", "deb http://deb.debian.org/debian bookworm main\n")
    for name in ("etc/resolv.conf", "etc/hosts", CERTIFICATES.lstrip("/")):
        shutil.copyfile(f"/{name}", path / name)
    root.do("apt-get", "update")
    root.do("python3", "-m", "venv", VENV)
    root.do(f"{VENV}/bin/pip", "install", "--quiet", "--cert", CERTIFICATES, "uv")
    return path


@pytest.fixture
def root(base: Path, tmp_path: Path) -> Iterator[DebianRoot]:
    with layer_over(base, tmp_path) as root:
        yield root


def answer(root: DebianRoot, installer: str, text: str) -> tuple[int, str]:
    """Run an installer with extdeps before it, and answer the one question; its exit status and what was said."""
    with root.sit_at(*COMMANDS[installer][1:], command=installer, **VARIABLES) as terminal:
        terminal.expect(QUESTION, timeout=300)
        terminal.type(f"{text}\n")
        code = terminal.end(timeout=900)
        return code, terminal.said


def find_modules(root: DebianRoot) -> list[Path]:
    return list(root.path.glob(f"{VENV[1:]}/lib/python3.11/site-packages/psycopg2"))


@pytest.mark.network
@pytest.mark.root
@pytest.mark.parametrize("installer", COMMANDS)
def test_from_nothing_to_an_import(installer: str, root: DebianRoot) -> None:
    code, said = answer(root, installer, "y")
    assert code == 0, said
    assert said.count(QUESTION) == 1
    assert said.startswith(f"asking {installer} what it would install\n")
    assert {"libpq-dev", "gcc"} <= root.installed.keys()
    assert root.do(f"{VENV}/bin/python", "-c", "import psycopg2; print(psycopg2.__libpq_version__)").strip().isdigit()
    again = root.run(*COMMANDS[installer][1:], "--no-install", command=installer, timeout=60.0, **VARIABLES)
    assert (again.code, again.out) == (0, "")


@pytest.mark.network
@pytest.mark.root
@pytest.mark.parametrize("installer", COMMANDS)
def test_with_a_no_the_installer_fails_by_itself(installer: str, root: DebianRoot) -> None:
    code, said = answer(root, installer, "n")
    assert code == 1, said
    assert said.count(QUESTION) == 1
    _, _, after = said.partition(QUESTION)
    assert "Nothing more was run." in after
    assert "pg_config" in after, "what the installer itself says"
    _, _, note = after.partition(f"note: {installer} failed, and this was missing: ")
    assert "`libpq>=9.1` for psycopg2" in note
    assert "libpq-dev" not in root.installed
    assert not find_modules(root)
