"""All that would be installed together: real pip, real uv, and the files on the index where neither can be asked."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from uv import find_uv_bin

from extdeps.cache import Cache
from extdeps.declaration.installer.order import Order
from extdeps.declaration.installer.pipconfig import read_pip_configuration
from extdeps.declaration.installer.pipdryrun import ask_pip
from extdeps.declaration.installer.requirementsfile import read_requirements_file
from extdeps.declaration.installer.staticwalk import walk
from extdeps.declaration.installer.transitive import read_together
from extdeps.declaration.installer.uvdryrun import ask_uv
from extdeps.declaration.member import Member
from extdeps.declaration.named import Sources
from extdeps.errors import DeclarationError, FetchError, InstallerError, RequirementError
from extdeps.fetch import Fetcher
from extdeps.host import LocalHost
from extdeps.interpreter import find_interpreter
from extdeps.model.declaration import Declaration
from support.index import json_page, serve
from support.projects import Shelf, make_fields

UV = str(Path(find_uv_bin()).parent)
FOLLOWED = "what the files on the index say was followed instead"


def silent(count: int) -> str:
    many, one = "further projects declare nothing and have", "one further project declares nothing and has"
    return f"what they depend on: {f'{count} {many}' if count > 1 else one} no overlay"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with pip, and nothing else."""
    place = tmp_path_factory.mktemp("venv") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    return place


class Market:
    """An environment, the files that are to be had for it, and what is asked for."""

    def __init__(self, environment: Path, place: Path) -> None:
        self.environ = {
            "PATH": f"{UV}:/usr/bin:/bin",
            "HOME": str(place / "home"),
            "PIP_CONFIG_FILE": "/dev/null",
            "UV_NO_CONFIG": "1",
            "UV_CACHE_DIR": str(place / "uv"),
            "UV_PYTHON_DOWNLOADS": "never",
        }
        self.place = place
        self.python = str(environment / "bin/python")
        self.cache = Cache("")
        self.overlays: dict[str, str] = {}
        self.lines: list[str] = []
        files = place / "files"
        files.mkdir()
        self.shelf = Shelf(files)
        self.options: dict[str, tuple[str, ...]] = {"find-links": (str(files),), "no-index": ("",)}

    def sources(self, constraints: Mapping[str, str] | None = None) -> Sources:
        host = LocalHost(self.environ)
        interpreter = find_interpreter(host, self.python)
        return Sources(
            host=host,
            interpreter=interpreter,
            libc=("glibc", "2.36"),
            configuration=read_pip_configuration(host, interpreter, self.options),
            overlays=lambda name: [self.overlays[name]] if name in self.overlays else [],
            fetcher=Fetcher(),
            constraints=constraints or {},
            marker_environment=interpreter.marker_environment,
            cache=self.cache,
        )

    def overlay(self, name: str, table: str) -> None:
        path = self.place / f"{name}.toml"
        path.write_text(f'project = "{name}"\n[[declaration]]\nexternal = {{ {table} }}\n')
        self.overlays[name] = str(path)

    def read(self, *subjects: str | Path, **fields: object) -> tuple[Declaration, ...]:
        order = Order(subjects=tuple(map(str, subjects)), options=self.options, **fields)  # type: ignore[arg-type]
        return read_together(order, self.sources(), self.lines.append)

    def arguments(self, subjects: Iterable[str]) -> tuple[str, ...]:
        return ("--no-index", f"--find-links={self.shelf.place}", *subjects)

    def ask_pip(self, *subjects: str) -> tuple[Member, ...]:
        return ask_pip(LocalHost(self.environ), self.python, self.arguments(subjects), self.lines.append)

    def ask_uv(self, *subjects: str) -> tuple[Member, ...]:
        place = ("--python", self.python, "--target", str(self.place / "empty"))
        arguments = (*place, *self.arguments(subjects))
        return ask_uv(LocalHost(self.environ), "uv", arguments, self.sources(), self.lines.append)

    def walk(self, *subjects: str) -> tuple[Member, ...]:
        return walk(subjects, self.sources())


@pytest.fixture
def market(environment: Path, tmp_path: Path) -> Market:
    return Market(environment, tmp_path)


ASK: dict[str, Callable[..., tuple[Member, ...]]] = {"pip": Market.ask_pip, "uv": Market.ask_uv, "walk": Market.walk}
every_way = pytest.mark.parametrize("way", ASK)


def versions(members: Iterable[Member]) -> dict[str, str]:
    return {member.name: member.version for member in members}


def texts(declarations: Iterable[Declaration]) -> dict[str, list[str]]:
    """The requirements by subject; notes alone have no subject."""
    return {item.subject: [str(one.requirement) for one in item.requirements] for item in declarations if item.subject}


def notes(declarations: Iterable[Declaration]) -> list[str]:
    return [note for item in declarations if not item.subject for note in item.notes]


@every_way
def test_extras_of_extras_and_markers(way: str, market: Market) -> None:
    shelf = market.shelf
    shelf.wheel("app", requires=["mid[fast]>=1", "never; python_version < '3'", "always; python_version >= '3'"])
    shelf.wheel("mid", "0.9")
    shelf.wheel("mid", requires=["quick[more]; extra == 'fast'", "slow; extra == 'slow'"], extras=["fast", "slow"])
    shelf.wheel("quick", requires=["Deep.Est; extra == 'more'"], extras=["more"])
    shelf.wheel("Deep_Est", "2.0", requires=["app"])  # a circle
    shelf.wheel("always")
    members = ASK[way](market, "app")
    assert versions(members) == {"app": "1.0", "mid": "1.0", "always": "1.0", "quick": "1.0", "deep-est": "2.0"}
    assert {member.kind for member in members} == {"pure-wheel"}
    by_name = {member.name: member for member in members}
    assert [name for name, member in by_name.items() if member.is_requested] == ["app"]
    assert {name: member.extras for name, member in by_name.items() if member.extras} == {
        "mid": {"fast"},
        "quick": {"more"},
    }
    assert by_name["mid"].specifier == ">=1"


@every_way
def test_an_sdist_where_wheels_are_refused(way: str, market: Market) -> None:
    market.shelf.wheel("app", requires=["native"])
    market.shelf.wheel("native", "1.0", requires=["leaf"])
    market.shelf.sdist("native", "1.0", requires=["leaf"])
    market.shelf.wheel("leaf", "3.0")
    market.options["no-binary"] = ("native",)
    refusal = "--no-binary=native"
    members = market.walk("app") if way == "walk" else ASK[way](market, refusal, "app")
    assert {member.name: member.kind for member in members} == {
        "app": "pure-wheel",
        "native": "sdist",
        "leaf": "pure-wheel",
    }
    assert market.shelf.is_built is (way == "pip")  # uv takes one file of a version at its word for the others


@every_way
def test_a_python_that_is_required_and_a_version_that_is_withdrawn(way: str, market: Market) -> None:
    def row(path: Path, **fields: object) -> dict[str, object]:
        return {"filename": path.name, "url": f"/files/{path.name}", "core-metadata": True, "hashes": {}, **fields}

    pages: dict[str, tuple[str, bytes]] = {}
    rows = [
        row(market.shelf.wheel("demo", "1.0", ["leaf"])),
        row(market.shelf.wheel("demo", "2.0"), yanked="broken"),
        row(market.shelf.wheel("demo", "3.0", python=">=99"), **{"requires-python": ">=99"}),
    ]
    pages["/simple/demo/"] = json_page(*rows)
    pages["/simple/leaf/"] = json_page(row(market.shelf.wheel("leaf")))
    for path in market.shelf.place.glob("*.whl"):
        pages[f"/files/{path.name}"] = ("application/zip", path.read_bytes())
        name, version = path.name.split("-")[:2]
        fields = make_fields(name, version, ["leaf"] if path.name.startswith("demo-1") else [])
        pages[f"/files/{path.name}.metadata"] = ("text/plain", fields.encode())
    with serve(pages) as index:
        market.options = {"index-url": (index.url,)}
        market.arguments = lambda subjects: (f"--index-url={index.url}", *subjects)  # type: ignore[method-assign]
        assert versions(ASK[way](market, "demo")) == {"demo": "1.0", "leaf": "1.0"}
        assert versions(ASK[way](market, "demo==2.0")) == {"demo": "2.0"}


@pytest.mark.parametrize("way", ["pip", "uv"])
def test_what_cannot_be_installed_together(way: str, market: Market) -> None:
    market.shelf.wheel("left", requires=["leaf<2"])
    market.shelf.wheel("right", requires=["leaf>=2"])
    market.shelf.wheel("leaf", "1.0")
    market.shelf.wheel("leaf", "2.0")
    with pytest.raises(RequirementError, match="what is asked for") as caught:
        ASK[way](market, "left", "right")
    assert caught.value.message == "what is asked for cannot be installed together"
    if way == "pip":
        assert caught.value.context == (
            "Cannot install left==1.0 and right==1.0 because these package versions have conflicting dependencies.",
            "ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/"
            "#dealing-with-dependency-conflicts",
        )
    else:
        assert "your requirements are unsatisfiable" in " ".join(caught.value.context)


def test_a_project_that_does_not_exist(market: Market) -> None:
    with pytest.raises(InstallerError) as caught:
        market.ask_pip("absent")
    assert caught.value.message == "pip does not say what it would install"
    assert caught.value.context[-1] == "No matching distribution found for absent"
    with pytest.raises(RequirementError, match=r"^pip would find nothing for `absent` with Python "):
        market.read("absent")


def test_what_the_members_declare(market: Market) -> None:
    market.shelf.wheel("app", requires=["own", "mapped", "still", "quiet"])
    market.shelf.wheel("own", external=["dep:generic/zlib@>=1.2"])
    market.shelf.wheel("mapped")
    market.overlay("mapped", 'host-requires = ["dep:generic/libpq"], dependencies = ["dep:generic/ffmpeg"]')
    market.shelf.wheel("still")
    market.shelf.wheel("quiet")
    found = market.read("app")
    assert texts(found) == {
        "app": [],
        "own": ["dep:generic/zlib@>=1.2"],
        "mapped": ["dep:generic/libpq", "dep:generic/ffmpeg"],
    }
    assert [item.phases for item in found if item.requirements] == [("run",), ("run",)]
    assert notes(found) == [silent(2)]
    assert [item.notes for item in found if item.subject == "app"] == [
        ("app 1.0, wheel declares no external dependencies, and there is no overlay for it",)
    ]
    assert [item.pip_argument for item in found if item.subject] == ["app", "", ""]
    market.shelf.wheel("app", requires=["quiet"])
    assert notes(market.read("app")) == [silent(1)]


def test_what_is_asked_for_is_named_as_it_was_asked_for(market: Market) -> None:
    market.shelf.wheel("app", "1.5", requires=["own; extra == 'x'"], extras=["x"])
    market.shelf.wheel("own")
    market.overlay("app", 'host-requires = ["zlib"], optional-dependencies = { x = ["git"] }')
    (found, note) = market.read("app[X]<2")
    assert (found.pip_argument, sorted(found.selected_extras), found.taken) == ("app[x]<2", ["x"], "1.5, wheel")
    assert found.project
    assert (str(found.project), found.project.version) == ("app<2", "1.5")
    assert note.notes == (silent(1),)


def test_constraints_and_files_of_requirements(market: Market, tmp_path: Path) -> None:
    for version in ("1.0", "2.0", "3.0"):
        market.shelf.wheel("leaf", version, external=[f"dep:generic/leaf-{version[0]}"])
    market.shelf.wheel("app", requires=["leaf"], external=["dep:generic/app"])
    (tmp_path / "more.txt").write_text("leaf != 9  # a comment\n")
    (tmp_path / "limits.txt").write_text("leaf<3\n")
    (tmp_path / "all.txt").write_text("app\n-r more.txt\n-c limits.txt\n")
    file = read_requirements_file(str(tmp_path / "all.txt"), {})
    found = market.read(*file.subjects, constraints=file.constraints)
    assert texts(found) == {"app": ["dep:generic/app"], "leaf": ["dep:generic/leaf-2"]}
    order = Order(subjects=("app",), options=market.options, constraints=("leaf<2",))
    without_pip = replace(market.sources({"leaf": "<2"}), interpreter=replace(market.sources().interpreter, site=()))
    market.environ["PATH"] = "/none"
    without_either = replace(without_pip, host=LocalHost(market.environ))
    for sources in (without_pip, without_either):
        found = read_together(order, sources, market.lines.append)
        assert texts(found)["leaf"] == ["dep:generic/leaf-1"]


STATIC = """
[project]
name = "Tree"
version = "1.0"
dependencies = ["leaf>=1"]
[project.optional-dependencies]
Test = ["checker", "tree[deep]", "tree[never]; python_version < '3'"]
deep = ["deepest"]
never = ["absent"]
[external]
host-requires = ["dep:generic/zlib"]
[dependency-groups]
dev = ["builder", { include-group = "Lint" }]
lint = ["linter"]
loop = [{ include-group = "pool" }]
pool = [{ include-group = "loop" }]
odd = [{ path = "." }]
"""


@pytest.fixture
def stocked(market: Market) -> Market:
    for name in ("leaf", "checker", "deepest", "builder", "linter", "surprise"):
        market.shelf.wheel(name, external=[f"dep:generic/{name}"])
    return market


@pytest.mark.parametrize(
    ("subject", "fields", "expected"),
    [
        ("", {}, {"leaf"}),
        ("pyproject.toml", {}, {"leaf"}),
        ("[test]", {}, {"leaf", "checker", "deepest"}),
        ("", {"extras": frozenset({"test"})}, {"leaf", "checker", "deepest"}),
        ("", {"groups": frozenset({"dev"})}, {"leaf", "builder", "linter"}),
        ("[deep]", {"groups": frozenset({"lint"})}, {"leaf", "deepest", "linter"}),
    ],
)
def test_a_tree_that_says_what_it_depends_on_is_not_built(
    subject: str, fields: Mapping[str, object], expected: set[str], stocked: Market, tmp_path: Path
) -> None:
    tree = stocked.shelf.tree(tmp_path / "tree", STATIC, ["surprise"])
    found = texts(stocked.read(f"{tree}{subject}" if subject.startswith("[") else tree / subject, **fields))
    (own,) = [name for name in found if name.startswith(str(tree))]
    assert found.pop(own) == ["dep:generic/zlib"]
    assert found == {name: [f"dep:generic/{name}"] for name in expected}
    assert not stocked.shelf.is_built


def test_groups_that_go_in_circles(stocked: Market, tmp_path: Path) -> None:
    tree = stocked.shelf.tree(tmp_path / "tree", STATIC)
    with pytest.raises(DeclarationError) as caught:
        stocked.read(tree, groups=frozenset({"loop"}))
    assert caught.value.message == "the dependency group `loop` includes itself"
    assert caught.value.context == ("loop -> pool -> loop",)
    with pytest.raises(DeclarationError, match=r"^`dependency-groups.odd\[0\]` is neither a requirement nor an incl"):
        stocked.read(tree, groups=frozenset({"odd"}))


DYNAMIC = '[project]\nname = "tree"\ndynamic = ["version", "dependencies"]\n[dependency-groups]\ndev = ["builder"]\n'


@pytest.mark.parametrize("way", ["pip", "uv"])
def test_a_tree_that_has_to_be_built_is(
    way: str, stocked: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requires = ["surprise", "checker; extra == 'x'", "deepest; extra == 'y'"]
    stocked.shelf.tree(tmp_path / "tree", DYNAMIC, requires, extras=["x", "y"])
    monkeypatch.chdir(tmp_path)
    sources = stocked.sources()
    if way == "uv":
        sources = replace(sources, interpreter=replace(sources.interpreter, site=()))
    order = Order(subjects=("tree[x]",), options=stocked.options, extras=frozenset({"y"}), groups=frozenset({"dev"}))
    found = texts(read_together(order, sources, stocked.lines.append))
    assert found.pop("tree[x]") == []
    assert set(found) == {"surprise", "checker", "deepest", "builder"}
    assert stocked.shelf.is_built


def test_files_declare_for_themselves(stocked: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere = Shelf(tmp_path)
    elsewhere.wheel("mine", requires=["leaf"], external=["dep:generic/git"])
    elsewhere.sdist("yours", requires=["checker"], table='[external]\nbuild-requires = ["dep:generic/swig"]\n')
    assert texts(stocked.read("mine-1.0-py3-none-any.whl", "yours-1.0.tar.gz")) == {
        "mine-1.0-py3-none-any.whl": ["dep:generic/git"],
        "yours-1.0.tar.gz": ["dep:generic/swig"],
        "leaf": ["dep:generic/leaf"],
        "checker": ["dep:generic/checker"],
    }


def test_an_sdist_that_cannot_be_built(stocked: Market) -> None:
    stocked.shelf.sdist("bad", requires=["leaf", "worse"], fault="there is no compiler")
    stocked.shelf.sdist("worse", requires=["checker"], fault="there is no linker")
    stocked.overlay("bad", 'build-requires = ["dep:generic/swig"]')
    found = stocked.read("bad")
    assert texts(found) == {
        "bad": ["dep:generic/swig"],
        "leaf": ["dep:generic/leaf"],
        "checker": ["dep:generic/checker"],
    }
    *_, note = notes(found)
    assert re.fullmatch(rf"pip does not say what it would install: .*(bad|failed|error).*; {FOLLOWED}", note)


@pytest.mark.parametrize("text", ["lx\x1b[31mml", "two words", ">=1"])
def test_what_is_no_requirement_is_not_passed_over(text: str, market: Market) -> None:
    with pytest.raises(RequirementError) as caught:
        market.read("leaf", text)
    assert caught.value.message == f"`{text}` is neither a file, a directory nor a requirement of pip"
    assert market.lines == []


def test_a_checkout_that_cannot_be_followed_is_said_to_be_unknown(stocked: Market) -> None:
    address = f"git+file://{stocked.place}/gone"
    found = stocked.read("leaf", address)
    assert texts(found) == {"leaf": ["dep:generic/leaf"], address: []}
    (unknown,) = (item for item in found if item.is_undeclared)
    assert (unknown.subject, unknown.notes) == (address, (f"`{address}` is not known without the installer",))


def test_without_pip_uv_is_asked_and_without_either_the_files(stocked: Market) -> None:
    stocked.shelf.wheel("app", requires=["leaf"])
    sources = stocked.sources()
    python = sources.interpreter.executable
    order = Order(subjects=("app",), options=stocked.options)
    without = replace(sources, interpreter=replace(sources.interpreter, site=()))
    found = read_together(order, without, stocked.lines.append)
    assert texts(found)["leaf"] == ["dep:generic/leaf"]
    assert notes(found) == []
    assert any("Would install" in line for line in stocked.lines), "it is uv that was asked"
    stocked.environ["PATH"] = "/none"
    found = read_together(order, replace(without, host=LocalHost(stocked.environ)), stocked.lines.append)
    assert texts(found)["leaf"] == ["dep:generic/leaf"]
    assert notes(found) == [f"`{python}` has no pip since 22.2, and there is no uv; {FOLLOWED}"]


def test_a_pip_that_is_too_old_is_not_asked(stocked: Market, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "pip-22.1.2.dist-info").mkdir(parents=True)
    (site / "pip").mkdir()
    (site / "pip/__main__.py").write_text("raise SystemExit('no such option: --report')")
    sources = stocked.sources()
    old = replace(sources, interpreter=replace(sources.interpreter, site=(str(site),)))
    found = read_together(Order(subjects=("leaf",), options=stocked.options), old, stocked.lines.append)
    assert texts(found) == {"leaf": ["dep:generic/leaf"]}
    assert notes(found) == []
    assert any("Would install" in line for line in stocked.lines), "it is uv that was asked"


def test_an_index_that_cannot_be_read(market: Market) -> None:
    market.options = {"index-url": ("http://127.0.0.1:9/simple",)}
    market.environ |= {"PIP_RETRIES": "0"}
    market.overlay("demo", 'build-requires = ["dep:generic/swig"]')
    with pytest.raises(FetchError) as caught:
        market.read("demo")
    assert caught.value.message == "`http://127.0.0.1:9/simple/demo/` cannot be read"
    assert (caught.value.hint, caught.value.exit_code) == ("`--offline` asks no index", 5)


def test_an_answer_is_kept_until_something_changes(stocked: Market, tmp_path: Path) -> None:
    stocked.cache = Cache(str(tmp_path / "cache"))
    stocked.shelf.wheel("app", requires=["leaf"])

    def read(*subjects: str | Path) -> set[str]:
        stocked.lines.clear()
        return set(texts(stocked.read(*subjects)))

    assert read("app") == {"app", "leaf"}
    assert stocked.lines
    assert read("app") == {"app", "leaf"}
    assert not stocked.lines
    stocked.shelf.wheel("app", "2.0", requires=["checker"])  # the directory has changed
    assert read("app") == {"app", "checker"}
    tree = stocked.shelf.tree(tmp_path / "tree", DYNAMIC, ["surprise"], extras=["x"])
    assert read(f"{tree}[x]") == {f"{tree}[x]", "surprise"}
    stocked.shelf.tree(tree, DYNAMIC, ["linter"], extras=["x"])
    assert read(f"{tree}[x]") == {f"{tree}[x]", "linter"}


def test_what_another_version_has_kept_is_asked_anew(stocked: Market, tmp_path: Path) -> None:
    stocked.cache = Cache(str(tmp_path / "cache"))
    stocked.read("leaf")
    (entry,) = (tmp_path / "cache/resolution").iterdir()
    for content in (b"", b"[1]", b'[{"name": "leaf"}]', b'{"a": 1}', b"\xff"):
        entry.write_bytes(content)
        assert texts(stocked.read("leaf")) == {"leaf": ["dep:generic/leaf"]}
