"""Signatures of Alpine's index, made and checked with the real openssl as abuild-sign makes them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.index.table import open_index
from extdeps.errors import UntrustedIndexError
from support.documents import write_catalogue
from support.repositories import make_apkindex, make_source, sign_apkindex

KEY = "alpine@example.org-1234"
MAIN = """\
P:z-dev
D:z=1.3-r0 pc:nosuch !z-old
p:pc:z=1.3

P:z
D:so:libc.musl-x86_64.so.1
p:so:libz.so.1=1.3 z-libs=1.3

P:musl
p:so:libc.musl-x86_64.so.1=1
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a private key, and with its public half under the name that signatures give."""
    directory = tmp_path_factory.mktemp("keys")
    openssl("genrsa", "-out", str(directory / f"{KEY}.rsa"), "2048")
    public = directory / "public"
    public.mkdir()
    openssl("rsa", "-in", str(directory / f"{KEY}.rsa"), "-pubout", "-out", str(public / f"{KEY}.rsa.pub"))
    return directory


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def sign(index: bytes, keys: Path, work: Path, kind: str = "RSA", digest: str = "-sha1") -> bytes:
    (work / "index").write_bytes(index)
    openssl("dgst", digest, "-sign", str(keys / f"{KEY}.rsa"), "-out", str(work / "signature"), str(work / "index"))
    return sign_apkindex(index, {f".SIGN.{kind}.{KEY}.rsa.pub": (work / "signature").read_bytes()})


def write_mirror(root: Path, main: bytes, community: bytes) -> Path:
    for name, content in (("main", main), ("community", community)):
        directory = root / "mirror/v3.22" / name / "x86_64"
        directory.mkdir(parents=True)
        (directory / "APKINDEX.tar.gz").write_bytes(content)
    return root / "mirror"


@pytest.mark.parametrize(("kind", "digest"), [("RSA", "-sha1"), ("RSA256", "-sha256"), ("RSA512", "-sha512")])
def test_an_index_that_is_signed(tmp_path: Path, keys: Path, kind: str, digest: str) -> None:
    main_index, community = (sign(make_apkindex(text), keys, tmp_path, kind, digest) for text in (MAIN, "P:gdal\n"))
    mirror = write_mirror(tmp_path, main_index, community)
    for keyring in (keys / "public", keys / "public" / f"{KEY}.rsa.pub"):
        packages = open_index(make_source("alpine+3.22", mirror, keyring=keyring)).packages()
        assert set(packages) == {"z-dev", "z", "musl", "gdal"}


def test_an_index_that_was_changed(tmp_path: Path, keys: Path) -> None:
    signed = sign(make_apkindex(MAIN), keys, tmp_path)
    other = signed.removesuffix(make_apkindex(MAIN)) + make_apkindex("P:evil\n")
    mirror = write_mirror(tmp_path, signed, other)
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source("alpine+3.22", mirror, keyring=keys / "public")).packages()
    address = f"{mirror.as_uri()}/v3.22/community/x86_64/APKINDEX.tar.gz"
    assert caught.value.message == f"the signature of `{address}` is not trusted"
    assert caught.value.context[0].startswith(f"`.SIGN.RSA.{KEY}.rsa.pub`: ")


def test_an_index_that_is_signed_by_somebody_else(tmp_path: Path, keys: Path) -> None:
    signed = sign(make_apkindex(MAIN), keys, tmp_path)
    mirror = write_mirror(tmp_path, signed, signed)
    openssl("genrsa", "-out", str(tmp_path / "other.rsa"), "2048")
    openssl("rsa", "-in", str(tmp_path / "other.rsa"), "-pubout", "-out", str(tmp_path / "other.rsa.pub"))
    for keyring in (tmp_path / "other.rsa.pub", tmp_path):
        with pytest.raises(UntrustedIndexError, match="is not trusted"):
            open_index(make_source("alpine+3.22", mirror, keyring=keyring)).packages()


def test_verify_finds_every_fault(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror = write_mirror(tmp_path, *(sign(make_apkindex(text), keys, tmp_path) for text in (MAIN, "P:gdal\n")))
    module = {"pkg_config": ["z"], "headers": ["z.h"], "libraries": ["z"]}
    probes = {"true": module, "gone": module, "renamed": {}, "not-shipped": module, "unseen": {"headers": ["z.h"]}}
    specs: dict[str, object] = {
        "true": {"host": ["z-dev"], "run": ["z"]},
        "gone": {"host": ["z-devel"]},
        "renamed": {"run": ["z-libs"]},
        "not-shipped": {"host": ["z"], "run": ["musl"]},
        "unseen": "gdal",
    }
    write_catalogue(
        tmp_path / "mappings",
        definitions=[{"id": f"dep:generic/{name}"} for name in specs],
        probes=[{"id": f"dep:generic/{name}", **probe} for name, probe in probes.items()],
        mappings={"alpine": [{"id": f"dep:generic/{name}", "specs": value} for name, value in specs.items()]},
    )
    monkeypatch.chdir(tmp_path)
    arguments = ["--from", str(mirror), "--keyring", str(keys / "public")]
    assert main(["mapping", "verify", "alpine+3.22", *arguments]) == 1
    assert capsys.readouterr().out.replace("mappings/alpine.mapping.json:1: ", "").splitlines() == [
        "gone: `dep:generic/gone`: `z-devel` does not exist; `z-dev` ships such files",
        "gone: `dep:generic/renamed`: `z-libs` does not exist; `z` provides it",
        "not-shipped: `dep:generic/not-shipped`: `z` does not ship the development that the build phase needs",
        "not-shipped: `dep:generic/not-shipped`: `z` does not ship the development that the host phase needs",
        "not-shipped: `dep:generic/not-shipped`: `musl` does not ship the library that the run phase needs",
        f"6 names looked up in {mirror.as_uri()}/v3.22: 2 gone.",
        "3 of 6 entries and phases whose evidence is known ship it.",
    ]
