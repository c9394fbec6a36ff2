"""Names, aliases, virtuals, mappings and their faults."""

import json
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import MappingChoice, Resolution
from extdeps.catalog.ecosystem import Ecosystem, parse_ecosystem
from extdeps.errors import DocumentError, UsageError
from extdeps.model.identifier import parse_depurl
from extdeps.model.requirement import parse_requirement
from support.documents import Entry, load_catalogue, write_catalogue

DEBIAN = Ecosystem(name="debian", release="12")
DEFINITIONS: list[Entry] = [
    {"id": "dep:generic/cmake"},
    {"id": "dep:github/Kitware/CMake", "provides": "dep:generic/cmake"},
    {"id": "dep:generic/gtk3"},
    {"id": "dep:generic/openblas", "provides": ["dep:virtual/interface/blas"]},
    {"id": "dep:generic/lapack", "provides": ["dep:virtual/interface/blas", "dep:virtual/interface/lapack"]},
    {"id": "dep:github/Reference-LAPACK/lapack", "provides": ["dep:generic/lapack", "dep:virtual/interface/blas"]},
    {"id": "dep:virtual/interface/blas"},
    {"id": "dep:generic/libxcb"},
]
PROBES: list[Entry] = [
    {"id": "dep:generic/gtk3", "pkg_config": ["gtk+-3.0"], "modules": ["gdk-3.0"]},
    {"id": "dep:generic/libxcb", "pkg_config": ["xcb"]},
    {"id": "dep:virtual/interface/blas", "pkg_config": ["blas"], "evidence": {"run": ["library"]}},
    {"id": "dep:generic/openblas", "libraries": ["openblas"]},
]


@pytest.mark.parametrize(
    ("text", "identifier", "module", "registered"),
    [
        ("cmake", "dep:generic/cmake", "", True),
        ("dep:github/Kitware/CMake", "dep:generic/cmake", "", True),
        ("dep:github/kitware/cmake@>=3", "dep:generic/cmake", "", True),
        ("gtk+-3.0>=3.24", "dep:generic/gtk3", "gtk+-3.0", True),
        ("gdk-3.0", "dep:generic/gtk3", "gdk-3.0", True),
        ("dep:generic/XCB", "dep:generic/libxcb", "xcb", True),
        ("CMake", "dep:generic/cmake", "", True),
        ("blas", "dep:virtual/interface/blas", "", True),
        ("dep:generic/cmake?repository_url=https://x/y", "dep:generic/cmake", "", True),
        ("nosuch", "dep:generic/nosuch", "", False),
        ("dep:cran/nat", "dep:cran/nat", "", False),
        ("dep:github/a/cmake", "dep:github/a/cmake", "", False),
    ],
)
def test_resolves(tmp_path: Path, text: str, identifier: str, module: str, registered: bool) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS, probes=PROBES))
    expected = Resolution(identifier=identifier, module=module, registered=registered)
    assert catalogue.resolve(parse_requirement(text).url) == expected


def test_providers_in_the_order_of_the_registry(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS, probes=PROBES))
    assert catalogue.registry.providers("dep:virtual/interface/blas") == ("dep:generic/openblas", "dep:generic/lapack")
    entries = catalogue.probe_entries("dep:virtual/interface/blas")
    assert [entry.id for entry in entries] == ["dep:virtual/interface/blas", "dep:generic/openblas"]
    assert entries[1].kinds("run") == ("library",)


def test_suggestion(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS))
    assert catalogue.suggest("openbals") == ("openblas",)


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        (
            [
                {"id": "dep:generic/a", "provides": "dep:generic/b"},
                {"id": "dep:generic/b", "provides": "dep:generic/a"},
            ],
            "`{path}`: `provides` goes in a circle: dep:generic/a -> dep:generic/b -> dep:generic/a",
        ),
        (
            [{"id": "dep:generic/a", "provides": "dep:generic/gone"}],
            "`{path}`: `dep:generic/a` provides `dep:generic/gone`, which is not in the registry",
        ),
        (
            [{"id": "dep:generic/a", "provides": [1]}],
            "`{path}`: `dep:generic/a`: `provides` is not a string or an array of strings",
        ),
        (
            [
                {"id": "dep:generic/a", "provides": "dep:generic/b"},
                {"id": "dep:generic/b", "provides": "dep:generic/c"},
                {"id": "dep:generic/c", "provides": ["dep:virtual/interface/x", "dep:generic/b"]},
            ],
            "`{path}`: `provides` goes in a circle: dep:generic/a -> dep:generic/b -> dep:generic/c -> dep:generic/b",
        ),
        ([{"id": "generic/a"}], "`{path}`: `definitions[0]`: `generic/a` does not start with `dep:`"),
        ([{"name": "a"}], "`{path}`: `definitions[0]` is not an object with an `id`"),
        (["x"], "`{path}`: `definitions[0]` is not an object with an `id`"),
    ],
)
def test_bad_registry(tmp_path: Path, definitions: list[dict[str, object]], message: str) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=definitions))
    with pytest.raises(DocumentError) as caught:
        catalogue.resolve(parse_depurl("dep:generic/a"))
    assert caught.value.message == message.format(path=tmp_path / "registry.json")


@pytest.mark.parametrize(
    ("content", "message", "context"),
    [
        ("{", "`{path}` is not JSON", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "`{path}` is not a JSON object", None),
        ('{"schema_version": 2}', "`{path}` has schema version 2; this extdeps reads 1", None),
        ("{}", "`{path}` has no `definitions`", None),
        ('{"definitions": {}}', "`{path}`: `definitions` is not an array", None),
        ("[" * 100_000, "`{path}` is not JSON", None),
    ],
)
def test_bad_document(tmp_path: Path, content: str, message: str, context: str | None) -> None:
    (tmp_path / "registry.json").write_text(content)
    with pytest.raises(DocumentError) as caught:
        load_catalogue(tmp_path).resolve(parse_depurl("dep:generic/a"))
    assert caught.value.message == message.format(path=tmp_path / "registry.json")
    assert context is None or caught.value.context == (context,)


def test_no_registry(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        load_catalogue(tmp_path).resolve(parse_depurl("dep:generic/a"))
    assert caught.value.message == "there is no `registry.json`"


MAPPINGS: dict[str, list[Entry]] = {
    "debian": [
        {"id": "dep:generic/a", "specs": "a"},
        {"id": "dep:generic/b", "specs": ["b1", "b2"]},
        {"id": "dep:generic/c", "specs": {"build": [], "host": "libc-dev", "run": ["libc1"]}},
        {"id": "dep:generic/d", "specs_from": "dep:generic/c"},
        {"id": "dep:generic/e", "specs": []},
        {"id": "dep:generic/f", "specs_from": "dep:generic/g"},
        {"id": "dep:generic/g", "specs_from": "dep:generic/f"},
        {"id": "dep:generic/h", "specs_from": "dep:generic/gone"},
        {"id": "dep:generic/i"},
        {"id": "dep:generic/j", "specs": {"built": "x"}},
        {"id": "dep:generic/k", "specs": 3},
        {"id": "dep:generic/lapack", "specs": "liblapack-dev"},
        {"id": "dep:generic/a", "specs": "second-choice"},
    ],
    "debian+12": [{"id": "dep:generic/a", "specs": "a-of-12"}],
}


@pytest.mark.parametrize(
    ("name", "build", "host", "run"),
    [
        ("a", ("a-of-12",), ("a-of-12",), ("a-of-12",)),
        ("b", ("b1", "b2"), ("b1", "b2"), ("b1", "b2")),
        ("c", ("libc-dev",), ("libc-dev",), ("libc1",)),
        ("d", ("libc-dev",), ("libc-dev",), ("libc1",)),
        ("e", (), (), ()),
    ],
)
def test_specs(tmp_path: Path, name: str, build: tuple[str], host: tuple[str], run: tuple[str]) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS, mappings=MAPPINGS))
    specs = catalogue.specs(f"dep:generic/{name}", DEBIAN)
    assert specs is not None
    assert (specs.of("build"), specs.of("host"), specs.of("run")) == (build, host, run)


def test_release_that_has_no_overlay_takes_the_ecosystems(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, mappings=MAPPINGS))
    specs = catalogue.specs("dep:generic/a", Ecosystem(name="debian", release="99"))
    assert specs is not None
    assert specs.host == ("a",)
    assert catalogue.specs("dep:generic/a", Ecosystem(name="plan9")) is None
    assert catalogue.ecosystems() == ("debian", "debian+12")


def test_virtual_takes_the_first_provider_that_has_packages(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS, mappings=MAPPINGS))
    specs = catalogue.specs("dep:virtual/interface/blas", DEBIAN)
    assert specs is not None
    assert specs.host == ("liblapack-dev",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "f",
            "`{path}`: `dep:generic/g`: `specs_from` goes in a circle: dep:generic/f -> dep:generic/g -> dep:generic/f",
        ),
        ("h", "`{path}`: `dep:generic/h`: `specs_from` leads to `dep:generic/gone`, which is not in the mapping"),
        ("i", "`{path}`: `dep:generic/i` has neither `specs` nor `specs_from`"),
        ("j", "`{path}`: `dep:generic/j`: `specs` has `built`, which is not a phase"),
        ("k", "`{path}`: `dep:generic/k`: `specs` is not a string or an array of strings"),
    ],
)
def test_bad_mapping_entry(tmp_path: Path, name: str, message: str) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS, mappings=MAPPINGS))
    with pytest.raises(DocumentError) as caught:
        catalogue.specs(f"dep:generic/{name}", DEBIAN)
    assert caught.value.message == message.format(path=tmp_path / "debian.mapping.json")


def test_mappings_of_the_user(tmp_path: Path) -> None:
    base = write_catalogue(tmp_path / "base", mappings=MAPPINGS)
    own = tmp_path / "own.json"
    own.write_text(
        json.dumps({"mappings": [{"id": "dep:generic/a", "specs": "mine"}, {"id": "dep:generic/z", "specs": "z"}]})
    )

    def host_of(name: str, choice: MappingChoice) -> tuple[str, ...] | None:
        specs = load_catalogue(base, choice=choice).specs(f"dep:generic/{name}", DEBIAN)
        return specs.host if specs else None

    patch, use, extend = (
        MappingChoice(patch=(str(own),)),
        MappingChoice(use=str(own)),
        MappingChoice(extend=(str(own),)),
    )
    assert (host_of("a", patch), host_of("b", patch), host_of("z", patch)) == (("mine",), ("b1", "b2"), ("z",))
    assert (host_of("a", use), host_of("b", use)) == (("mine",), None)
    assert (host_of("a", extend), host_of("z", extend)) == (("a-of-12",), ("z",))


def test_directories_in_order(tmp_path: Path) -> None:
    first = tmp_path / "first"
    (first / "projects").mkdir(parents=True)
    (first / "projects" / "demo.toml").write_text("")
    second = write_catalogue(tmp_path / "second", definitions=DEFINITIONS)
    (second / "projects").mkdir()
    (second / "projects" / "demo.toml").write_text("")
    catalogue = load_catalogue(first, second)
    assert "dep:generic/cmake" in catalogue.registry
    assert list(catalogue.project_files("demo")) == [str(d / "projects" / "demo.toml") for d in (first, second)]


def test_ecosystem_identifiers() -> None:
    assert str(parse_ecosystem("debian+12")) == "debian+12"
    assert parse_ecosystem("conda-forge") == Ecosystem(name="conda-forge")
    with pytest.raises(UsageError) as caught:
        parse_ecosystem("Debian 12")
    assert caught.value.message == "`Debian 12` is not an ecosystem"


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"headers": 3}, "`headers` is not a string or an array of strings"),
        ({"version": []}, "`version` is not an object"),
        ({"version": {"divisors": [0]}}, "`version.divisors` is not an array of positive numbers"),
        ({"evidence": {"compile": []}}, "`evidence.compile`: `compile` is not a phase"),
        ({"evidence": {"run": ["file"]}}, "`evidence.run`: `file` is not a kind of evidence"),
        (
            {"implements": {"dep:virtual/interface/x": ["1"]}},
            "`implements` of `dep:virtual/interface/x` is not an array of pairs of versions",
        ),
    ],
)
def test_bad_probe(tmp_path: Path, probe: dict[str, object], message: str) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, probes=[{"id": "dep:generic/a", **probe}]))
    with pytest.raises(DocumentError) as caught:
        catalogue.probes.find("dep:generic/a")
    assert caught.value.message == f"`{tmp_path / 'probes.json'}`: `dep:generic/a`: {message}"


def test_looking_for_what_is_not_there_does_not_put_it_there(tmp_path: Path) -> None:
    registry = load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS)).registry
    assert registry.provides("dep:generic/nosuch") == ()
    assert "dep:generic/nosuch" not in registry


@pytest.mark.parametrize("layout", ["ours", "indented", "one line"])
def test_every_layout_of_a_document_answers_the_same(tmp_path: Path, layout: str) -> None:
    entries = [*DEFINITIONS, {"id": "dep:generic/a%2Bb", "description": 'says "dep:virtual/interface/blas"'}]
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    texts = {
        "ours": f'{{\n"schema_version": 1,\n"definitions": [\n{lines}\n]\n}}\n',
        "indented": json.dumps({"schema_version": 1, "definitions": entries}, indent=2),
        "one line": json.dumps({"schema_version": 1, "definitions": entries}),
    }
    (tmp_path / "registry.json").write_text(texts[layout])
    registry = load_catalogue(tmp_path).registry
    assert "dep:generic/a+b" in registry
    assert "dep:github/kitware/cmake" in registry
    assert len(list(registry)) == len(entries)
    assert registry.canonical("dep:github/kitware/cmake") == "dep:generic/cmake"
    assert registry.providers("dep:virtual/interface/blas") == ("dep:generic/openblas", "dep:generic/lapack")


def test_damaged_line_of_a_document(tmp_path: Path) -> None:
    text = '{\n"schema_version": 1,\n"definitions": [\n{"id": "dep:generic/a", "provides": }\n]\n}\n'
    (tmp_path / "registry.json").write_text(text)
    with pytest.raises(DocumentError) as caught:
        load_catalogue(tmp_path).resolve(parse_depurl("dep:generic/a"))
    assert caught.value.message == f"`{tmp_path / 'registry.json'}` is not JSON"
    assert caught.value.context == (
        "Expecting value: line 1 column 37 (char 36)",
        '{"id": "dep:generic/a", "provides": }',
    )


def test_who_supplies_a_virtual_and_what_its_entry_says(tmp_path: Path) -> None:
    virtual = "dep:virtual/interface/x"
    definitions = [{"id": f"dep:generic/{name}", "provides": virtual} for name in "abc"]
    entries: list[Entry] = [
        {"id": "dep:generic/a", "specs": []},
        {"id": "dep:generic/b", "specs": "bb", "extra_metadata": {"q": 1}},
    ]
    own: list[Entry] = [*entries, {"id": virtual, "specs": [], "extra_metadata": 3}]
    directory = write_catalogue(tmp_path, definitions=definitions, mappings={"debian": entries, "nix": own})
    catalogue = load_catalogue(directory)
    debian, nix, other = (Ecosystem(name=name) for name in ("debian", "nix", "other"))
    assert catalogue.supplier(virtual, debian) == "dep:generic/b"
    assert [catalogue.supplier(virtual, ecosystem) for ecosystem in (nix, other)] == [virtual, virtual]
    mapping = catalogue.mapping(debian)
    assert mapping
    assert [mapping.metadata(f"dep:generic/{name}") for name in "abc"] == [{}, {"q": 1}, {}]
    assert catalogue.projects() == ()
    (directory / "projects").mkdir()
    for name in ("spam.toml", "eggs.toml", "README"):
        (directory / "projects" / name).touch()
    assert catalogue.projects() == ("eggs", "spam")
