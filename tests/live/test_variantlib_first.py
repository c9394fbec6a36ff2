"""The first variantlib of PyPI, in an environment of its own, chooses by the same providers as the newest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support import variantmachines
from support.platforms import kfd_node
from support.variantwheels import AMD, AMD_LINKS, ARM, NAMESPACES, TESTS, V2, V3, VARIANTS, gpu, make_machine

VERSION = "0.0.1.post1"
LAST: dict[str, dict[str, str]] = {
    label: {text.rpartition(" :: ")[0]: text for text in properties} for label, properties in VARIANTS.items()
}
"""The same variants, with the last value of each feature: this version has one for each."""

PROGRAM = """
import json, sys
from variantlib.api import VariantDescription, VariantProperty, get_variant_hashes_by_priority
variants, providers = json.load(sys.stdin)
labels, table = {"00000000": "null"}, {}  # which is always offered
for label, properties in variants.items():
    described = VariantDescription(sorted(map(VariantProperty.from_str, properties)))
    labels[described.hexdigest] = label
    table[described.hexdigest] = described.to_dict()
document = {"default-priorities": {"namespace": list(providers)}, "providers": providers, "variants": table}
chosen = get_variant_hashes_by_priority(variants_json=document, use_auto_install=False)
print(json.dumps([labels[name] for name in chosen]))
"""
MACHINES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a driver of CUDA 12.8": ({"files": V3, "gpus": (gpu(12, 0),)}, ["cu128", "v3", "null"]),
    "an old GPU and a new driver": (
        {"files": V3, "gpus": (gpu(7, 2),), "driver": "580.65.06", "cuda": 13000},
        ["cu126", "v3", "null"],
    ),
    "ROCm": ({"files": {**V2, **AMD, **kfd_node(1, target=90402)}, "links": AMD_LINKS}, ["rocm62", "null"]),
    "an Arm processor": ({"files": ARM, "machine": "aarch64"}, ["arm82", "null"]),
    "nothing": ({"files": V2}, ["null"]),
}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, with_dependencies: None) -> Path:
    directory = tmp_path_factory.mktemp("first")
    subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
    executable = directory / "bin" / "python"
    subprocess.run([str(executable), "-m", "pip", "install", "--quiet", f"variantlib=={VERSION}"], check=True)
    return executable


@pytest.mark.network
@pytest.mark.parametrize("name", MACHINES)
def test_choice(python: Path, tmp_path: Path, name: str) -> None:
    settings, expected = MACHINES[name]
    root = make_machine(tmp_path / "machine", **settings)
    providers = {
        namespace: {"requires": ["extdeps"], "plugin-api": f"support.variantmachines:{provider}"}
        for namespace, provider in NAMESPACES.items()
    }
    environ = {**os.environ, variantmachines.VARIABLE: str(root), "PYTHONPATH": f"{TESTS.parent / 'src'}:{TESTS}"}
    done = subprocess.run(
        [str(python), "-c", PROGRAM],
        input=json.dumps([{label: list(texts.values()) for label, texts in LAST.items() if texts}, providers]),
        capture_output=True,
        text=True,
        check=False,
        env=environ,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == expected
