"""A few builds of `mappings/selectors.json`, those whose names are the least stable, are what pip finds.

A sample, asked through pip one by one: to sweep an index for every name is not what it is there for.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from support.checks import CATALOGUE

SAMPLE = [
    ("cupy", "ROCm 5.0"),
    ("faiss", "CUDA 11"),
    ("jax", "ROCm 7"),
    ("onnxruntime", "CUDA 11.8"),
    ("onnxruntime", "CUDA 13"),
    ("open3d", "CPU"),
    ("tensorrt", "CUDA 13"),
]


@pytest.mark.parametrize(("project", "name"), SAMPLE)
def test_pip_finds_it(project: str, name: str) -> None:
    build = next(item for item in CATALOGUE.selectors[project].builds if item.name == name)
    assert (build.index, build.extra_index, build.find_links) == ("", "", "")
    distribution = build.requires[0] if build.requires else build.distribution
    command = [sys.executable, "-m", "pip", "index", "versions", "--ignore-requires-python", "--pre", distribution]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = next(line for line in done.stdout.splitlines() if line.startswith("Available versions: "))
    versions = [Version(text) for text in listed.partition(": ")[2].split(", ")]
    wanted = SpecifierSet("" if build.requires else build.versions, prereleases=True)
    assert any(version in wanted for version in versions), listed
