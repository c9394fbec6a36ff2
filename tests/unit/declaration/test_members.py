"""From the members of a set to declarations, against an index on loopback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.declaration.index import IndexFile
from extdeps.declaration.installer.pipconfig import PipConfiguration
from extdeps.declaration.member import Member
from extdeps.declaration.members import declare_member, declare_members
from extdeps.declaration.named import Sources
from extdeps.errors import DeclarationError
from extdeps.fetch import Fetcher
from extdeps.interpreter import Interpreter
from extdeps.model.declaration import Declaration, NamedProject
from support.archives import make_zip
from support.index import json_page, serve
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="", prefix="/usr", base_prefix="/usr", version="3.11.2", markers={"os_name": "posix"})
OVERLAY = """
project = "demo"
[[declaration]]
external = { host-requires = ["dep:generic/zlib"], dependencies = ["dep:generic/ffmpeg"] }
"""
WHEEL = Member(
    name="demo",
    version="1.0",
    kind="pure-wheel",
    file=IndexFile(name="demo-1.0-py3-none-any.whl", url="https://index.invalid/demo-1.0-py3-none-any.whl"),
    specifier="==1.0",
)
SDIST = Member(name="demo", version="1.0", kind="sdist", file=IndexFile(name="demo-1.0.tar.gz", url="https://x/y"))
METADATA = b"Name: demo\nVersion: 1.0\nRequires-External-Dep: dep:generic/git\n"


def sources(overlays: Mapping[str, str] | None = None, *, online: bool = False) -> Sources:
    known = overlays or {}
    return Sources(
        host=RecordedHost(),
        interpreter=PYTHON,
        libc=("glibc", "2.36"),
        configuration=PipConfiguration(),
        overlays=lambda name: (known[name],) if name in known else (),
        fetcher=Fetcher() if online else None,
    )


@pytest.fixture
def overlays(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "demo.toml").write_text(OVERLAY)
    return {"demo": str(tmp_path / "demo.toml")}


def at(url: str) -> Member:
    assert WHEEL.file
    return replace(WHEEL, file=replace(WHEEL.file, url=f"{url}/{WHEEL.file.name}"))


def texts(declaration: Declaration) -> list[str]:
    return [str(item.requirement) for item in declaration.requirements]


def test_a_wheel_speaks_for_itself_before_the_overlay(overlays: dict[str, str]) -> None:
    with serve({"/simple/demo-1.0-py3-none-any.whl.metadata": ("text/plain", METADATA)}) as index:
        declaration = declare_member(
            replace(at(index.url), extras=frozenset({"geo"}), is_requested=True), sources(overlays, online=True)
        )
    assert texts(declaration) == ["dep:generic/git"]
    assert declaration == replace(
        declaration,
        subject="demo",
        origin="demo-1.0-py3-none-any.whl: METADATA",
        taken="1.0, wheel",
        phases=("run",),
        is_built_here=False,
        is_undeclared=False,
        selected_extras=frozenset({"geo"}),
        project=NamedProject(name="demo", version="1.0", specifier="==1.0"),
        pip_argument="demo[geo]==1.0",
    )


def test_an_index_that_serves_no_metadata_does_no_harm(overlays: dict[str, str]) -> None:
    with serve({}) as index:
        declaration = declare_member(at(index.url), sources(overlays, online=True))
    assert index.asked == ["/simple/demo-1.0-py3-none-any.whl.metadata"]
    assert (texts(declaration), declaration.phases) == (["dep:generic/zlib", "dep:generic/ffmpeg"], ("run",))


def test_a_file_without_an_address_is_looked_for_on_the_index(overlays: dict[str, str]) -> None:
    assert WHEEL.file
    member = replace(WHEEL, file=replace(WHEEL.file, url=""))
    wheel = {"filename": WHEEL.file.name, "url": "/files/it.whl", "core-metadata": True}
    pages = {"/simple/demo/": json_page(wheel), "/files/it.whl.metadata": ("text/plain", METADATA)}
    with serve(pages) as index:
        here = sources(overlays, online=True)
        configured = replace(here, configuration=PipConfiguration(indexes=(index.url,)))
        assert texts(declare_member(member, configured)) == ["dep:generic/git"]
    with serve({"/simple/demo/": json_page()}) as index:
        configured = replace(here, configuration=PipConfiguration(indexes=(index.url,)))
        assert declare_member(member, configured).origin == overlays["demo"]


def test_metadata_without_a_declaration_leaves_the_overlay(overlays: dict[str, str]) -> None:
    with serve({"/simple/demo-1.0-py3-none-any.whl.metadata": ("text/plain", b"Name: demo\n")}) as index:
        assert declare_member(at(index.url), sources(overlays, online=True)).origin == overlays["demo"]


def test_wrong_metadata_is_an_error(overlays: dict[str, str]) -> None:
    wrong = b"Name: demo\nRequires-External-Dep: dep:generic/git@>>1\n"
    with (
        serve({"/simple/demo-1.0-py3-none-any.whl.metadata": ("text/plain", wrong)}) as index,
        pytest.raises(DeclarationError),
    ):
        declare_member(at(index.url), sources(overlays, online=True))


def test_an_sdist_takes_the_overlay_and_is_not_fetched(overlays: dict[str, str]) -> None:
    declaration = declare_member(SDIST, sources(overlays, online=True))
    assert (declaration.taken, declaration.phases) == ("1.0, sdist", ("build", "host", "run"))
    assert declaration.is_built_here


def test_what_nobody_declares() -> None:
    declaration = declare_member(replace(WHEEL, is_requested=True), sources())
    assert declaration == Declaration(
        subject="demo",
        origin="",
        taken="1.0, wheel",
        notes=("demo 1.0, wheel declares no external dependencies, and there is no overlay for it",),
        is_undeclared=True,
        pip_argument="demo==1.0",
    )


def test_a_source_tree_speaks_for_itself(tmp_path: Path, overlays: dict[str, str]) -> None:
    text = '[project]\nname = "Demo"\n[external]\nhost-requires = ["dep:generic/libpq"]'
    (tmp_path / "pyproject.toml").write_text(text)
    member = Member(name="demo", version="", kind="sdist", directory=str(tmp_path), is_requested=True)
    declaration = declare_member(member, sources(overlays))
    assert texts(declaration) == ["dep:generic/libpq"]
    assert (declaration.subject, declaration.name, declaration.pip_argument) == (str(tmp_path), "demo", str(tmp_path))


def test_a_source_tree_without_pyproject_or_gone_takes_the_overlay(tmp_path: Path, overlays: dict[str, str]) -> None:
    member = Member(name="demo", version="", kind="sdist", directory=str(tmp_path / "gone"), is_requested=True)
    declaration = declare_member(member, sources(overlays))
    assert (declaration.origin, declaration.taken, declaration.project) == (overlays["demo"], "", None)
    assert declaration.pip_argument == "demo"


def test_a_wheel_on_this_machine_is_read(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(make_zip({"demo-1.0.dist-info/METADATA": METADATA}))
    declaration = declare_member(at(f"file://{tmp_path}"), sources())
    assert (texts(declaration), declaration.pip_argument) == (["dep:generic/git"], "")
    assert (declaration.subject, declaration.taken) == ("demo", "1.0, wheel")


def test_an_archive_of_another_name_takes_the_overlay(tmp_path: Path, overlays: dict[str, str]) -> None:
    (tmp_path / "main.tar.bz2").write_bytes(b"")
    file = IndexFile(name="main.tar.bz2", url=f"file://{tmp_path}/main.tar.bz2")
    assert declare_member(replace(SDIST, file=file), sources(overlays)).origin == overlays["demo"]


def test_what_nobody_speaks_of_is_counted(overlays: dict[str, str]) -> None:
    others = [replace(WHEEL, name=name) for name in ("one", "two")]
    asked = replace(WHEEL, name="asked", is_requested=True)
    found = list(declare_members([others[0], WHEEL, asked, others[1]], sources(overlays), subject="uv.lock"))
    assert [(item.subject, item.is_undeclared) for item in found] == [
        ("demo", False),
        ("asked", True),
        ("", False),
    ]
    assert found[-1].notes == ("uv.lock: 2 further projects declare nothing and have no overlay",)
    (last,) = declare_members(others[:1], sources(), subject="uv.lock")
    assert last.notes == ("uv.lock: one further project declares nothing and has no overlay",)
    assert list(declare_members([], sources(), subject="uv.lock")) == []


def test_what_only_an_extra_needs_that_nobody_asks_for_is_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "demo.toml"
    table = 'optional-dependencies = { docs = ["dep:generic/graphviz"] }'
    path.write_text(f'project = "demo"\n[[declaration]]\nexternal = {{ {table} }}\n')
    known = {"demo": str(path)}
    assert list(declare_members([WHEEL], sources(known), subject="all")) == []
    for member, extras in (
        (replace(WHEEL, extras=frozenset({"docs"})), frozenset[str]()),
        (replace(WHEEL, is_requested=True), frozenset[str]()),
        (WHEEL, frozenset({"docs"})),
    ):
        (found,) = declare_members([member], sources(known), subject="all", extras=extras)
        assert found.subject == "demo"
