"""From a requirement string to a declaration, against an index on loopback."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from extdeps.declaration.installer.pipconfig import PipConfiguration
from extdeps.declaration.named import Sources, read_named
from extdeps.declaration.read import read
from extdeps.errors import FetchError, InvalidInputError, RequirementError
from extdeps.fetch import Fetcher
from extdeps.interpreter import Interpreter
from extdeps.model.declaration import Declaration, NamedProject
from support.archives import make_tar, make_zip
from support.index import json_page, serve
from support.recorded import RecordedHost

PYTHON = Interpreter(
    executable="/usr/bin/python3",
    prefix="/usr",
    base_prefix="/usr",
    version="3.11.2",
    platform="linux-x86_64",
    markers={"python_version": "3.11"},
)
SDIST = {"filename": "demo-1.0.tar.gz", "url": "/files/demo-1.0.tar.gz"}
WHEEL = {"filename": "demo-1.0-py3-none-any.whl", "url": "../../files/demo-1.0-py3-none-any.whl"}
METADATA = b"Name: demo\nVersion: 1.0\nRequires-External-Dep: dep:generic/git\n"
OVERLAY = """
project = "demo"
[[declaration]]
external = { host-requires = ["dep:generic/zlib"], dependencies = ["dep:generic/ffmpeg"] }
"""


def sources(
    *indexes: str, overlays: tuple[str, ...] = (), offline: bool = False, constraints: Mapping[str, str] | None = None
) -> Sources:
    return Sources(
        host=RecordedHost(),
        interpreter=PYTHON,
        libc=("glibc", "2.36"),
        configuration=PipConfiguration(indexes=indexes),
        overlays=lambda _name: overlays,
        fetcher=None if offline else Fetcher(),
        constraints=constraints or {},
        marker_environment=lambda: {"python_version": "3.11", "sys_platform": "linux"},
    )


@pytest.fixture
def overlay(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "demo.toml"
    path.write_text(OVERLAY)
    return (str(path),)


def texts(declaration: Declaration | None) -> list[str]:
    assert declaration is not None
    return [str(item.requirement) for item in declaration.requirements]


def test_wheel_with_its_own_metadata(overlay: tuple[str, ...]) -> None:
    wheel = {**WHEEL, "core-metadata": {"sha256": "0"}}
    pages = {"/simple/demo/": json_page(SDIST, wheel), f"/files/{WHEEL['filename']}.metadata": ("text/plain", METADATA)}
    with serve(pages) as index:
        declaration = read_named("Demo>=1", sources(index.url, overlays=overlay))
    assert texts(declaration) == ["dep:generic/git"]
    assert declaration is not None
    assert declaration.phases == ("run",)
    assert index.asked == ["/simple/demo/", "/files/demo-1.0-py3-none-any.whl.metadata"]
    assert "application/vnd.pypi.simple.v1+json" in index.headers[0]["Accept"]


def test_wheel_without_declaration_takes_the_overlay(overlay: tuple[str, ...]) -> None:
    wheel = {**WHEEL, "core-metadata": True}
    pages = {"/simple/demo/": json_page(wheel), f"/files/{WHEEL['filename']}.metadata": ("text/plain", b"Name: demo\n")}
    with serve(pages) as index:
        declaration = read_named("demo", sources(index.url, overlays=overlay))
    assert declaration is not None
    assert (declaration.phases, declaration.origin) == (("run",), overlay[0])


def test_sdist_takes_the_overlay_without_being_fetched(overlay: tuple[str, ...]) -> None:
    with serve({"/simple/demo/": json_page(SDIST)}) as index:
        declaration = read_named("demo", sources(index.url, overlays=overlay))
    assert declaration is not None
    assert declaration.phases == ("build", "host", "run")
    assert index.asked == ["/simple/demo/"]


def test_sdist_is_fetched_where_there_is_no_overlay() -> None:
    content = make_tar(
        {"demo-1.0/pyproject.toml": '[external]\nhost-requires = ["libpq"]', "demo-1.0/PKG-INFO": "Name: demo"}
    )
    pages = {"/simple/demo/": json_page(SDIST), "/files/demo-1.0.tar.gz": ("application/gzip", content)}
    with serve(pages) as index:
        declaration = read_named("demo", sources(index.url))
    assert texts(declaration) == ["dep:generic/libpq"]


def test_damaged_sdist_is_a_note() -> None:
    pages = {"/simple/demo/": json_page(SDIST), "/files/demo-1.0.tar.gz": ("application/gzip", b"x")}
    with serve(pages) as index:
        declaration = read_named("demo", sources(index.url))
    assert declaration is not None
    assert declaration.is_undeclared
    assert declaration.notes == ("demo: its declaration is not known: `demo-1.0.tar.gz` is damaged",)


def test_wheel_without_separate_metadata_is_fetched() -> None:
    content = make_zip({"demo-1.0.dist-info/METADATA": METADATA})
    pages = {"/simple/demo/": json_page(WHEEL), f"/files/{WHEEL['filename']}": ("application/zip", content)}
    with serve(pages) as index:
        assert texts(read_named("demo", sources(index.url))) == ["dep:generic/git"]


def test_html_index() -> None:
    page = b"""<!DOCTYPE html><html><body>
    <a href="/files/demo-1.0.tar.gz#sha256=0" data-requires-python="&gt;=3.8">demo-1.0.tar.gz</a>
    <a href="/files/demo-2.0.tar.gz" data-yanked="">demo-2.0.tar.gz</a></body></html>"""
    content = make_tar({"demo-1.0/PKG-INFO": METADATA})
    pages = {"/simple/demo/": ("text/html", page), "/files/demo-1.0.tar.gz": ("application/gzip", content)}
    with serve(pages) as index:
        assert texts(read_named("demo", sources(index.url))) == ["dep:generic/git"]


def test_nobody_declares() -> None:
    pages = {"/simple/demo/": json_page({**WHEEL, "core-metadata": True})}
    pages[f"/simple/../files/{WHEEL['filename']}.metadata"] = ("text/plain", b"")
    pages[f"/files/{WHEEL['filename']}.metadata"] = ("text/plain", b"Name: demo\n")
    with serve(pages) as index:
        declaration = read_named("demo", sources(index.url))
    assert declaration is not None
    assert declaration.is_undeclared
    assert declaration.notes == ("demo 1.0, wheel declares no external dependencies, and there is no overlay for it",)


def test_offline_checks_every_phase(overlay: tuple[str, ...]) -> None:
    declaration = read_named("demo[geo]", sources(overlays=overlay, offline=True))
    assert declaration is not None
    assert declaration.phases == ("build", "host", "run")
    assert declaration.selected_extras == {"geo"}
    assert declaration.notes == ("demo: offline, so every phase is checked",)


def test_an_index_that_cannot_be_reached(overlay: tuple[str, ...]) -> None:
    with pytest.raises(FetchError) as caught:
        read_named("demo", sources("http://127.0.0.1:9/simple", overlays=overlay))
    assert str(caught.value) == (
        f"`http://127.0.0.1:9/simple/demo/` cannot be read\n[Errno {errno.ECONNREFUSED}] Connection refused"
    )
    assert (caught.value.hint, caught.value.exit_code) == ("`--offline` asks no index", 5)


def test_second_index_answers() -> None:
    with serve({"/simple/demo/": json_page(SDIST), "/files/demo-1.0.tar.gz": ("", b"")}) as index:
        declaration = read_named("demo", sources("http://127.0.0.1:9/simple", index.url))
    assert declaration is not None
    assert declaration.is_undeclared


def test_credentials_are_sent_and_not_shown() -> None:
    with serve({}) as index:
        url = index.url.replace("http://", "http://me:s%40cret@")
        with pytest.raises(FetchError) as caught:
            Fetcher().fetch(f"{url}/x/")
    assert caught.value.message == f"`{index.url}/x/` answers 404 Not Found"
    assert index.headers[0]["Authorization"] == "Basic bWU6c0BjcmV0"


def test_size_limit() -> None:
    with serve({"/simple/x": ("text/plain", b"x" * 11)}) as index, pytest.raises(FetchError) as caught:
        Fetcher().fetch(f"{index.url}/x", limit=10)
    assert caught.value.message == f"`{index.url}/x` is larger than 0 MiB"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("demo>=2", "pip would find nothing for `demo>=2` with Python 3.11.2"),
        ("demo =! 2", "`demo =! 2` is neither a file, a directory nor a requirement of pip"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with serve({"/simple/demo/": json_page(SDIST)}) as index, pytest.raises(RequirementError) as caught:
        read_named(text, sources(index.url))
    assert caught.value.message == message


def test_broken_page() -> None:
    with serve({"/simple/demo/": ("application/json", b"{}")}) as index, pytest.raises(FetchError) as caught:
        read_named("demo", sources(index.url))
    assert caught.value.message == f"`{index.url}/demo/` is not a page of a simple index (PEP 691)"


def test_false_marker_and_constraints(overlay: tuple[str, ...]) -> None:
    assert read_named("demo; sys_platform == 'win32'", sources(overlays=overlay, offline=True)) is None
    with serve({"/simple/demo/": json_page(SDIST)}) as index, pytest.raises(RequirementError):
        read_named("demo", sources(index.url, constraints={"demo": "<1"}))


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("demo", "demo"),
        ("Demo [x, y] >= 1; python_version > '3'", 'Demo[x,y]<2,>=1; python_version > "3"'),
        ("demo @ https://example.org/demo-1.0.tar.gz", "demo@ https://example.org/demo-1.0.tar.gz"),
    ],
)
@pytest.mark.parametrize("is_declared", [True, False])
def test_what_pip_is_told(text: str, argument: str, is_declared: bool, overlay: tuple[str, ...]) -> None:
    constraints = {"demo": "<2"} if ">=" in text else {}
    found = read_named(text, sources(overlays=overlay if is_declared else (), offline=True, constraints=constraints))
    assert found is not None
    assert (found.pip_argument.replace(" @", "@"), found.is_undeclared) == (argument, not is_declared)


@pytest.mark.parametrize(
    ("subject", "argument"),
    [
        ("demo", "./demo"),
        ("demo/", "./demo"),
        ("demo/pyproject.toml", "./demo"),
        ("./demo", "./demo"),
        ("demo/../demo", "./demo"),
        ("demo-1.0.tar.gz", "./demo-1.0.tar.gz"),
        ("demo/..", "."),
    ],
)
def test_a_path_is_none_that_pip_takes_for_a_name(
    subject: str, argument: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo").mkdir()
    for place in (tmp_path, tmp_path / "demo"):
        (place / "pyproject.toml").write_text('[external]\ndependencies = ["git"]\n')
    (tmp_path / "demo-1.0.tar.gz").write_bytes(make_tar({"demo-1.0/PKG-INFO": METADATA}))
    monkeypatch.chdir(tmp_path)
    found = read(subject, sources(offline=True))
    assert found is not None
    assert (found.subject, found.pip_argument) == (subject, argument)
    found = read(str(tmp_path / subject), sources(offline=True))
    assert found is not None
    assert found.pip_argument == os.path.normpath(tmp_path / argument)


def test_project_that_no_index_knows() -> None:
    with serve({}) as first, serve({}) as second, pytest.raises(RequirementError) as caught:
        read_named("demo", sources(first.url, second.url))
    assert caught.value.message == "pip would find nothing for `demo` with Python 3.11.2"
    assert caught.value.context == ("the index has no file",)


def test_files_of_others_do_not_count() -> None:
    others = {"filename": "other-1.0.tar.gz", "url": "/x"}
    with serve({"/simple/demo/": json_page(others)}) as index, pytest.raises(RequirementError) as caught:
        read_named("demo", sources(index.url))
    assert caught.value.context == ("the index has no file",)


def test_the_address_of_a_file() -> None:
    content = make_tar({"demo-1.0/PKG-INFO": METADATA})
    with serve({"/demo-1.0.tar.gz": ("application/gzip", content)}) as index:
        address = index.url.replace("/simple", "/demo-1.0.tar.gz")
        assert texts(read(address, sources(index.url))) == ["dep:generic/git"]
        with pytest.raises(InvalidInputError) as caught:
            read(address, sources(index.url, offline=True))
    assert caught.value.message == f"`{address}` cannot be read offline"


def test_the_address_of_a_repository() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read("git+https://host.example/project", sources())
    assert caught.value.message == "`git+https://host.example/project` is not the address of an sdist or a wheel"


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("")
    with pytest.raises(InvalidInputError) as caught:
        read(str(path), sources())
    assert caught.value.message == f"`{path}` is a file, but neither pyproject.toml nor an sdist nor a wheel"


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("Demo", NamedProject(name="demo", version="1.0")),
        ("demo[x]<2,>=0.5", NamedProject(name="demo", version="1.0", specifier=">=0.5,<1.5")),
        ("demo==1.0", NamedProject(name="demo", version="1.0", specifier="==1.0")),
    ],
)
def test_the_project_that_was_asked_for(overlay: tuple[str, ...], text: str, project: NamedProject) -> None:
    constraints = {"demo": "<1.5"} if "<" in text else {}
    with serve({"/simple/demo/": json_page(SDIST)}) as index:
        declaration = read_named(text, sources(index.url, overlays=overlay, constraints=constraints))
    assert declaration is not None
    assert declaration.project == project


def test_a_project_without_a_version(overlay: tuple[str, ...]) -> None:
    for text, version in (("demo>=1", ""), ("demo==1.5", "1.5"), ("demo==1.*", "")):
        declaration = read_named(text, sources(overlays=overlay, offline=True))
        assert declaration is not None
        assert declaration.project is not None
        assert declaration.project.version == version
    at_an_address = read_named("demo @ https://x/demo-1.0.tar.gz", sources(overlays=overlay, offline=True))
    assert at_an_address is not None
    assert at_an_address.project is None
