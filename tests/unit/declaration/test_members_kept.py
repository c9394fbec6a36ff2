"""What the members of a set declare, each once: by their METADATA, by overlays, by whole files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from extdeps.cache import Cache
from extdeps.declaration.index import IndexFile
from extdeps.declaration.installer.pipconfig import PipConfiguration
from extdeps.declaration.member import Member
from extdeps.declaration.members import declare_members
from extdeps.declaration.named import Sources
from extdeps.errors import DeclarationError
from extdeps.fetch import Fetcher
from extdeps.interpreter import Interpreter
from extdeps.model.declaration import Declaration
from support.index import Index, serve
from support.projects import Shelf, make_fields
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.11.2")
DIGEST = "0123456789abcdef" * 4


def make_sources(cache: Cache, overlays: Sequence[str] = ()) -> Sources:
    return Sources(
        host=RecordedHost(),
        interpreter=PYTHON,
        libc=("glibc", "2.36"),
        configuration=PipConfiguration(indexes=()),
        overlays=lambda _name: overlays,
        fetcher=Fetcher(),
        cache=cache,
    )


def member(index: Index, file: str, *, is_requested: bool = True, sha256: str = DIGEST) -> Member:
    url = f"{index.url.removesuffix('/simple')}/files/{file}"
    kind = "sdist" if file.endswith(".gz") else "pure-wheel"
    found = IndexFile(name=file, url=url, sha256=sha256)
    return Member(name="demo", version="1.0", kind=kind, file=found, is_requested=is_requested)  # type: ignore[arg-type]


def declare(members: Sequence[Member], sources: Sources) -> list[Declaration]:
    return list(declare_members(members, sources, subject="all"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(str(tmp_path / "cache"))


WHEEL, SDIST = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"


def test_metadata_is_asked_for_once(cache: Cache) -> None:
    fields = make_fields("demo", "1.0", ["leaf"], external=["dep:generic/git"]) + "\nA long description.\n"
    with serve({f"/files/{WHEEL}.metadata": ("text/plain", fields.encode())}) as index:
        for _ in range(2):
            (found,) = declare([member(index, WHEEL)], make_sources(cache))
            assert [str(item.requirement) for item in found.requirements] == ["dep:generic/git"]
            assert (found.phases, found.origin, found.is_built_here) == (("run",), f"{WHEEL}: METADATA", False)
            assert (found.taken, found.pip_argument) == ("1.0, wheel", "demo")
    assert index.asked == [f"/files/{WHEEL}.metadata"]
    (entry,) = Path(cache.directory, "metadata").iterdir()
    assert entry.read_text() == "Requires-External-Dep: dep:generic/git\n.", "what else it says is not kept"


def test_that_there_is_nothing_is_kept_too(cache: Cache) -> None:
    with serve({f"/files/{WHEEL}.metadata": ("text/plain", b"Name: demo\n")}) as index:
        for _ in range(2):
            assert [
                item.notes for item in declare([member(index, WHEEL, is_requested=False)], make_sources(cache))
            ] == [("all: one further project declares nothing and has no overlay",)]
    assert len(index.asked) == 1


@pytest.mark.parametrize("sha256", [DIGEST, ""])
def test_a_wheel_that_was_asked_for_is_fetched_where_its_metadata_is_not_served(
    sha256: str, cache: Cache, tmp_path: Path
) -> None:
    wheel = Shelf(tmp_path).wheel("demo", external=["dep:generic/git"]).read_bytes()
    with serve({f"/files/{WHEEL}": ("application/zip", wheel)}) as index:
        wanted = member(index, WHEEL, sha256=sha256)
        assert declare([member(index, WHEEL, is_requested=False, sha256=sha256)], make_sources(cache))[0].notes
        (found,) = declare([wanted], make_sources(cache))
    assert [str(item.requirement) for item in found.requirements] == ["dep:generic/git"]
    once = [f"/files/{WHEEL}.metadata", f"/files/{WHEEL}"]
    assert index.asked == (once if sha256 else [once[0], *once])


def test_an_sdist_is_fetched_once_and_only_without_an_overlay(cache: Cache, tmp_path: Path) -> None:
    sdist = Shelf(tmp_path).sdist("demo").read_bytes()
    overlay = tmp_path / "demo.toml"
    overlay.write_text('project = "demo"\n[[declaration]]\nexternal = { host-requires = ["zlib"] }\n')
    with serve({f"/files/{SDIST}": ("application/gzip", sdist)}) as index:
        (found,) = declare([member(index, SDIST)], make_sources(cache, [str(overlay)]))
        assert (found.phases, index.asked) == (("build", "host", "run"), [])
        for _ in range(2):
            (found,) = declare([member(index, SDIST)], make_sources(cache))
            assert found.is_undeclared
    assert index.asked == [f"/files/{SDIST}"]


def test_what_cannot_be_read_is_not_kept(cache: Cache) -> None:
    with serve({}) as index:
        lost = member(index, SDIST)
    (found,) = declare([lost], make_sources(cache))
    assert found.is_undeclared
    assert cache.usage()[0].count == 0
    with serve({f"/files/{SDIST}": ("application/gzip", b"x")}) as index:
        (found,) = declare([member(index, SDIST)], make_sources(cache))
    assert found.is_undeclared
    assert cache.usage()[0].count == 0


def test_a_declaration_that_is_wrong(cache: Cache) -> None:
    fields = make_fields("demo", "1.0", external=["no such thing"])
    with serve({f"/files/{WHEEL}.metadata": ("text/plain", fields.encode())}) as index, pytest.raises(DeclarationError):
        declare([member(index, WHEEL)], make_sources(cache))
