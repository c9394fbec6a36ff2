"""Conda's virtual packages: as CEP 30 and 46 have them, and as py-rattler finds them here."""

from __future__ import annotations

import re
import sys

import pytest
from archspec.cpu import TARGETS  # type: ignore[import-untyped]
from rattler import VirtualPackage

from extdeps.cli.main import main
from extdeps.model.accelerator import Accelerators, Cpu, Device, Driver
from extdeps.variants.conda import list_virtual_packages

LEVELS = ("x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4", *(f"armv8.{minor}-a" for minor in range(8)))


def make(
    *architectures: str, level: str = "", assumed: tuple[tuple[str, str, str], ...] = (), api: str = "12.4"
) -> Accelerators:
    devices = tuple(Device(vendor="nvidia", architecture=architecture) for architecture in architectures)
    return Accelerators(
        devices=devices,
        drivers=(Driver(vendor="nvidia", api=api),) if api else (),
        cpu=Cpu(architecture="x86_64", level=level),
        libc=("glibc", "2.36"),
        kernel="6.1.0-18-amd64",
        assumed=assumed,
    )


def names(accelerators: Accelerators, system: str = "Linux", machine: str = "x86_64", version: str = "") -> list[str]:
    return ["=".join(item) for item in list_virtual_packages(accelerators, system, machine, os_version=version)]


def test_all_of_linux() -> None:
    assert names(make("9.0", "8.6", "12.0", level="x86-64-v3")) == [
        "__archspec=1=x86_64_v3",
        "__cuda=12.4=0",
        "__cuda_arch=8.6=0",
        "__glibc=2.36=0",
        "__linux=6.1.0=0",
        "__unix=0=0",
    ]


def test_other_systems() -> None:
    nothing = Accelerators(cpu=Cpu(architecture="x"))
    assert names(nothing, "Darwin", "arm64", "14.5.1") == ["__archspec=0=aarch64", "__osx=14.5=0", "__unix=0=0"]
    assert names(nothing, "Windows", "AMD64", "10.0.22631.1") == ["__archspec=0=x86_64", "__win=10.0.22631=0"]
    assert names(nothing, "Windows", "AMD64") == ["__archspec=0=x86_64", "__win=0=0"]
    assert names(nothing, "Linux", "ppc64le") == ["__archspec=0=ppc64le", "__linux=0=0", "__unix=0=0"]
    assert names(nothing, "FreeBSD", "amd64") == ["__archspec=0=x86_64", "__unix=0=0"]


def test_no_device_no_architecture() -> None:
    assert [name for name in names(make()) if "cuda" in name] == ["__cuda=12.4=0"]
    assert [name for name in names(make("8.6", "")) if "cuda" in name] == ["__cuda=12.4=0"]
    assert not [name for name in names(make("8.6", api="")) if "cuda" in name]


def test_musl_is_no_glibc() -> None:
    musl = Accelerators(cpu=Cpu(architecture="x86_64"), libc=("musl", "1.2.5"))
    assert names(musl) == ["__archspec=0=x86_64", "__linux=0=0", "__unix=0=0"]


def test_what_was_told() -> None:
    assumed = (("cuda.arch", "7.5", "CONDA_OVERRIDE_CUDA_ARCH"), ("cuda.driver", "12.9.1", "CONDA_OVERRIDE_CUDA"))
    found = names(make("9.0", assumed=(*assumed, ("glibc", "2.28", "--capability"))))
    assert [name for name in found if "cuda" in name or "glibc" in name] == [
        "__cuda=12.9=0",
        "__cuda_arch=7.5=0",
        "__glibc=2.28=0",
    ]
    assert not [name for name in names(make("9.0", assumed=(("cuda.driver", "", "x"),))) if "cuda" in name]


@pytest.mark.parametrize("level", [*LEVELS, "armv9.0-a", "armv9.1-a", "armv9.2-a"])
def test_archspec_knows_the_name(level: str) -> None:
    name = {item[0]: item for item in list_virtual_packages(make(level=level), "Linux", "x")}["__archspec"]
    assert name[1] == "1"
    assert name[2] in TARGETS


@pytest.mark.skipif(sys.platform != "linux", reason="what is compared is that of Linux")
def test_as_rattler_finds_them(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CUDA", "CUDA_ARCH", "GLIBC", "ARCHSPEC", "LINUX"):
        monkeypatch.delenv(f"CONDA_OVERRIDE_{name}", raising=False)
    assert main(["host", "--format", "conda"]) == 0
    ours = {name: (version, build) for name, version, build in (line.split("=") for line in _lines(capsys))}
    found = [package.into_generic() for package in VirtualPackage.detect()]
    theirs = {
        item.name.normalized: (str(item.version), re.sub(r".*'(.*)'.*", r"\1", str(item.build_string)))
        for item in found
    }
    for name in ("__glibc", "__linux", "__unix"):
        assert ours[name] == theirs[name]
    version, build = ours["__archspec"]
    assert version == theirs["__archspec"][0]
    detected = TARGETS[theirs["__archspec"][1]]  # it may be a product; ours is the generic one that this is built on
    assert build == detected.generic.name


def test_a_machine_that_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    told = ["--capability", "cuda-driver=12.8", "--capability", "cpu-level=x86-64-v3", "--capability", "cuda-arch=8.9"]
    assert main(["host", "--format", "conda", "--target", "debian+12", *told]) == 0
    assert _lines(capsys) == [
        "__archspec=1=x86_64_v3",
        "__cuda=12.8=0",
        "__cuda_arch=8.9=0",
        "__linux=0=0",
        "__unix=0=0",
    ]


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()
