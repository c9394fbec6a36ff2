"""`extdeps host`: what was told stands beside what was found, and what is wrong is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extdeps.cli.main import main


@pytest.fixture(autouse=True)
def plain_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing told by this machine's own environment, and a directory without a project."""
    for name in (
        "CONDA_OVERRIDE_CUDA",
        "CONDA_OVERRIDE_CUDA_ARCH",
        "UV_CUDA_DRIVER_VERSION",
        "UV_AMD_GPU_ARCHITECTURE",
        "NV_VARIANT_PROVIDER_FORCE_CUDA_DRIVER_VERSION",
        "NV_VARIANT_PROVIDER_FORCE_SM_ARCH",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EXTDEPS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("EXTDEPS_CACHE_DIR", "")
    monkeypatch.chdir(tmp_path)


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["host", "--format", "json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def told(name: str, value: str | None, source: str) -> dict[str, str | None]:
    return {"capability": name, "value": value, "told_by": source}


def test_every_way_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text('[capabilities]\ncuda-driver = "12.0"\nrocm = "6.2"\nglibc = "2.28"\n')
    (tmp_path / "extdeps.toml").write_text('[capabilities]\ncuda-driver = "12.4"\nrocm = "6.0"\n')
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA_ARCH", "")
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "junk")  # it does not count, so that it is not read
    found = document(capsys, "--capability", "cuda-driver=12.8")
    assert found["accelerators"]["assumed"] == [
        told("cuda.arch", None, "CONDA_OVERRIDE_CUDA_ARCH"),
        told("cuda.driver", "12.8", "--capability"),
        told("glibc", "2.28", str(tmp_path / "config.toml")),
        told("rocm", "6.0", "./extdeps.toml"),
    ]


def test_a_machine_that_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "--target", "debian+12", "--capability", "rocm-arch=gfx90a")["accelerators"]
    assert found["assumed"] == [told("rocm.arch", "gfx90a", "--capability")]
    assert (found["devices"], found["cpu"]["level"], found["kernel"], found["libc"]) == ([], None, None, None)


def test_another_root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "root"
    (root / "opt/rocm/.info").mkdir(parents=True)
    (root / "opt/rocm/.info/version").write_text("6.2.0-66\n")
    found = document(capsys, "--root", str(root))["accelerators"]
    assert [(item["kind"], item["version"], item["root"]) for item in found["toolkits"]] == [
        ("rocm", "6.2.0", "/opt/rocm")
    ]


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["host", "--capability", "cuda-driver=12.8"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  assumed, not found" in lines
    assert "    cuda.driver  12.8  by --capability" in lines
    assert any(line.startswith("  processor  ") for line in lines)


def test_a_wrong_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["host", "--capability", "cuda-driver=new"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: `cuda-driver` is a version such as `12.8`, not `new`\n  in `--capability cuda-driver=new`\n"
    )


def test_a_wrong_variable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "junk")
    assert main(["host"]) == 2
    assert capsys.readouterr().err.startswith(
        "error[usage]: `CONDA_OVERRIDE_CUDA` must be a version such as `12.8`, not `junk`\n"
    )
