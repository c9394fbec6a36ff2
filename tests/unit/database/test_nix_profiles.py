"""What nix profiles hold: manifests as nix 2.8.0 and 2.34.8 wrote them, and the links of NixOS."""

from __future__ import annotations

import json

import pytest

from extdeps.database.nix import Nix, StorePath, read_store_path
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost, load_host

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.12.3")
PROFILE = "/home/alice/.nix-profile"
HOME = {"HOME": "/home/alice", "USER": "alice"}
ZLIB = "/nix/store/vjd9228xa6izb2y2nic5zh1p3p0i6879-zlib-1.3.1"
ZLIB_DEV = "/nix/store/6slj5jgyd61a3gqwrb8p6aagdjya6rlg-zlib-1.3.1-dev"
ZLIB_STATIC = "/nix/store/f1fk221gwksv9f6qpj1bjvl88zfxff1b-zlib-1.3.1-static"
OPENSSL_BIN = "/nix/store/2a5dhv01f6vnd3s1n05yqgznpjmiwp5p-openssl-3.0.8-bin"
OPENSSL_MAN = "/nix/store/brz8r085mqmblrsrz0vl3gp9i1v4hlf6-openssl-3.0.8-man"
NUMPY = "/nix/store/4f6h8j0l2n4q6s8v0x2z4b6d8g0i2k4m-python3.11-numpy-1.24.0"

# nix-env of nix 2.8.0
EXPRESSION = f"""[ {{ meta = {{ outputsToInstall = [ "out" ]; }}; name = "zlib-1.3.1"; out = {{ outPath = "{ZLIB}"; \
}}; outPath = "{ZLIB}"; outputs = [ "out" ]; system = "x86_64-linux"; type = "derivation"; }} \
{{ bin = {{ outPath = "{OPENSSL_BIN}"; }}; man = {{ outPath = "{OPENSSL_MAN}"; }}; meta = {{ outputsToInstall = \
[ "bin" "man" ]; }}; name = "openssl-3.0.8"; outPath = "{OPENSSL_BIN}"; outputs = [ "bin" "man" ]; \
system = "x86_64-linux"; type = "derivation"; }} ]"""


def element(attribute: str, *paths: str) -> dict[str, object]:
    return {
        "active": True,
        "attrPath": f"legacyPackages.x86_64-linux.{attribute}" if attribute else "",
        "originalUrl": "flake:nixpkgs",
        "outputs": None,
        "priority": 5,
        "storePaths": list(paths),
        "url": "path:/srv/nixpkgs?lastModified=1795374571",
    }


def manifest(version: int, **elements: dict[str, object]) -> str:
    listed = elements if version == 3 else list(elements.values())
    return json.dumps({"elements": listed, "version": version})


def open_profile(content: str, name: str = "manifest.json", profile: str = PROFILE) -> Nix:
    return Nix(RecordedHost(files={f"{profile}/{name}": content}, environ=HOME), PYTHON)


def versions(database: Nix, *names: str) -> dict[str, str]:
    found = database.find(names)
    assert found is not None
    return {name: item.version for name, item in found.items()}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_manifest_of_nix_profile(version: int) -> None:
    content = manifest(
        version,
        zlib=element("zlib", ZLIB_DEV, ZLIB, ZLIB_STATIC),
        openssl=element("openssl", OPENSSL_MAN, OPENSSL_BIN),
        numpy=element("python3Packages.numpy", NUMPY),
    )
    database = open_profile(content)
    names = ("zlib", "zlib.dev", "zlib.man", "openssl", "openssl.dev", "python3Packages.numpy", "numpy", "curl")
    assert versions(database, *names) == {
        "zlib": "1.3.1",
        "zlib.dev": "1.3.1",
        "openssl": "3.0.8",
        "python3Packages.numpy": "1.24.0",
    }
    found = database.find(("zlib", "zlib.dev", "openssl"))
    assert found is not None
    assert [item.location for item in found.values()] == [ZLIB, ZLIB_DEV, OPENSSL_BIN]
    assert {item.origin for item in found.values()} == {"nix"}
    assert found["zlib.dev"].packaged == "1.3.1"


def test_an_output_alone_is_not_the_package() -> None:
    database = open_profile(manifest(3, dev=element("zlib.dev", ZLIB_DEV)))
    assert versions(database, "zlib", "zlib.dev") == {"zlib.dev": "1.3.1"}


@pytest.mark.parametrize("profile", [PROFILE, "/nix/var/nix/profiles/default", "/home/alice/.local/state/nix/profile"])
def test_a_manifest_of_nix_env(profile: str) -> None:
    database = open_profile(EXPRESSION, "manifest.nix", profile)
    assert versions(database, "zlib", "zlib.dev", "openssl", "curl") == {"zlib": "1.3.1", "openssl": "3.0.8"}


def test_a_path_that_is_no_attribute_goes_by_its_name() -> None:
    database = open_profile(manifest(3, x=element("", ZLIB)))
    assert versions(database, "zlib", "x") == {"zlib": "1.3.1"}


def test_what_is_switched_off_does_not_count() -> None:
    database = open_profile(manifest(2, zlib={**element("zlib", ZLIB), "active": False}))
    assert versions(database, "zlib") == {}


def test_the_system_of_nixos() -> None:
    database = Nix(load_host("nixos"), PYTHON)
    assert versions(database, "git", "libpq", "zlib") == {"git": "2.49.0", "libpq": "17.5"}
    assert database.owns("git", "/run/current-system/sw/bin/git")
    assert not database.owns("libpq", "/run/current-system/sw/bin/git")


def test_the_owner_of_a_file() -> None:
    database = Nix(
        RecordedHost(
            files={f"{PROFILE}/manifest.json": manifest(3, zlib=element("zlib", ZLIB, ZLIB_DEV))},
            empty=[f"{ZLIB_DEV}/include/zlib.h", f"{OPENSSL_BIN}/bin/openssl"],
            links={f"{PROFILE}/include": f"{ZLIB_DEV}/include"},
            environ=HOME,
        ),
        PYTHON,
    )
    assert database.owns("zlib", f"{PROFILE}/include/zlib.h")
    assert database.owns("zlib", f"{ZLIB}/lib/libz.so")
    assert not database.owns("zlib", f"{OPENSSL_BIN}/bin/openssl")
    assert not database.owns("openssl", f"{OPENSSL_BIN}/bin/openssl")
    assert not database.owns("zlib", f"{ZLIB}-ng/lib/libz.so")


def test_a_profile_that_two_links_name_is_read_once() -> None:
    real = "/nix/var/nix/profiles/default"
    host = RecordedHost(files={f"{real}/manifest.nix": EXPRESSION}, links={PROFILE: real}, environ=HOME)
    assert versions(Nix(host, PYTHON), "zlib") == {"zlib": "1.3.1"}


def test_no_nix() -> None:
    assert Nix(RecordedHost(), PYTHON).find(("zlib",)) is None


def test_a_store_without_a_profile() -> None:
    assert Nix(RecordedHost(empty=[f"{ZLIB}/lib/libz.so"]), PYTHON).find(("zlib",)) == {}


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"elements": 3}', '{"version": 4}'])
def test_a_manifest_that_is_none(content: str) -> None:
    assert open_profile(content).find(("zlib",)) is None


@pytest.mark.parametrize("content", ['{"elements": [3, {"storePaths": 3}, {"storePaths": [3, "/x"]}]}'])
def test_elements_that_are_none(content: str) -> None:
    assert open_profile(content).find(("zlib",)) == {}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("hello", ("hello", "", "out")),
        ("gtk+3-3.24.49-dev", ("gtk+3", "3.24.49", "dev")),
        ("python3.11-numpy-1.24.0", ("python3.11-numpy", "1.24.0", "out")),
        ("x-1.0-beta", ("x", "1.0-beta", "out")),
        ("x-1.0-beta-lib", ("x", "1.0-beta", "lib")),
        ("x-unstable-2024-01-02", ("x-unstable", "2024-01-02", "out")),
    ],
)
def test_the_name_of_a_store_path(name: str, parts: tuple[str, str, str]) -> None:
    path = f"/nix/store/{'a' * 32}-{name}"
    expected = StorePath(path=path, name=parts[0], version=parts[1], output=parts[2])
    assert read_store_path(path) == expected
    assert read_store_path(f"{path}/lib/x.so") == expected


@pytest.mark.parametrize("path", ["", "/usr/lib/libz.so", "/nix/store/.links/x", "zlib-1.3.1"])
def test_what_is_no_store_path(path: str) -> None:
    assert read_store_path(path) is None
