"""What is not signed is believed where https says who sent it, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.indexes import Pages, make_source

HOME = "https://example.org/api"


def read(site: UnsignedSite, *names: str) -> bytes:
    return b"".join(site.get(*names).iter_chunks())


def test_the_ecosystems_own_address_is_believed() -> None:
    pages = Pages({f"{HOME}/b.json": b"[]"})
    site = UnsignedSite(make_source("nix", fetcher=pages), HOME)
    assert (site.address, site.path, read(site, "a.json", "b.json")) == (HOME, None, b"[]")
    assert pages.asked == [f"{HOME}/a.json", f"{HOME}/b.json"]


@pytest.mark.parametrize("address", ["https://mirror.org/api", "http://example.org/api", "file:///srv/api"])
def test_other_addresses_are_not(address: str) -> None:
    source = replace(make_source("nix", address), allow_unsigned=False)
    with pytest.raises(UntrustedIndexError, match=f"nobody vouches for `{address}`") as caught:
        UnsignedSite(source, HOME)
    assert "--allow-unsigned" in caught.value.hint
    UnsignedSite(replace(source, allow_unsigned=True), HOME)


def test_a_redirection_must_not_leave_https() -> None:
    moved = {f"{HOME}/a": "http://example.org/a", f"{HOME}/b": "https://cdn.example.org/b"}
    pages = Pages({"http://example.org/a": b"a", "https://cdn.example.org/b": b"b"}, moved)
    site = UnsignedSite(make_source("nix", fetcher=pages), HOME)
    assert read(site, "b") == b"b"
    with pytest.raises(UntrustedIndexError, match=r"`http://example\.org/a`"):
        site.find("a")


def test_a_directory_and_a_file_on_this_machine(tmp_path: Path) -> None:
    directory = tmp_path / "a b%"
    directory.mkdir()
    (directory / "a.json").write_bytes(b"[]")
    site = UnsignedSite(make_source("nix", directory), HOME)
    assert site.path == directory
    assert (site.is_file("a.json"), read(site, "b.json", "a.json")) == (False, b"[]")
    site = UnsignedSite(make_source("nix", directory / "a.json"), HOME)
    assert (site.is_file("b.json"), read(site, "b.json")) == (True, b"[]")


def test_a_file_elsewhere_is_known_by_its_name() -> None:
    pages = Pages({"http://example.org/x/a.json": b"[]"})
    site = UnsignedSite(make_source("nix", "http://example.org/x/a.json", fetcher=pages), HOME)
    assert read(site, "y/a.json") == b"[]"


@pytest.mark.parametrize("name", ["none", "directory"])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "directory").mkdir()
    site = UnsignedSite(make_source("nix", tmp_path / name), HOME)
    assert site.find("a.json") is None
    with pytest.raises(AbsentAddressError, match=rf"/{name}` has no `a\.json` or `b\.json`"):
        site.get("a.json", "b.json")


def test_what_vanishes_while_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"[]")
    document = UnsignedSite(make_source("nix", tmp_path), HOME).get("a.json")
    (tmp_path / "a.json").unlink()
    with pytest.raises(FetchError, match=r"a\.json` cannot be read"):
        list(document.iter_chunks())


def test_a_file_has_a_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(1024 * 1024 + 1))
    document = UnsignedSite(make_source("freebsd", tmp_path), HOME).get("a")
    with pytest.raises(FetchError, match="/a` is larger than 1 MiB"):
        document.read(1024 * 1024)
    (tmp_path / "a").unlink()
    with pytest.raises(FetchError, match="/a` cannot be read"):
        document.read(1)
