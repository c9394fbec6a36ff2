"""Every example of `pep_draft/extdeps.rst` is executed, and the text is valid reStructuredText."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry as SchemaRegistry
from referencing import Resource

from extdeps.accelerator.capabilities import list_capabilities
from extdeps.accelerator.definer import run_provider
from extdeps.accelerator.detect import find_accelerators
from extdeps.accelerator.overrides import CAPABILITIES, VARIABLES, parse_capability, read_overrides
from extdeps.audit.wheel import audit_wheels
from extdeps.backend.project import read_project
from extdeps.backend.reaction import choose_reaction
from extdeps.buildenv.prefix import describe_prefix
from extdeps.catalog.catalogue import Catalogue, MappingChoice
from extdeps.catalog.ecosystem import Ecosystem, find_ecosystem, parse_ecosystem
from extdeps.catalog.mapping import Mapping
from extdeps.catalog.probes import ProbeEntry, Probes
from extdeps.catalog.registry import Registry
from extdeps.checker import check
from extdeps.cli.answering import Answering
from extdeps.cli.main import main
from extdeps.cli.settings import load_settings
from extdeps.declaration.direct import declare
from extdeps.declaration.external import parse_external
from extdeps.declaration.overlay import read_overlay
from extdeps.declaration.request import PROTOCOL
from extdeps.distribution.describe import describe_file
from extdeps.distribution.narrow import drop_carried
from extdeps.distribution.open import open_distribution
from extdeps.errors import RequestError, RequirementError
from extdeps.host import LocalHost
from extdeps.interpreter import find_interpreter
from extdeps.lockfile.document import parse_lock
from extdeps.lockfile.writing import format_lock
from extdeps.machine import describe_machine, gather_facts
from extdeps.model.accelerator import Accelerators, Cpu, Device, Driver, Toolkit
from extdeps.model.constraint import parse_constraints
from extdeps.model.declaration import Declaration, format_core_metadata
from extdeps.model.evidence import Finding, Report
from extdeps.model.identifier import parse_depurl
from extdeps.model.lock import Drift
from extdeps.model.marker import parse_marker
from extdeps.model.plan import Ask, Unmet
from extdeps.model.reply import Reply
from extdeps.model.requirement import PHASES, parse_requirement
from extdeps.render.acceleratordocument import format_accelerators
from extdeps.render.externalmetadata import format_metadata
from extdeps.render.json import format_environment, format_report
from extdeps.render.plandocument import format_plan
from extdeps.render.reply import format_reply
from extdeps.render.wheelaudit import format_audit
from extdeps.resolve.releases import find_releases, format_releases
from extdeps.resources import DIRECTORY_NAME, data_directories
from extdeps.system import OsRelease
from extdeps.variants.properties import find_features
from extdeps.versions.loose import Loose
from extdeps.versions.ranges import satisfies
from extdeps.versions.upstream import upstream_version
from support.binaries import make_elf, write_wheel
from support.plans import decide, make_plan
from support.platforms import GIB, PYTHON, drivers_of, kfd_node
from support.recorded import RecordedHost, load_host

if TYPE_CHECKING:
    from extdeps.declaration.filekind import FileKind
    from extdeps.interpreter import Distributor
    from extdeps.model.evidence import Status
    from extdeps.model.reply import ReplyStatus
    from extdeps.model.requirement import Phase
    from extdeps.versions.upstream import Scheme

DRAFT = Path(__file__).parents[2] / "pep_draft"
SOURCE = (DRAFT / "extdeps.rst").read_text(encoding="utf-8")

_BLOCK = re.compile(r"\n\.\. code-block:: (?P<language>\w+)\n\n(?P<text>(?:  .*\n|\n)+)")
_LABEL = re.compile(r"\.\. example: (?P<name>\S+)\Z")


def read_examples() -> Iterator[tuple[str, str, str]]:
    """Name, language and dedented text of every code block; the name is empty where none is given."""
    for block in _BLOCK.finditer(SOURCE):
        label = _LABEL.search(SOURCE[: block.start()])
        lines = block["text"].rstrip().splitlines()
        yield label["name"] if label else "", block["language"], "\n".join(line[2:] for line in lines) + "\n"


EXAMPLES = {name: text for name, _, text in read_examples()}


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a table whose columns are parted by two spaces or more; `-` is an empty cell."""
    header, *lines = EXAMPLES[name].splitlines()
    count = len(re.split(r"\s{2,}", header))
    for line in lines:
        cells = tuple("" if cell == "-" else cell for cell in re.split(r"\s{2,}", line))
        assert len(cells) == count, line
        yield cells


def load_schema(name: str) -> Draft202012Validator:
    schemas = [json.loads(path.read_text()) for path in (DRAFT / "schemas").iterdir()]
    registry: SchemaRegistry[Any] = SchemaRegistry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    return Draft202012Validator(json.loads((DRAFT / "schemas" / f"{name}.schema.json").read_text()), registry=registry)


def validate(schema: str, example: str) -> None:
    load_schema(schema).validate(json.loads(EXAMPLES[example]))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the documents of the text."""
    directory = tmp_path_factory.mktemp("documents")
    for name, text in EXAMPLES.items():
        if name.endswith((".json", ".toml")):
            (directory / name).write_text(text)
    (directory / "machine.toml").write_text(EXAMPLES["machine"])
    return directory


class Grammar:
    """ABNF (RFC 5234) without recursion, turned into regular expressions; rules in prose are given."""

    _TOKEN = re.compile(r'"(?P<literal>[^"]*)"|(?P<rule>[A-Za-z]+)|(?P<repeat>1?\*)|(?P<mark>[][()/])|<.*>|\s+')
    _CORE = {"ALPHA": "[A-Za-z]", "DIGIT": "[0-9]", "HEXDIG": "[0-9A-Fa-f]"}  # noqa: RUF012

    def __init__(self, text: str, **prose: str) -> None:
        pairs = (line.partition("=") for line in text.splitlines())
        self._rules = {name.strip(): body.strip() for name, _, body in pairs}
        self._prose = prose

    def matches(self, rule: str, text: str) -> bool:
        return re.fullmatch(self._expand(rule), text) is not None

    def _expand(self, rule: str) -> str:
        if rule in self._CORE:
            return self._CORE[rule]
        if rule in self._prose:
            return self._prose[rule]
        tokens = [token for token in self._TOKEN.finditer(self._rules[rule]) if token[0].strip()]
        pattern, rest = self._alternatives(tokens)
        assert not rest
        return f"(?:{pattern})"

    def _alternatives(self, tokens: list[re.Match[str]]) -> tuple[str, list[re.Match[str]]]:
        pattern = ""
        repeat = ""
        while tokens and tokens[0][0] not in ("]", ")"):
            token, *tokens = tokens
            if token["repeat"]:
                repeat = "+" if token[0] == "1*" else "*"
                continue
            if token[0] == "/":
                pattern += "|"
                continue
            if token[0] in ("[", "("):
                inner, tokens = self._alternatives(tokens)
                element = f"(?:{inner})" + ("?" if token[0] == "[" else "")
                tokens = tokens[1:]
            elif token["rule"]:
                element = self._expand(token["rule"])
            else:
                element = f"(?:{re.escape(token['literal'])})"
            pattern += f"(?:{element}){repeat}"
            repeat = ""
        return pattern, tokens


def check_grammar(documents: Path) -> None:
    grammar = Grammar(EXAMPLES["grammar"], marker=r"\s*[^;]+")
    for written, lowered in rows("forms"):
        assert grammar.matches("requirement", written), written
        assert grammar.matches("requirement", lowered), lowered
    refused_by_further_rules = {
        "gdal>=3.*",
        "dep:generic/my%20library",
        "dep:virtual/blas",
        "dep:generic/x?arch=a&arch=b",
        'gdal; os == "linux"',
    }
    for written, _ in rows("refused"):
        assert grammar.matches("requirement", written) == (written in refused_by_further_rules), written


def check_forms(documents: Path) -> None:
    for written, lowered in rows("forms"):
        requirement = parse_requirement(written)
        assert str(requirement) == lowered
        assert bool(requirement.note) == written.startswith(("pkg:", "virtual:"))
        assert parse_requirement(lowered).url == requirement.url


def check_refused(documents: Path) -> None:
    for written, _ in rows("refused"):
        with pytest.raises(RequirementError):
            parse_requirement(written)


def check_comparison(documents: Path) -> None:
    for one, other, answer in rows("comparison"):
        assert (parse_depurl(one) == parse_depurl(other)) == {"equal": True, "different": False}[answer], one


def check_registry(documents: Path) -> None:
    validate("registry", "registry.json")
    registry = Registry(str(documents / "registry.json"))
    assert registry.canonical("dep:generic/postgresql-client") == "dep:generic/libpq"
    assert registry.providers("dep:virtual/compiler/c") == ("dep:generic/gcc",)


def check_resolution(documents: Path) -> None:
    catalogue = Catalogue((str(documents),))
    for requirement, _, identifier, module, registered in rows("resolution"):
        found = catalogue.resolve(parse_requirement(requirement).url)
        assert (found.identifier, found.module, found.registered) == (identifier, module, registered == "yes")


def check_version_order(documents: Path) -> None:
    for line in EXAMPLES["version-order"].splitlines():
        first, *pairs = re.split(r" ([<=]) ", line)
        left = first
        for sign, right in zip(pairs[::2], pairs[1::2], strict=True):
            assert Loose().compare(left, right) == (-1 if sign == "<" else 0), line
            assert Loose().compare(right, left) == (1 if sign == "<" else 0), line
            left = right


def check_version_ranges(documents: Path) -> None:
    answers = {"yes": True, "no": False, "undecided": None}
    for version, bounds, answer in rows("version-ranges"):
        assert satisfies(version, parse_constraints(bounds)) is answers[answer], (version, bounds)


def check_upstream_versions(documents: Path) -> None:
    for notation, package, upstream in rows("upstream-versions"):
        assert upstream_version(package, cast("Scheme", notation)) == upstream


def parse_example_table() -> Declaration:
    return parse_external(tomllib.loads(EXAMPLES["external"])["external"], subject=".", origin="pyproject.toml")


def check_external(documents: Path) -> None:
    declaration = parse_example_table()
    assert (declaration.extras, declaration.groups) == (("geo-tools",), ("dev", "debug"))


def check_external_requirements(documents: Path) -> None:
    found = [(item.phase, item.extra, item.group, str(item.requirement)) for item in parse_example_table().requirements]
    assert found == list(rows("external-requirements"))


def check_core_metadata(documents: Path) -> None:
    fields = [f"{name}: {value}" for name, value in format_core_metadata(parse_example_table())]
    assert fields == EXAMPLES["core-metadata"].splitlines()


def check_evidence_defaults(documents: Path) -> None:
    for names, *expected in rows("evidence-defaults"):
        entry = ProbeEntry(
            id="dep:generic/x",
            pkg_config=("x",) if "pkg_config" in names else (),
            headers=("x.h",) if "headers" in names else (),
            libraries=("x",) if "libraries" in names else (),
            executables=("x",) if "executables" in names else (),
        )
        assert [" ".join(entry.kinds(phase)) for phase in PHASES] == expected, names


def check_exit_status(documents: Path) -> None:
    for name, *expected in rows("exit-status"):
        report = Report(findings=(), undeclared=("x",))
        if name != "undeclared":
            requirement = parse_requirement("zlib")
            finding = Finding(
                requirement=requirement,
                identifier=requirement.url.identifier,
                phase="host",
                status=cast("Status", name),
            )
            report = Report(findings=(finding,))
        assert [str(int(not report.is_satisfied(strict=strict))) for strict in (False, True)] == expected, name


def load_machine(documents: Path) -> RecordedHost:
    host = load_host(str(documents / "machine"))
    host.name = "recorded"
    return host


def check_requirement(documents: Path, text: str, phase: Phase) -> tuple[Report, dict[str, object]]:
    catalogue = Catalogue((str(documents),))
    machine = describe_machine(load_machine(documents), catalogue.ecosystems())
    report = check([declare((text,), catalogue, (phase,))], machine, catalogue)
    return report, format_report(report, gather_facts(machine), strict=False)


def check_machine(documents: Path) -> None:
    catalogue = Catalogue((str(documents),))
    machine = describe_machine(load_machine(documents), catalogue.ecosystems())
    assert str(machine.ecosystem) == "debian+12"
    assert [manager.name for manager in machine.managers] == ["apt"]


def check_findings(documents: Path) -> None:
    schema = load_schema("check-report")
    for text, phase, status, because in rows("findings"):
        report, document = check_requirement(documents, text, cast("Phase", phase))
        wanted = str(parse_requirement(text))
        finding = next(item for item in report.findings if str(item.requirement) == wanted)
        assert finding.status == status, (text, finding)
        not_in_the_example = because.startswith("unregistered") or text in ("dep:cran/nat", "python>=3.9")
        assert finding.registered != not_in_the_example
        schema.validate(document)


def check_report(documents: Path) -> None:
    validate("check-report", "check-report.json")
    _, document = check_requirement(documents, "zlib>=99", "host")
    assert document == json.loads(EXAMPLES["check-report.json"])


def check_probes(documents: Path) -> None:
    validate("probes", "probes.json")
    probes = Probes(str(documents / "probes.json"))
    cuda = probes.find("dep:generic/cuda")
    assert cuda is not None
    assert cuda.prefixes == ("$CUDA_HOME", "/usr/local/cuda")
    assert cuda.version.divisors == (1000, 10)
    eigen = probes.find("dep:generic/eigen")
    assert eigen is not None
    assert (eigen.pkg_config, eigen.kinds("run")) == (("eigen3",), ())


def check_relations(documents: Path) -> None:
    validate("relations", "relations.json")
    relations = Catalogue((str(documents),)).relations
    assert [group.neutral for group in relations.coherent] == [("dep:generic/lapack",), ()]
    debian, fedora = Ecosystem(name="debian", release="12"), Ecosystem(name="fedora")
    assert [group.scope for group in relations.exclusive_in(debian, "host")] == ["process", "machine"]
    assert [group.scope for group in relations.exclusive_in(debian, "run")] == ["process"]
    assert [group.scope for group in relations.exclusive_in(fedora, "host")] == ["process"]
    assert relations.exclusive_in(fedora, "build") == ()
    assert (relations.capabilities_of("host"), len(relations.capabilities_of("run"))) == (frozenset(), 1)


def check_overlay(documents: Path) -> None:
    document = json.loads(json.dumps(tomllib.loads(EXAMPLES["spam.toml"]), default=str))
    load_schema("overlay").validate(document)
    assert list(Catalogue((str(documents),)).project_files("spam")) == [str(documents / "spam.toml")]


def check_overlay_choice(documents: Path) -> None:
    for version, kind, expected in rows("overlay-choice"):
        found = read_overlay(
            [str(documents / "spam.toml")],
            version="" if version == "unknown" else version,
            kind=cast("FileKind", kind),
            subject="spam",
        )
        if expected.startswith("none"):
            assert found is None
        else:
            assert found is not None
            assert [str(item.requirement) for item in found.requirements] == expected.split(), version


def check_known_ecosystems(documents: Path) -> None:
    validate("known-ecosystems", "known-ecosystems.json")
    assert "debian+12" in Catalogue((str(documents),)).ecosystems()


def check_ecosystem_choice(documents: Path) -> None:
    known = Catalogue((str(documents),)).ecosystems()
    for python, name, version, like, codename, families, _, expected in rows("ecosystem-choice"):
        release = OsRelease(
            id=name,
            version_id=version,
            id_like=tuple(filter(None, like.split(","))),
            codenames=tuple(filter(None, [codename])),
        )
        found = find_ecosystem(release, cast("Distributor", python), known, tuple(filter(None, families.split(","))))
        assert str(found or "") == expected


def check_mapping(name: str) -> Callable[[Path], None]:
    def check_one(documents: Path) -> None:
        validate("mapping", name)
        mapping = Mapping((str(documents / name),))
        for entry in json.loads(EXAMPLES[name])["mappings"]:
            assert mapping.find(entry["id"]) is not None

    return check_one


def check_packages(documents: Path) -> None:
    catalogue = Catalogue((str(documents),))
    for ecosystem, identifier, phase, expected in rows("packages"):
        specs = catalogue.specs(identifier, parse_ecosystem(ecosystem))
        assert (specs.of(cast("Phase", phase)) if specs else ()) == tuple(expected.split())


def check_mapping_choice(documents: Path) -> None:
    site = str(documents / "site.mapping.json")
    choices = {
        "": MappingChoice(),
        "use": MappingChoice(use=site),
        "patch": MappingChoice(patch=(site,)),
        "extend": MappingChoice(extend=(site,)),
    }
    debian = Ecosystem(name="debian", release="12")
    for option, *expected in rows("mapping-choice"):
        catalogue = Catalogue((str(documents),), choices[option])
        found = [catalogue.specs(f"dep:generic/{name}", debian) for name in ("git", "cairo", "zlib")]
        assert [" ".join(specs.of("host")) if specs else "" for specs in found] == expected, option


def check_console(documents: Path) -> None:
    for line in EXAMPLES["mapping-console"].splitlines():
        words = shlex.split(line.removeprefix("$ "))
        command = words.index("extdeps")
        output = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output):
            patch.chdir(documents)
            for assignment in words[:command]:
                patch.setenv(*assignment.split("=", 1))
            assert main(words[command + 1 :]) == 0
        assert "site-git" in output.getvalue(), line


def check_versions(name: str) -> Callable[[Path], None]:
    def check_one(documents: Path) -> None:
        validate("versions", name)
        document = json.loads(EXAMPLES[name])
        known = Catalogue((str(documents),)).known_versions(parse_ecosystem(document["ecosystem"]))
        assert known == document["versions"]

    return check_one


def check_other_releases(documents: Path) -> None:
    catalogue = Catalogue((str(documents),))
    for ecosystem, identifier, phase, bounds, said in rows("other-releases"):
        constraints = parse_constraints(bounds)
        found = find_releases(identifier, cast("Phase", phase), constraints, parse_ecosystem(ecosystem), catalogue)
        assert format_releases(identifier, found) == said


def check_data_directories(documents: Path) -> None:
    for system, environment, expected in rows("data-directories"):
        environ = dict(item.split("=", 1) for item in environment.split(", "))
        *found, _shipped = data_directories(environ, system)
        assert found == [f"{base}/{DIRECTORY_NAME}" for base in expected.split(", ")]


def check_declarations(documents: Path) -> None:
    validate("declarations", "declarations.json")
    (requirement,) = json.loads(EXAMPLES["declarations.json"])["declarations"][0]["requirements"]
    parsed = parse_requirement(requirement["requirement"])
    assert (parsed.format_short(), parsed.url.identifier) == (requirement["short"], requirement["identifier"])


def check_error(documents: Path) -> None:
    validate("error", "error.json")
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        assert main(["show", "--dep", "a/b", "--format", "json"]) == 3
    assert json.loads(output.getvalue()) == json.loads(EXAMPLES["error.json"])


def check_environment(documents: Path) -> None:
    validate("environment", "environment.json")
    host = RecordedHost(empty=["/srv/demo/.extdeps/lib/pkgconfig/spam.pc", "/srv/demo/.extdeps/include/spam.h"])
    environment = describe_prefix(host, find_interpreter(host), "/srv/demo/.extdeps")
    document = format_environment(environment)
    assert {**document, "variables": document["variables"][:1]} == json.loads(EXAMPLES["environment.json"])  # type: ignore[index]


def check_accelerators(documents: Path) -> None:
    host = RecordedHost(
        files={
            **kfd_node(1, target=90010, size=64 * GIB, location_id=0x300),
            **drivers_of("amdgpu"),
            "/sys/module/amdgpu/version": "6.7.0\n",
            "/opt/rocm/.info/version": "6.2.0-66\n",
            "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
        }
    )
    assumed = read_overrides(["cuda-driver=12.8"], (), {})
    document = format_accelerators(find_accelerators(host, PYTHON, assumed))
    assert document == json.loads(EXAMPLES["accelerators.json"])


def check_assumed(documents: Path) -> None:
    told = [(name, value) for name, value, _ in rows("assumed-capabilities")]
    assert [name for name, _ in told] == sorted(CAPABILITIES)
    for name, value in told:
        assert parse_capability(name.replace(".", "-"), value) == (name, value)


def check_variables(documents: Path) -> None:
    assert tuple(rows("assuming-variables")) == VARIABLES


def check_plan(documents: Path) -> None:
    validate("plan", "plan.json")
    proj = decide("proj", "host", "libproj-dev", version="9.1.1", asks=((">=9", "spam"),))
    ask = Ask(requirement="dep:generic/libeggs@>=2", requested_by="spam")
    unmet = Unmet(identifier="dep:generic/libeggs", phase="run", ask=ask, reason="Nobody has it.")
    plan = replace(make_plan(proj, unmet=(unmet,)), subjects=(("spam", "spam 1.0, sdist"),))
    assert format_plan(plan) == json.loads(EXAMPLES["plan.json"])


def check_audit(documents: Path) -> None:
    validate("wheel-audit", "wheel-audit.json")
    library = "libz-0e5f8ea3.so.1.3"
    files = {
        "spam/_spam.abi3.so": make_elf(needed=(library, "libc.so.6")),
        f"spam.libs/{library}": make_elf(library, ("libc.so.6",)),
    }
    path = write_wheel(documents, files, stored=True)
    report = audit_wheels([str(path)], Catalogue((str(documents),)), Ecosystem(name="debian", release="12"))
    wheel = replace(report.wheels[0], path=path.name)
    assert format_audit(replace(report, wheels=(wheel,))) == json.loads(EXAMPLES["wheel-audit.json"])


def check_build_system(documents: Path) -> None:
    with contextlib.chdir(documents):
        Path("pyproject.toml").write_text(EXAMPLES["build-system"])
        assert read_project().backend == "mesonpy"


def check_on_missing(_documents: Path) -> None:
    """Each value is one; what follows is tested beside the backend."""
    for value, _, _ in rows("on-missing"):
        assert choose_reaction({}, {"EXTDEPS_ON_MISSING": value}) == value


def check_metadata(documents: Path) -> None:
    validate("metadata", "metadata.json")
    library = "libz-0e5f8ea3.so.1.3"
    files = {"spam/_spam.abi3.so": make_elf(needed=(library,)), f"spam.libs/{library}": make_elf(library)}
    path = str(write_wheel(documents, files))
    fields = (("Requires-External-Dep", "dep:generic/zlib@>=1.2"), ("Requires-External-Dep", "dep:generic/git"))
    kept, dropped = drop_carried(fields, path, Catalogue((str(documents),)))
    found = describe_file(open_distribution(path))
    said = replace(found, path=Path(path).name, requires=tuple(value for _, value in kept), dropped=dropped)
    assert format_metadata([said]) == json.loads(EXAMPLES["metadata.json"])


def check_capabilities(_documents: Path) -> None:
    told = list_capabilities(Accelerators(cpu=Cpu(architecture="x86_64")))
    assert [name for name, _ in rows("capabilities")] == list(told)


def check_capability_markers(_documents: Path) -> None:
    for line in EXAMPLES["capability-markers"].splitlines():
        assert parse_requirement(line).needs_capabilities, line


def check_capability_grammar(_documents: Path) -> None:
    """Each operator that the grammar has is one that the parser takes."""
    operators = re.search(r"operator +=(.*)", EXAMPLES["capability-grammar"])
    assert operators
    for operator in ("==", "!=", "<=", ">=", "<", ">", "~=", "===", "in", "not in"):
        assert all(f'"{word}"' in operators[1] for word in operator.split())
        parse_marker(f'python_version {operator} "3"')


def check_provider(documents: Path) -> None:
    """The provider of the text, as its configuration names it, tells what its answer says."""
    (documents / "config.toml").write_text(EXAMPLES["config.toml"])
    (documents / "site.py").write_text(EXAMPLES["site.py"])
    settled = load_settings({"EXTDEPS_CONFIG": str(documents / "config.toml")}).definitions
    assert [provider.name for provider in settled.providers] == ["site", "acme"] == list(settled.allowed)
    (found, note) = run_provider(settled.providers[0], LocalHost())
    answer = json.loads(EXAMPLES["provider-answer.json"])["capabilities"]
    assert (found, note) == ({name: frozenset(values) for name, values in answer.items()}, "")


def check_defined_markers(_documents: Path) -> None:
    for line in EXAMPLES["defined-markers"].splitlines():
        assert parse_requirement(line).needs_capabilities, line


def check_variant_properties(_documents: Path) -> None:
    """The values of each row stand in this order, and what is left out (`...`) stands between its neighbours."""
    nvidia, amd = Device(vendor="nvidia", architecture="8.6"), Device(vendor="amd", architecture="gfx90a")
    driver, toolkit = Driver(vendor="nvidia", api="12.4"), Toolkit(kind="rocm", version="6.2.0", root="/opt/rocm")
    for namespace, feature, text in rows("variant-properties"):
        level = {"x86_64": "x86-64-v3", "aarch64": "armv8.2-a"}.get(namespace, "")
        cpu = Cpu(architecture=namespace, level=level)
        machine = Accelerators(devices=(nvidia, amd), drivers=(driver,), toolkits=(toolkit,), cpu=cpu)
        found = {item.name: " ".join(item.values) for item in find_features(namespace, machine)}[feature]
        pattern = r"( \S+)* ".join(re.escape(part.strip()) for part in text.removesuffix("...").split("..."))
        assert re.fullmatch(pattern + ("( .*)?" if text.endswith("...") else ""), found), (feature, found)


def check_variant_provider(_documents: Path) -> None:
    """Each names a class of its namespace; that variantlib takes it is tested beside the providers."""
    variant = tomllib.loads(EXAMPLES["variant-provider"])["variant"]
    assert variant["default-priorities"]["namespace"] == list(variant["providers"])
    for namespace, provider in variant["providers"].items():
        module, _, name = provider["plugin-api"].partition(":")
        assert getattr(importlib.import_module(module), name).namespace == namespace


def check_virtual_packages(_documents: Path) -> None:
    command, *lines = EXAMPLES["virtual-packages"].splitlines()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert main(shlex.split(command)[2:]) == 0
    assert output.getvalue().splitlines() == lines


def check_lock(documents: Path) -> None:
    document = tomllib.loads(EXAMPLES["extdeps.lock"])
    load_schema("lock").validate(document)
    assert format_lock(parse_lock(EXAMPLES["extdeps.lock"], "extdeps.lock")) == EXAMPLES["extdeps.lock"]
    files = [sha256((documents / f"{name}.mapping.json").read_bytes()).hexdigest() for name in ("debian+12", "debian")]
    digest = sha256("".join(f"overlay {file}\n" for file in files).encode()).hexdigest()
    assert document["target"]["debian+12"]["mapping"] == f"sha256:{digest}"
    assert Catalogue((str(documents),)).mapping_digest(Ecosystem(name="debian", release="12")) == f"sha256:{digest}"


def check_drift(_documents: Path) -> None:
    """Each kind is told as `Drift` tells it; that they are found is tested beside the comparison."""
    zlib, blas = "dep:generic/zlib", "dep:virtual/interface/blas"
    drifts = (
        Drift(kind="not-locked", identifier=zlib, phase="host", actual=">=1.2 by spam"),
        Drift(kind="no-longer-asked-for", identifier=zlib, phase="host", locked=">=1.2 by spam"),
        Drift(kind="requirements", identifier=zlib, phase="host", locked=">=1.2 by spam", actual=">=1.3 by spam"),
        Drift(kind="provider", identifier=blas, phase="host", locked="dep:generic/openblas", actual="dep:generic/blas"),
        Drift(kind="packages", identifier=zlib, phase="host", locked="zlib1g-dev", actual="zlib-devel"),
        Drift(kind="version", identifier=zlib, phase="host", locked="1.2.13", actual="1.3.1"),
    )
    assert list(rows("drift")) == [(drift.kind, str(drift)) for drift in drifts]
    kinds = load_schema("check-report").schema["$defs"]["drift"]["properties"]["kind"]["enum"]  # type: ignore[index]
    assert [drift.kind for drift in drifts] == kinds


def check_helper(documents: Path) -> None:
    """The reply of the text answers the request of the text, on the machine of the text."""
    validate("helper-request", "helper-request.json")
    validate("helper-reply", "helper-reply.json")
    host = load_machine(documents)
    host.environ = {**host.environ, "XDG_DATA_HOME": str(documents / "data")}
    (documents / "data").mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (documents / "data" / DIRECTORY_NAME).symlink_to(documents)
    reply = Answering(host).answer(EXAMPLES["helper-request.json"].encode())
    assert format_reply(reply, PROTOCOL) == json.loads(EXAMPLES["helper-reply.json"])


def check_helper_status(_documents: Path) -> None:
    for status, code, _ in rows("helper-status"):
        if status == "failed":
            assert Reply(status="failed", error=RequestError("what")).exit_code == RequestError.exit_code
        else:
            assert str(Reply(status=cast("ReplyStatus", status)).exit_code) == code


CHECKS: dict[str, Callable[[Path], None]] = {
    "grammar": check_grammar,
    "forms": check_forms,
    "refused": check_refused,
    "comparison": check_comparison,
    "registry.json": check_registry,
    "resolution": check_resolution,
    "version-order": check_version_order,
    "version-ranges": check_version_ranges,
    "upstream-versions": check_upstream_versions,
    "external": check_external,
    "external-requirements": check_external_requirements,
    "core-metadata": check_core_metadata,
    "evidence-defaults": check_evidence_defaults,
    "exit-status": check_exit_status,
    "machine": check_machine,
    "findings": check_findings,
    "probes.json": check_probes,
    "relations.json": check_relations,
    "spam.toml": check_overlay,
    "overlay-choice": check_overlay_choice,
    "known-ecosystems.json": check_known_ecosystems,
    "ecosystem-choice": check_ecosystem_choice,
    "debian.mapping.json": check_mapping("debian.mapping.json"),
    "debian+12.mapping.json": check_mapping("debian+12.mapping.json"),
    "packages": check_packages,
    "site.mapping.json": check_mapping("site.mapping.json"),
    "mapping-choice": check_mapping_choice,
    "mapping-console": check_console,
    "data-directories": check_data_directories,
    "debian+13.versions.json": check_versions("debian+13.versions.json"),
    "debian+sid.versions.json": check_versions("debian+sid.versions.json"),
    "other-releases": check_other_releases,
    "capabilities": check_capabilities,
    "capability-markers": check_capability_markers,
    "capability-grammar": check_capability_grammar,
    "site.py": check_provider,
    "config.toml": check_provider,
    "defined-markers": check_defined_markers,
    "provider-answer.json": check_provider,
    "variant-properties": check_variant_properties,
    "variant-provider": check_variant_provider,
    "virtual-packages": check_virtual_packages,
    "extdeps.lock": check_lock,
    "drift": check_drift,
    "build-system": check_build_system,
    "on-missing": check_on_missing,
    "helper-request.json": check_helper,
    "helper-reply.json": check_helper,
    "helper-status": check_helper_status,
    "check-report.json": check_report,
    "accelerators.json": check_accelerators,
    "assumed-capabilities": check_assumed,
    "assuming-variables": check_variables,
    "environment.json": check_environment,
    "declarations.json": check_declarations,
    "plan.json": check_plan,
    "error.json": check_error,
    "wheel-audit.json": check_audit,
    "metadata.json": check_metadata,
}


def test_every_block_is_an_example_with_a_check() -> None:
    names = [name for name, _, _ in read_examples()]
    assert len(names) == SOURCE.count(".. code-block::") == SOURCE.count("\n.. example: ")
    assert names == list(CHECKS)


def test_languages() -> None:
    assert {language for _, language, _ in read_examples()} == {"text", "toml", "json", "console"}


@pytest.mark.parametrize("name", CHECKS)
def test_example(name: str, documents: Path) -> None:
    CHECKS[name](documents)


def test_every_schema_is_named_in_the_text() -> None:
    ours = {
        "probes",
        "overlay",
        "check-report",
        "host",
        "environment",
        "declarations",
        "plan",
        "why",
        "error",
        "coverage",
        "faults",
        "search",
        "diff",
        "versions",
        "lock",
        "lock-report",
        "wheel-audit",
        "metadata",
        "helper-request",
        "helper-reply",
        "selection",
        "selectors",
        "compatibility",
        "cache",
    }
    assert {path.name for path in (DRAFT / "schemas").iterdir()} >= {f"{name}.schema.json" for name in ours}
    for name in ours:
        assert f"``schemas/{name}.schema.json``" in SOURCE


def test_text_is_valid() -> None:
    pytest.importorskip("docutils")
    core = importlib.import_module("docutils.core")
    messages = io.StringIO()
    core.publish_doctree(
        SOURCE,
        settings_overrides={"warning_stream": messages, "report_level": 1, "halt_level": 5, "syntax_highlight": "none"},
    )
    assert messages.getvalue() == ""


def test_headers() -> None:
    header = dict(line.split(": ", 1) for line in SOURCE.partition("\n\n")[0].splitlines())
    assert header == {
        "PEP": "XXXX",
        "Title": "Checking external dependencies: short names, evidence and findings",
        "Author": "The extdeps authors",
        "Status": "Draft",
        "Type": "Standards Track",
        "Topic": "Packaging",
        "Requires": "725, 804",
        "Created": "22-Nov-2026",
    }
    sections = re.findall(r"^(.+)\n=+$", SOURCE, re.MULTILINE)
    assert sections == [
        "Abstract",
        "Motivation",
        "Rationale",
        "Terminology",
        "Specification",
        "Backwards Compatibility",
        "Security Implications",
        "How to Teach This",
        "Reference Implementation",
        "Rejected Ideas",
        "Open Issues",
        "Copyright",
    ]
