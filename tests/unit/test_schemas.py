"""The schemas of `pep_draft/schemas`: what is shipped and printed follows them, and what is wrong does not."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from extdeps.cli.main import main
from support.binaries import make_elf, write_wheel

ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "mappings"
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text())
    for path in sorted((ROOT / "pep_draft" / "schemas").iterdir())
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)
NAMES = (
    "cache",
    "check-report",
    "compatibility",
    "coverage",
    "declarations",
    "diff",
    "environment",
    "error",
    "faults",
    "helper-reply",
    "helper-request",
    "host",
    "install-report",
    "known-ecosystems",
    "lock-report",
    "lock",
    "mapping",
    "metadata",
    "overlay",
    "plan",
    "probes",
    "registry",
    "relations",
    "search",
    "selection",
    "selectors",
    "versions",
    "wheel-audit",
    "why",
)


def faults_of(name: str, document: object) -> list[str]:
    """Every fault of a document, with its place; formats are not checked."""
    validator = Draft202012Validator(SCHEMAS[name], registry=REGISTRY)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)]


def decode_toml(path: Path) -> Any:
    """A TOML document as JSON has it: dates are strings."""
    return json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))


def test_there_is_a_schema_for_every_document() -> None:
    assert tuple(SCHEMAS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_one(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema["$id"] == f"urn:extdeps:schema:{name}:1"


SHIPPED = {path.name: path for path in MAPPINGS.glob("*.json")}


def schema_of(name: str) -> str:
    kind = next((kind for kind in ("mapping", "versions") if name.endswith(f".{kind}.json")), "")
    return kind or name.removesuffix(".json")


@pytest.mark.parametrize("name", [name for name in sorted(SHIPPED) if schema_of(name) in NAMES])
def test_shipped_document(name: str) -> None:
    assert faults_of(schema_of(name), json.loads(SHIPPED[name].read_text(encoding="utf-8"))) == []


def test_that_the_documents_of_pep_804_are_shipped() -> None:
    assert SHIPPED.keys() >= {"registry.json", "probes.json", "known-ecosystems.json", "debian.mapping.json"}


@pytest.mark.parametrize("name", sorted(path.name for path in (MAPPINGS / "projects").glob("*.toml")))
def test_shipped_overlay(name: str) -> None:
    document = decode_toml(MAPPINGS / "projects" / name)
    assert faults_of("overlay", document) == []
    assert document["project"] == name.removesuffix(".toml")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("schema", "arguments", "codes"),
    [
        ("check-report", ("check", "-d", "zlib", "--offline"), {0, 1}),
        ("check-report", ("check", "-d", "zlib>=999", "-d", "no-such-thing", "--offline"), {1}),
        (
            "check-report",
            ("check", "-d", "dep:virtual/compiler/c", "-d", "blas; os_name == 'none'", "--offline"),
            {0, 1},
        ),
        ("check-report", ("check", "-d", "zlib", "-d", "git", "--target", "debian+12", "--offline"), {0}),
        ("check-report", ("check", "-d", "zlib", "--target", "debian+12", "--strict", "--offline"), {1}),
        ("declarations", ("show", "-d", "zlib", "--offline"), {0}),
        (
            "declarations",
            ("show", "-d", "gdal >=3.4; python_version > '3'", "-d", "virtual:compiler/c", "--offline"),
            {0},
        ),
        ("host", ("host",), {0}),
        ("cache", ("cache", "info"), {0}),
        ("install-report", ("install", "-d", "dep:generic/python", "--phase", "run", "--offline"), {0}),
        ("lock-report", ("lock", "-d", "zlib", "--target", "debian+12", "--offline", "--check"), {1}),
        ("coverage", ("mapping", "coverage"), {0}),
        ("coverage", ("mapping", "coverage", "--in", "alpine"), {0}),
        (
            "diff",
            ("mapping", "diff", str(MAPPINGS / "debian+12.mapping.json"), str(MAPPINGS / "debian+13.mapping.json")),
            {1},
        ),
        ("diff", ("mapping", "diff", str(MAPPINGS), str(MAPPINGS)), {0}),
        (
            "diff",
            ("mapping", "diff", str(MAPPINGS / "debian+12.versions.json"), str(MAPPINGS / "debian+13.versions.json")),
            {1},
        ),
        ("faults", ("mapping", "lint"), {0}),
        ("faults", ("mapping", "lint", __file__), {1}),
        ("search", ("mapping", "search", "zlib"), {0}),
        ("search", ("mapping", "search", "no-such-thing"), {1}),
        ("error", ("check", "-d", "a/b", "--offline"), {3}),
        ("error", ("check", "--no-such-option"), {2}),
        ("error", ("host", "--python", "/no/such/python"), {5}),
    ],
)
def test_output(schema: str, arguments: tuple[str, ...], codes: set[int], capsys: pytest.CaptureFixture[str]) -> None:
    code, document = run(capsys, *arguments)
    assert code in codes
    assert faults_of(schema, document) == []
    if schema == "check-report" and "--strict" not in arguments:
        assert document["summary"]["satisfied"] == (code == 0)


def test_output_of_an_audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        "s/x.abi3.so": make_elf(),
        "s.libs/libz.so.1": make_elf("libz.so.1"),
        "s/y.so": make_elf("y.so"),
        "bad": ELF,
    }
    path = write_wheel(tmp_path, files)
    code, document = run(capsys, "wheel", "audit", str(path))
    assert code == 0
    assert faults_of("wheel-audit", document) == []
    assert [len(document["wheels"][0][key]) for key in ("libraries", "unreadable")] == [2, 1]


ELF = b"\x7fELF and no more"
HOST = {
    "schema_version": 1,
    "name": "this machine",
    "system": "Linux",
    "machine": "x86_64",
    "os": {"id": "debian", "version": "12", "name": "Debian"},
    "libc": None,
    "python": {"executable": "/usr/bin/python3", "version": "3.11.2", "distributor": "system"},
    "ecosystem": "debian+12",
    "managers": [
        {"name": "apt", "path": "/usr/bin/apt-get", "own": True, "version": None, "usable": None, "reason": None},
        {"name": "pip", "path": "/usr/bin/pip", "own": False, "version": "26", "usable": "not at all", "reason": "no"},
    ],
    "root": False,
}
ACCELERATORS = {
    "devices": [
        {
            "vendor": "amd",
            "kind": "gpu",
            "name": None,
            "architecture": "gfx90a",
            "memory": 68719476736,
            "uuid": None,
            "address": "0000:03:00.0",
            "visible": True,
            "partitions": [],
            "location": "/sys/class/kfd/kfd/topology/nodes/1/properties",
        }
    ],
    "drivers": [
        {
            "vendor": "amd",
            "name": "amdgpu",
            "state": "working",
            "version": None,
            "api": None,
            "library": None,
            "forward_compatible": False,
            "note": None,
        }
    ],
    "toolkits": [
        {"kind": "rocm", "version": "6.2.0", "root": "/opt/rocm", "source": "directory", "components": {"hip": "6.2"}}
    ],
    "loaders": [{"kind": "opencl", "library": None, "drivers": ["libpocl.so.2"]}],
    "cpu": {"architecture": "x86_64", "vendor": None, "name": None, "level": "x86-64-v3", "flags": ["avx2"]},
    "libc": {"name": "glibc", "version": "2.36"},
    "kernel": "6.1.0",
    "assumed": [{"capability": "cuda.driver", "value": None, "told_by": "--capability"}],
    "notes": [],
}
DEFINED = {
    "capabilities": [{"capability": "system.features", "values": ["mkl"], "told_by": "/etc/extdeps/config.toml"}],
    "providers": [{"name": "site", "reference": "a:b", "source": "acme 1.0", "allowed": False, "note": None}],
}
ENVIRONMENT = {
    "schema_version": 1,
    "prefix": "/home/alice/demo/.extdeps",
    "variables": [
        {
            "name": "CPATH",
            "values": ["/home/alice/demo/.extdeps/include"],
            "separator": ":",
            "last": False,
            "default": None,
            "phases": ["host"],
            "why": "the compiler finds the headers of the prefix",
        }
    ],
    "on_request": [],
    "notes": [],
}
EVIDENCE = {
    "kind": "library",
    "name": "z",
    "location": "/usr/lib/libz.so.1",
    "version": None,
    "origin": "/etc/ld.so.cache",
}
REPORT = {
    "schema_version": 1,
    "host": HOST,
    "probed": True,
    "subjects": [{"name": "--dep", "taken": None}, {"name": "lxml", "taken": "6.1.3, sdist"}],
    "findings": [
        {
            "requirement": "dep:generic/zlib@>=1.2",
            "identifier": "dep:generic/zlib",
            "phase": "run",
            "status": "satisfied",
            "evidence": [EVIDENCE],
            "requested_by": ["--dep"],
            "packages": {"debian+12": ["zlib1g"]},
            "derived": None,
            "registered": True,
            "note": "",
        }
    ],
    "summary": {
        "satisfied": True,
        "counts": {
            "satisfied": 1,
            "missing": 0,
            "wrong-version": 0,
            "incomplete": 0,
            "unknown": 0,
            "not-applicable": 0,
        },
        "undeclared": [],
    },
    "commands": [
        {
            "manager": "apt",
            "ecosystem": "debian+12",
            "argv": ["sudo", "apt-get", "install", "zlib1g"],
            "shell": "sudo apt-get install zlib1g",
            "packages": ["zlib1g"],
            "elevated": True,
        }
    ],
    "notes": [],
}
DECLARATIONS = {
    "schema_version": 1,
    "declarations": [
        {
            "subject": ".",
            "origin": "pyproject.toml",
            "taken": None,
            "declared": True,
            "phases": ["build", "host", "run"],
            "requirements": [
                {
                    "requirement": "dep:generic/zlib",
                    "short": "zlib",
                    "identifier": "dep:generic/zlib",
                    "phase": "host",
                    "marker": "",
                    "key": "external.host-requires[0]",
                    "extra": "",
                    "group": "",
                }
            ],
            "notes": [],
        }
    ],
}
ERROR = {"schema_version": 1, "error": {"code": "usage", "message": "no", "context": ["a"], "hint": ""}}
KNOWN = {"schema_version": 1, "ecosystems": {"debian+12": {"mapping": "https://example.org/debian+12.mapping.json"}}}
MANAGER = {
    "name": "conda",
    "commands": {
        "install": {
            "command": ["conda", "install", "{}"],
            "multiple_specifiers": "always",
            "requires_elevation": False,
        },
        "query": {"command": ["conda", "list", "-f", "{}"]},
    },
    "specifier_syntax": {
        "name_only": ["{name}"],
        "exact_version": ["{name}=={version}"],
        "version_ranges": {
            "and": ",",
            "equal": "={version}",
            "greater_than": ">{version}",
            "greater_than_equal": ">={version}",
            "less_than": "<{version}",
            "less_than_equal": None,
            "syntax": ["{name}{ranges}"],
        },
    },
}
MAPPING = {
    "name": "conda-forge",
    "mappings": [
        {
            "id": "dep:generic/zlib",
            "specs": "zlib",
            "urls": {"feedstock": "https://example.org/zlib"},
            "extra_metadata": {"anything": [1]},
        },
        {"id": "dep:generic/libwebp", "specs": {"build": "libwebp", "host": ["libwebp-base"], "run": []}, "urls": []},
        {"id": "dep:generic/nothing", "specs": []},
        {"id": "dep:generic/alias", "specs_from": "dep:generic/zlib", "urls": "https://example.org"},
    ],
    "package_managers": [MANAGER],
}
OVERLAY = {
    "project": "spam",
    "declaration": [
        {
            "versions": ">=1,<2",
            "vendored": True,
            "note": "a note",
            "external": {
                "host-requires": ["dep:generic/libspam@=={version}; os_name == 'posix'", "zlib>=1.2"],
                "optional-dependencies": {"eggs": ["git"]},
                "dependency-groups": {"dev": [{"include-group": "eggs"}], "eggs": ["gdb"]},
            },
            "verified": [
                {
                    "version": "1.2",
                    "on": "debian+12",
                    "date": "2026-11-22",
                    "smoke": "import spam",
                    "build-constraints": ["cython<3"],
                    "environment": {"SPAM": ""},
                }
            ],
        }
    ],
}
PROBES = {
    "schema_version": 1,
    "probes": [
        {
            "id": "dep:generic/x",
            "pkg_config": "x",
            "modules": ["x-extra"],
            "headers": ["x.h"],
            "libraries": ["x"],
            "executables": ["x"],
            "prefixes": ["/opt/x", "$X_HOME"],
            "version": {
                "header": "x.h",
                "macros": ["X_VERSION"],
                "divisors": [100, 1],
                "arguments": ["-V"],
                "pattern": "(\\d+)",
            },
            "evidence": {"build": ["executable"], "host": "header", "run": []},
            "implements": {"dep:virtual/interface/y": [["1", "2.0"]]},
        }
    ],
}
COVERAGE = {
    "schema_version": 1,
    "identifiers": 2,
    "ecosystems": [
        {
            "ecosystem": "debian+12",
            "verified": 1,
            "named": 0,
            "absent": 0,
            "unknown": 1,
            "percent": 50.0,
            "without_entry": ["dep:generic/x"],
        }
    ],
    "projects": [
        {
            "project": "spam",
            "ecosystems": {
                "debian+12": {
                    "status": "some",
                    "needed": 2,
                    "found": 1,
                    "lacks": [
                        {"identifier": "dep:generic/x", "phases": ["host"], "reason": "unknown", "optional": True}
                    ],
                }
            },
        }
    ],
    "wanted": [{"identifier": "dep:generic/x", "projects": ["spam"], "ecosystems": ["debian+12"]}],
}
DIFF = {
    "schema_version": 1,
    "changes": [
        {
            "document": "debian.mapping.json",
            "identifier": "dep:generic/x",
            "effect": "changed",
            "fields": [{"name": "specs.host", "removed": ["x-dev"], "added": []}],
        }
    ],
}
FAULTY = {
    "schema_version": 1,
    "ecosystem": "debian+12",
    "index": "http://deb.debian.org/debian bookworm",
    "names": 1,
    "tried": 1,
    "proved": 0,
    "excepted": {"dep:generic/x": "made at installation"},
    "faults": [{"path": "debian.mapping.json", "line": 3, "code": "not-shipped", "message": "no"}],
}
SEARCH = {
    "schema_version": 1,
    "matches": [
        {
            "identifier": "dep:generic/x",
            "description": "",
            "because": [{"kind": "header", "name": "x.h"}],
            "packages": {"debian": {"build": [], "host": ["x-dev"], "run": ["x1"], "repository": "", "unshipped": ""}},
        }
    ],
}
CENTRAL = {
    "$schema": "https://example.org/central-registry.schema.json",
    "schema_version": 1,
    "definitions": [
        {"id": "dep:generic/gcc", "description": "GCC", "provides": ["dep:virtual/compiler/c"], "urls": []},
        {"id": "dep:github/apache/arrow", "provides": "dep:generic/arrow", "urls": "https://arrow.apache.org"},
        {"id": "dep:virtual/compiler/c"},
    ],
}
INSTALLATION = {
    **REPORT,
    "executed": True,
    "steps": [
        {
            "kind": "install",
            "manager": "apt",
            "ecosystem": "debian+12",
            "argv": ["sudo", "apt-get", "install", "zlib1g-dev"],
            "shell": "sudo apt-get install zlib1g-dev",
            "packages": ["zlib1g-dev"],
            "elevated": True,
            "preview": {
                "simulated": True,
                "download": 1000,
                "changes": [{"kind": "install", "package": "zlib1g-dev", "before": None, "after": "1.3"}],
            },
        },
        {
            "kind": "refresh",
            "manager": "apt",
            "ecosystem": "debian+12",
            "argv": ["apt-get", "update"],
            "shell": "apt-get update",
            "packages": [],
            "elevated": False,
            "preview": None,
        },
    ],
}
PLAN = {
    "schema_version": 1,
    "host": HOST,
    "ecosystem": "debian+12",
    "verified": True,
    "subjects": [{"name": "spam", "taken": None}],
    "decisions": [
        {
            "identifier": "dep:virtual/compiler/c",
            "phase": "build",
            "asks": [{"requirement": "dep:virtual/compiler/c", "requested_by": "spam"}],
            "provider": "dep:generic/gcc",
            "source": "here",
            "ecosystem": "",
            "version": None,
            "packages": [],
        }
    ],
    "unmet": [
        {
            "identifier": "dep:generic/x",
            "phase": "run",
            "requirement": "dep:generic/x@>=9",
            "requested_by": "spam",
            "reason": "nobody has it",
            "details": [],
            "remedies": [],
        }
    ],
    "steps": [],
    "notes": [],
}
ASKING = {
    "protocol": 1,
    "requirements": [
        {
            "requirement": "zlib>=1.2",
            "phase": ["build", "host"],
            "requested_by": {"name": "spam", "version": "1.0", "kind": "sdist", "later": True},
            "origin": None,
        },
        {"requirement": "dep:generic/zlib", "phase": "run", "requested_by": {"name": "eggs"}},
    ],
    "consent": "install",
    "python": "/usr/bin/python3",
    "managers": ["apt"],
    "later": {},
}
REPLY = {
    "protocol": 1,
    "schema_version": 1,
    "status": "failed",
    "findings": REPORT["findings"],
    "plan": PLAN,
    "done": INSTALLATION["steps"],
    "notes": ["a note"],
    "error": ERROR["error"],
}
VERSIONS = {
    "schema_version": 1,
    "ecosystem": "debian+12",
    "as_of": "2026-11-22",
    "source": "http://deb.debian.org/debian/dists/bookworm",
    "architecture": "amd64",
    "versions": {"zlib1g": "1:1.2.13.dfsg-1"},
}
LOCK = {
    "version": 1,
    "target": {
        "debian+12": {
            "mapping": "sha256:" + 64 * "0",
            "dep:virtual/interface/blas": {
                "host": {
                    "provider": "dep:generic/openblas",
                    "ecosystem": "conda-forge",
                    "packages": ["openblas"],
                    "version": "0.3",
                    "requirements": [{"by": "spam", "range": ">=0.3"}, {"by": "eggs"}],
                }
            },
        }
    },
}
LOCK_REPORT = {
    "schema_version": 1,
    "path": "extdeps.lock",
    "written": True,
    "targets": ["debian+12"],
    "changes": [
        {
            "kind": "added",
            "target": "debian+12",
            "identifier": "dep:generic/zlib",
            "phase": "host",
            "before": None,
            "after": "packages zlib1g-dev",
        }
    ],
}
RELATIONS = {
    "schema_version": 1,
    "coherent": [
        {
            "identifiers": ["dep:virtual/interface/blas", "dep:virtual/interface/lapack"],
            "neutral": "dep:generic/lapack",
            "reason": "one library",
            "sources": "https://example.org/blas",
        },
    ],
    "exclusive": [
        {
            "identifiers": ["dep:generic/a", "dep:generic/b"],
            "scope": "machine",
            "phases": ["build", "host"],
            "ecosystems": ["debian", "ubuntu+24.04"],
            "reason": "the same header",
            "sources": ["pkg:deb/debian/a-dev", "pkg:deb/debian/b-dev"],
        },
    ],
    "capabilities": [
        {"id": "dep:generic/driver", "phases": "run", "reason": "a driver", "sources": ["https://example.org/"]},
    ],
}
EXTERNALIZED = {
    "identifier": "dep:generic/zlib",
    "also": [],
    "compressed": 100,
    "size": 200,
    "libraries": 1,
    "direct": True,
    "packages": ["zlib1g"],
    "mapped": True,
}
AUDIT = {
    "schema_version": 1,
    "ecosystem": "debian+12",
    "wheels": [
        {
            "path": "spam-1.0-cp312-abi3-linux_x86_64.whl",
            "name": "spam",
            "version": "1.0",
            "compressed": 400,
            "size": 800,
            "without": 300,
            "extensions": 1,
            "programs": 0,
            "libraries": [
                {
                    "path": "spam.libs/libz-0e5f8ea3.so.1",
                    "format": "elf",
                    "vendor": "auditwheel",
                    "original": "libz.so.1",
                    "compressed": 100,
                    "size": 200,
                    "soname": None,
                    "needed": ["libc.so.6"],
                    "identifiers": ["dep:generic/zlib"],
                    "because": "library",
                }
            ],
            "unreadable": [{"path": "spam/x.so", "reason": "it ends before its headers do"}],
            "externalized": [EXTERNALIZED],
        }
    ],
    "total": {
        "compressed": 400,
        "size": 800,
        "without": 300,
        "externalized": [EXTERNALIZED],
        "dependencies": ["dep:generic/zlib"],
    },
}
COMPATIBILITY = {
    "schema_version": 1,
    "cuda-toolkit": [
        {
            "version": "12",
            "rule": "minor-version",
            "linux": "525.60.13",
            "windows": "528.33",
            "oldest": "5.0",
            "source": "https://docs.nvidia.com/",
        }
    ],
    "cuda-of-driver": {"source": "https://docs.nvidia.com/", "first": {"12.4": "550.54.14"}},
}
SELECTION = {
    "schema_version": 1,
    "selections": [
        {
            "project": "spam",
            "build": "CUDA 12",
            "requirements": ["spam-cuda>=2"],
            "index": None,
            "extra_index": None,
            "find_links": None,
            "options": [],
            "pip": ["spam-cuda>=2"],
            "uv": ["spam-cuda>=2"],
            "reasons": ["built for GPU (8.0)"],
            "left_out": [],
            "rejected": [{"build": "CUDA 13", "reason": "too new"}],
            "source": "https://example.org/",
        }
    ],
}
SELECTORS = {
    "schema_version": 1,
    "selectors": {
        "spam": {
            "builds": [
                {"name": "CUDA 12", "when": 'gpu.vendor == "nvidia"', "toolkit": "12.4", "targets": ["8.0+PTX"]},
                {"name": "CPU", "is_cpu": True},
            ],
            "source": "https://example.org/",
        }
    },
}
WHY = {
    "schema_version": 1,
    "paths": [
        {
            "identifier": "dep:generic/zlib",
            "phase": "host",
            "asked": ["zlib for spam"],
            "offers": [
                {
                    "provider": "dep:generic/zlib",
                    "offer": "1.2.13 here",
                    "packages": [],
                    "chosen": True,
                    "verdict": "chosen",
                }
            ],
            "refusals": [],
            "hints": [],
        }
    ],
}
METADATA = {
    "schema_version": 1,
    "files": [
        {
            "path": "spam-1.0-py3-none-any.whl",
            "member": "spam-1.0.dist-info/METADATA",
            "name": "spam",
            "version": "1.0",
            "requires": ["dep:generic/git"],
            "extras": ["geo"],
            "dropped": [{"requirement": "dep:generic/zlib", "carried": ["spam.libs/libz.so.1"]}],
        }
    ],
}
CACHE = {
    "schema_version": 1,
    "directory": "/home/alice/.cache/extdeps",
    "limit": 67108864,
    "kinds": [{"name": "metadata", "entries": 2, "size": 300}, {"name": "resolution", "entries": 0, "size": 0}],
}
VALID: dict[str, dict[str, Any]] = {
    "cache": CACHE,
    "check-report": REPORT,
    "compatibility": COMPATIBILITY,
    "coverage": COVERAGE,
    "declarations": DECLARATIONS,
    "diff": DIFF,
    "environment": ENVIRONMENT,
    "error": ERROR,
    "faults": FAULTY,
    "helper-reply": REPLY,
    "helper-request": ASKING,
    "host": {**HOST, "accelerators": ACCELERATORS, "defined": DEFINED},
    "install-report": INSTALLATION,
    "known-ecosystems": KNOWN,
    "lock": LOCK,
    "lock-report": LOCK_REPORT,
    "mapping": MAPPING,
    "metadata": METADATA,
    "overlay": OVERLAY,
    "plan": PLAN,
    "probes": PROBES,
    "registry": CENTRAL,
    "relations": RELATIONS,
    "search": SEARCH,
    "selection": SELECTION,
    "selectors": SELECTORS,
    "versions": VERSIONS,
    "wheel-audit": AUDIT,
    "why": WHY,
}


@pytest.mark.parametrize("name", NAMES)
def test_valid(name: str) -> None:
    assert faults_of(name, VALID[name]) == []


ABSENT = object()

FAULTS: list[tuple[str, str, object]] = [
    ("cache", "directory", ""),
    ("cache", "limit", -1),
    ("cache", "kinds.0.name", "rumour"),
    ("cache", "kinds.0.size", ABSENT),
    ("check-report", "schema_version", 2),
    ("check-report", "probed", ABSENT),
    ("check-report", "probed", False),
    ("check-report", "extra", 1),
    ("check-report", "host.root", "no"),
    ("check-report", "findings.0.status", "broken"),
    ("check-report", "findings.0.status", "missing"),
    ("check-report", "findings.0.evidence", []),
    ("check-report", "findings.0.evidence.0.kind", "rumour"),
    ("check-report", "findings.0.evidence.0.version", ""),
    ("check-report", "findings.0.requirement", "zlib"),
    ("check-report", "findings.0.requested_by", []),
    ("check-report", "findings.0.packages", {"debian+12": []}),
    ("check-report", "summary.counts.unknown", ABSENT),
    ("check-report", "commands.0.elevated", ABSENT),
    ("coverage", "wanted", ABSENT),
    ("coverage", "ecosystems.0.percent", 101),
    ("coverage", "ecosystems.0.without_entry", ["x"]),
    ("coverage", "projects.0.ecosystems.debian+12.status", "all"),
    ("coverage", "projects.0.ecosystems.debian+12.lacks", []),
    ("coverage", "projects.0.ecosystems.debian+12.lacks.0.reason", "gone"),
    ("coverage", "projects.0.ecosystems.debian+12.lacks.0.phases", []),
    ("coverage", "wanted.0.projects", []),
    ("declarations", "declarations", ABSENT),
    ("declarations", "declarations.0.phases", ["test"]),
    ("declarations", "declarations.0.requirements.0.requirement", "zlib"),
    ("declarations", "declarations.0.requirements.0.short", ""),
    ("declarations", "declarations.0.requirements.0.note", "no"),
    ("diff", "changes", ABSENT),
    ("diff", "changes.0.effect", "moved"),
    ("diff", "changes.0.fields", []),
    ("diff", "changes.0.fields.0.removed", []),
    ("environment", "on_request", ABSENT),
    ("environment", "variables.0.name", "A B"),
    ("environment", "variables.0.values", []),
    ("environment", "variables.0.separator", ""),
    ("environment", "variables.0.phases", ["test"]),
    ("error", "error.code", "Invalid_Input"),
    ("error", "error.hint", ABSENT),
    ("error", "error.context", "a line"),
    ("error", "schema_version", "1"),
    ("faults", "faults", ABSENT),
    ("faults", "faults.0.line", -1),
    ("faults", "faults.0.code", "Gone"),
    ("faults", "proved", ABSENT),
    ("helper-reply", "status", "missing"),
    ("helper-reply", "status", "unresolvable"),
    ("helper-reply", "error", None),
    ("helper-reply", "findings.0.status", "lost"),
    ("helper-reply", "plan", {}),
    ("helper-reply", "done.0.kind", "remove"),
    ("helper-reply", "extra", 1),
    ("helper-request", "protocol", 2),
    ("helper-request", "requirements.0.phase", []),
    ("helper-request", "requirements.0.phase.1", "link"),
    ("helper-request", "requirements.0.requested_by", "spam"),
    ("helper-request", "requirements.0.requirement", ""),
    ("helper-request", "requirements.0.requested_by.name", ABSENT),
    ("helper-request", "consent", "yes"),
    ("helper-request", "managers", "apt"),
    ("host", "libc", ""),
    ("host", "ecosystem", "Debian 12"),
    ("host", "python.distributor", "pyenv"),
    ("host", "managers.0", "apt"),
    ("host", "managers.0.own", ABSENT),
    ("host", "managers.0.usable", ""),
    ("host", "accelerators.devices.0.vendor", "matrox"),
    ("host", "accelerators.devices.0.memory", 0),
    ("host", "accelerators.devices.0.visible", ABSENT),
    ("host", "accelerators.drivers.0.state", "fine"),
    ("host", "accelerators.toolkits.0.root", None),
    ("host", "accelerators.loaders.0.kind", "directx"),
    ("host", "accelerators.cpu.flags", ["avx2", "avx2"]),
    ("host", "accelerators.libc.name", "bionic"),
    ("host", "accelerators.assumed.0.told_by", ABSENT),
    ("host", "accelerators.extra", 1),
    ("host", "defined.capabilities.0.values", ["mkl", "mkl"]),
    ("host", "defined.capabilities.0.told_by", ABSENT),
    ("host", "defined.providers.0.allowed", None),
    ("host", "defined.extra", 1),
    ("install-report", "executed", ABSENT),
    ("install-report", "findings", ABSENT),
    ("install-report", "steps.0.kind", "remove"),
    ("install-report", "steps.0.preview", ABSENT),
    ("install-report", "steps.0.preview.download", -1),
    ("install-report", "steps.0.preview.changes.0.kind", "purge"),
    ("install-report", "steps.0.preview.changes.0.after", ""),
    ("install-report", "steps.0.argv", []),
    ("known-ecosystems", "ecosystems", ["debian"]),
    ("known-ecosystems", "ecosystems.debian+12.mapping", ABSENT),
    ("known-ecosystems", "ecosystems.debian+12.mapping", "debian.mapping.json"),
    ("known-ecosystems", "ecosystems.Debian", {"mapping": "https://example.org/x"}),
    ("check-report", "drift", []),
    ("check-report", "lock", {"path": "extdeps.lock", "target": "debian+12", "same_mapping": True}),
    ("lock", "version", 2),
    ("lock", "target.Debian 12", {}),
    ("lock", "target.debian+12.mapping", "sha256:0"),
    ("lock", "target.debian+12.mapping", ABSENT),
    ("lock", "target.debian+12.zlib", {}),
    ("lock", "target.debian+12.dep:virtual/interface/blas", {}),
    ("lock", "target.debian+12.dep:virtual/interface/blas.test", {}),
    ("lock", "target.debian+12.dep:virtual/interface/blas.host.packages", ABSENT),
    ("lock", "target.debian+12.dep:virtual/interface/blas.host.requirements", []),
    ("lock", "target.debian+12.dep:virtual/interface/blas.host.requirements.0.by", ABSENT),
    ("lock", "target.debian+12.dep:virtual/interface/blas.host.requirements.0.range", ""),
    ("lock", "target.debian+12.dep:virtual/interface/blas.host.source", "apt"),
    ("lock-report", "changes.0.kind", "moved"),
    ("lock-report", "changes.0.identifier", "zlib"),
    ("lock-report", "written", ABSENT),
    ("mapping", "name", ABSENT),
    ("mapping", "package_managers", ABSENT),
    ("mapping", "schema_version", "1"),
    ("mapping", "mappings.0.id", "zlib"),
    ("mapping", "mappings.0.specs", ABSENT),
    ("mapping", "mappings.0.specs", {"test": "zlib"}),
    ("mapping", "mappings.0.specs", 1),
    ("mapping", "mappings.0.extra_metadata", []),
    ("mapping", "mappings.0.urls", {"feedstock": "no address"}),
    ("mapping", "mappings.3.specs_from", "zlib"),
    ("mapping", "package_managers.0.commands.remove", {"command": ["conda", "remove", "{}"]}),
    ("mapping", "package_managers.0.commands.install.command", ["conda", "install"]),
    ("mapping", "package_managers.0.commands.install.command", ["conda", "{}", "{}"]),
    ("mapping", "package_managers.0.commands.install.multiple_specifiers", "sometimes"),
    ("mapping", "package_managers.0.specifier_syntax.name_only", ["name"]),
    ("mapping", "package_managers.0.specifier_syntax.exact_version", ["{name}"]),
    ("mapping", "package_managers.0.specifier_syntax.exact_version", ABSENT),
    ("mapping", "package_managers.0.specifier_syntax.version_ranges.syntax", ["{name}"]),
    ("mapping", "package_managers.0.specifier_syntax.version_ranges.equal", "=="),
    ("mapping", "package_managers.0.specifier_syntax.version_ranges.and", ABSENT),
    ("overlay", "project", ABSENT),
    ("overlay", "declaration", []),
    ("overlay", "declaration.0.external", ABSENT),
    ("overlay", "declaration.0.versions", "1.0"),
    ("overlay", "declaration.0.vendored", "yes"),
    ("overlay", "declaration.0.verifed", []),
    ("overlay", "declaration.0.verified.0.date", "22.11.2026"),
    ("overlay", "declaration.0.verified.0.on", ABSENT),
    ("overlay", "declaration.0.external.host_requires", []),
    ("overlay", "declaration.0.external.host-requires", "zlib"),
    ("overlay", "declaration.0.external.host-requires.1", "zlib>={version}"),
    ("overlay", "declaration.0.external.host-requires.1", "dep:generic/zlib@>={version},<4"),
    ("overlay", "declaration.0.external.host-requires.1", "dep:generic/zlib@=={version}.*"),
    ("overlay", "declaration.0.external.dependency-groups.dev.0", {"include": "eggs"}),
    ("plan", "decisions.0.asks", []),
    ("plan", "decisions.0.version", ""),
    ("plan", "decisions.0.source", "apt"),
    ("plan", "unmet.0.reason", ""),
    ("plan", "unmet.0.remedies", ABSENT),
    ("plan", "steps", ABSENT),
    ("probes", "schema_version", ABSENT),
    ("probes", "probes.0.id", "dep:generic/x@1"),
    ("probes", "probes.0.header", "x.h"),
    ("probes", "probes.0.headers", ["/usr/include/x.h"]),
    ("probes", "probes.0.libraries", [""]),
    ("probes", "probes.0.components", [1]),
    ("probes", "probes.0.prefixes", ["opt/x"]),
    ("probes", "probes.0.prefixes", ["$X_HOME/lib"]),
    ("probes", "probes.0.prefixes", ["/opt/x-*/lib"]),
    ("probes", "probes.0.prefixes", ["/usr/lib/{triplet}/x"]),
    ("probes", "probes.0.version.macros", ABSENT),
    ("probes", "probes.0.version.divisors", [0]),
    ("probes", "probes.0.version.pattern", "\\d+"),
    ("probes", "probes.0.evidence.test", []),
    ("probes", "probes.0.evidence.host", ["package"]),
    ("probes", "probes.0.implements", {"dep:generic/y": [["1", "2.0"]]}),
    ("probes", "probes.0.implements", {"dep:virtual/interface/y": [["1"]]}),
    ("registry", "definitions", ABSENT),
    ("registry", "definitions.0.id", "generic/gcc"),
    ("registry", "definitions.0.provides", [1]),
    ("registry", "definitions.2.provides", "dep:generic/gcc"),
    ("registry", "definitions.1.urls", {"": "https://example.org"}),
    ("relations", "schema_version", ABSENT),
    ("relations", "exclusive", ABSENT),
    ("relations", "coherent.0.identifiers", []),
    ("relations", "coherent.0.identifiers.0", "dep:generic/openblas"),
    ("relations", "coherent.0.neutral", "dep:virtual/interface/blas"),
    ("relations", "coherent.0.reason", " "),
    ("relations", "exclusive.0.identifiers", ["dep:generic/a"]),
    ("relations", "exclusive.0.identifiers", ["dep:generic/a", "dep:generic/a"]),
    ("relations", "exclusive.0.identifiers.1", "dep:virtual/interface/blas"),
    ("relations", "exclusive.0.scope", "room"),
    ("relations", "exclusive.0.scope", ABSENT),
    ("relations", "exclusive.0.phases", ["install"]),
    ("relations", "exclusive.0.sources", []),
    ("relations", "exclusive.0.sources.0", "curated"),
    ("relations", "exclusive.0.extra", 1),
    ("relations", "capabilities.0.id", "driver"),
    ("relations", "capabilities.0.reason", ABSENT),
    ("search", "matches.0.because", []),
    ("search", "matches.0.because.0.kind", "rumour"),
    ("search", "matches.0.packages.debian.host", "x-dev"),
    ("search", "matches.0.packages.debian.run", ABSENT),
    ("versions", "schema_version", 2),
    ("versions", "ecosystem", "Debian 12"),
    ("versions", "as_of", "yesterday"),
    ("versions", "source", ABSENT),
    ("versions", "architecture", ""),
    ("versions", "versions", [["zlib1g", "1"]]),
    ("versions", "versions", {"zlib 1g": "1"}),
    ("versions", "versions.zlib1g", "1 2"),
    ("versions", "versions.zlib1g", None),
    ("compatibility", "schema_version", 2),
    ("compatibility", "cuda-toolkit.0.rule", "newest"),
    ("compatibility", "cuda-toolkit.0.source", "a friend"),
    ("compatibility", "cuda-of-driver", ABSENT),
    ("selection", "selections", []),
    ("selection", "selections.0.requirements", []),
    ("selection", "selections.0.rejected.0.reason", ABSENT),
    ("selectors", "selectors.spam.builds", []),
    ("selectors", "selectors.spam.builds.0.name", ABSENT),
    ("selectors", "selectors.spam.builds.1.is_cpu", False),
    ("selectors", "selectors.spam.source", "http://example.org"),
    ("why", "paths", []),
    ("why", "paths.0.phase", "later"),
    ("why", "paths.0.offers.0.chosen", "yes"),
    ("metadata", "files", []),
    ("metadata", "files.0.member", ""),
    ("metadata", "files.0.requires.0", 1),
    ("metadata", "files.0.dropped.0.carried", ABSENT),
    ("wheel-audit", "ecosystem", ""),
    ("wheel-audit", "wheels", []),
    ("wheel-audit", "wheels.0.without", -1),
    ("wheel-audit", "wheels.0.unreadable.0.reason", ""),
    ("wheel-audit", "wheels.0.libraries.0.vendor", "repairwheel"),
    ("wheel-audit", "wheels.0.libraries.0.soname", ""),
    ("wheel-audit", "wheels.0.libraries.0.because", None),
    ("wheel-audit", "wheels.0.libraries.0.identifiers", []),
    ("wheel-audit", "total.externalized.0.libraries", 0),
    ("wheel-audit", "total.externalized.0.mapped", False),
    ("wheel-audit", "total.dependencies", ["zlib"]),
]


def spoil(document: dict[str, Any], path: str, value: object) -> Any:
    """A copy of a document in which one place has another value, or is gone."""
    copied = copy.deepcopy(document)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = copied
    for part in parents:
        place = place[part]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return copied


@pytest.mark.parametrize(("name", "path", "value"), FAULTS)
def test_refuses(name: str, path: str, value: object) -> None:
    assert faults_of(name, spoil(VALID[name], path, value))


def test_that_every_schema_refuses_something() -> None:
    refused = [name for name, _, _ in FAULTS]
    assert all(refused.count(name) >= 3 for name in NAMES)
