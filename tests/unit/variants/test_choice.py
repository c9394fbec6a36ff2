"""The real variantlib makes variant wheels, and chooses among them for simulated machines by our providers."""

from __future__ import annotations

import itertools
import os
import textwrap
from pathlib import Path
from typing import Any

import pytest
from variantlib.api import get_variants_by_priority  # type: ignore[import-untyped]
from variantlib.plugins import loader  # type: ignore[import-untyped]

from support import variantmachines
from support.variantwheels import (
    AMD,
    AMD_LINKS,
    ARM,
    NAMESPACES,
    TESTS,
    V2,
    V3,
    V4,
    VARIANTS,
    gpu,
    make_index,
    make_machine,
    run_variantlib,
    write_plain_wheel,
)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return make_index(tmp_path_factory.mktemp("project"))


def choose(index: dict[str, Any], root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labels of the variants that a machine can use, the best first."""
    monkeypatch.setenv(variantmachines.VARIABLE, str(root))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(TESTS.parent / "src"), str(TESTS))))
    monkeypatch.setattr(loader, "VARIANT_PROVIDER_CACHE_TABLE", {})  # it does not know that the machine is another
    return [variant.label for variant in get_variants_by_priority(variants_json=index)]


def test_the_index_has_every_wheel(index: dict[str, Any]) -> None:
    assert sorted(index["variants"]) == sorted(VARIANTS)
    assert sorted(index["providers"]) == sorted(NAMESPACES)


MACHINES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the newest driver and GPU": (
        {"files": V4, "gpus": (gpu(12, 0),), "driver": "580.65.06", "cuda": 13000},
        ["cu130", "v3", "null"],  # cu128 ends below CUDA 13, cu126 has no code for this GPU
    ),
    "a driver of CUDA 12.8": ({"files": V3, "gpus": (gpu(9, 0),)}, ["cu128", "v3", "null"]),
    "an old GPU and a new driver": (
        {"files": V3, "gpus": (gpu(6, 1),), "driver": "580.65.06", "cuda": 13000},
        ["cu126", "v3", "null"],
    ),
    "two GPUs, of which only one runs the newer build": (
        {"files": V2, "gpus": (gpu(9, 0, index=1), gpu(7, 0, index=2))},
        ["null"],  # nothing has code for both
    ),
    "two GPUs that one build serves": (
        {"files": V2, "gpus": (gpu(8, 6, index=1), gpu(8, 0, index=2))},
        ["cu128", "null"],
    ),
    "a driver that is too old": (
        {"files": V3, "gpus": (gpu(9, 0),), "driver": "550.54.14", "cuda": 12040},
        ["v3", "null"],
    ),
    "library and module of different versions": (
        {"files": V3, "gpus": (gpu(9, 0),), "init": 18},
        ["v3", "null"],
    ),
    "a hidden GPU": (
        {"files": V3, "gpus": (gpu(9, 0),), "environ": {"CUDA_VISIBLE_DEVICES": ""}},
        ["v3", "null"],
    ),
    "ROCm": ({"files": {**V2, **AMD}, "links": AMD_LINKS}, ["rocm62", "null"]),
    "an Arm processor": ({"files": ARM, "machine": "aarch64"}, ["arm82", "null"]),
    "a processor of the second level": ({"files": V2}, ["null"]),
}


@pytest.mark.parametrize("name", MACHINES)
def test_choice(index: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    settings, expected = MACHINES[name]
    assert choose(index, make_machine(tmp_path / "machine", **settings), monkeypatch) == expected


def test_a_project_names_the_provider_itself(tmp_path: Path) -> None:
    """As the draft tells a project to do it, without any entry point; variantlib asks it what is valid."""
    draft = (Path(__file__).parents[3] / "pep_draft" / "extdeps.rst").read_text()
    example = draft.partition(".. example: variant-provider\n.. code-block:: toml\n\n")[2]
    lines = itertools.takewhile(lambda line: line.startswith("  ") or not line, example.splitlines())
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(textwrap.dedent("\n".join(lines)))
    plain = write_plain_wheel(tmp_path)
    common = ("make-variant", "-f", str(plain), "-o", str(tmp_path), "--no-isolation", "--pyproject-toml")
    run_variantlib(*common, str(pyproject), "-p", "nvidia :: sm_arch :: 90_real", "--variant-label", "h")
    assert (tmp_path / "demo-1.0-py3-none-any-h.whl").is_file()
    with pytest.raises(AssertionError, match="invalid according to the plugins: nvidia :: sm_arch :: 90"):
        run_variantlib(*common, str(pyproject), "-p", "nvidia :: sm_arch :: 90", "--variant-label", "x")


def test_installing_extdeps_registers_nothing() -> None:
    """Two distributions that both provide `nvidia` make variantlib refuse to work."""
    from importlib.metadata import entry_points

    assert not [entry for entry in entry_points(group="variant_plugins") if entry.value.startswith("extdeps")]
