"""`extdeps select`: which build fits which machine, as a person, pip, uv and a program read it, and what is refused."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.cli.commands import select
from extdeps.cli.main import main
from extdeps.cli.session import Session
from extdeps.errors import UnsatisfiableError
from support.checks import CATALOGUE
from support.platforms import M2_DISPLAYS, MI250, MODULES, answered, bind, drivers_of, kfd_node, mac, pci
from support.recorded import RecordedHost
from support.schemas import get_validator

Say = pytest.CaptureFixture[str]
PYTORCH = "https://download.pytorch.org/whl"
KNOWN = ", ".join(CATALOGUE.selectors)
H100, PASCAL = ("NVIDIA H100", "9.0"), ("GTX 1080", "6.1")
SOURCE = "https://pytorch.org/get-started/locally/"


@pytest.fixture(autouse=True)
def plain_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing told by this machine's own environment, and a directory without a project."""
    for name in (
        "CONDA_OVERRIDE_CUDA",
        "CONDA_OVERRIDE_CUDA_ARCH",
        "UV_CUDA_DRIVER_VERSION",
        "UV_AMD_GPU_ARCHITECTURE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EXTDEPS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)


class Nvidia(RecordedHost):
    """A machine with NVIDIA's driver and GPUs, whose library answers.

    Args:
        gpus: the name and the compute capability of each.
        driver: its version.
        files: what else there is.
    """

    def __init__(
        self, *gpus: tuple[str, str], driver: str = "580.65.06", files: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(
            files={
                "/sys/module/nvidia/version": f"{driver}\n",
                "/dev/nvidiactl": "",
                "/usr/bin/python3": "",
                **{
                    path: text
                    for index in range(len(gpus))
                    for path, text in pci(f"0000:0{index + 1}:00.0", "0x10de", "0x2330").items()
                },
                **drivers_of("nvidia"),
                **(files or {}),
            },
            links=bind({f"0000:0{index + 1}:00.0": "nvidia" for index in range(len(gpus))}),
        )
        devices = [
            {"name": name, "architecture": arch, "memory": 1, "uuid": f"GPU-{index}", "address": f"0:0{index + 1}:00.0"}
            for index, (name, arch) in enumerate(gpus)
        ]
        common = {"library": "/usr/lib/libx.so.1", "code": 0, "driver": driver, "cuda": 13000, "devices": devices}
        self._lines = "".join(f"{json.dumps({'subject': name, **common})}\n" for name in ("nvml", "driver", "cuda"))

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        if any("nvidiachild" in word for word in argv):
            return answered(self._lines)
        return super().run(argv, timeout=timeout, environ=environ)


def run(host: RecordedHost, *arguments: str) -> int:
    """Run the command as if a host were this machine."""
    parser = argparse.ArgumentParser()
    select.configure(parser)
    parsed = parser.parse_args(arguments)
    return select.run(Session(parsed, host), parsed)


def test_a_table(capsys: Say) -> None:
    assert run(Nvidia(PASCAL), "torch") == 0
    assert capsys.readouterr().out == (
        "torch  CUDA 12.6\n"
        "  ✓ CUDA 12.6: it needs driver 525.60.13, and there is 580.65.06 (minor-version)\n"
        "  ✓ built for GTX 1080 (6.1)\n"
        f"    pip install 'torch>=2.6' --index-url {PYTORCH}/cu126\n"
        "\n"
    )


def test_why_the_preferred_ones_are_not_taken(capsys: Say) -> None:
    assert run(Nvidia(PASCAL, driver="470.42.01"), "torch", "-v") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "torch  CUDA 11.8"
    assert lines[3:6] == [
        "  - CUDA 13.0: it needs driver 580, and there is 470.42.01",
        "  - CUDA 12.8: it needs driver 525.60.13, and there is 470.42.01",
        "  - CUDA 12.6: it needs driver 525.60.13, and there is 470.42.01",
    ]


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        ("requirements", [f"--index-url {PYTORCH}/cu130", "torch>=2.9", "jax[cuda13]<0.9,>=0.7.2"]),
        ("pip", [f"'torch>=2.9' --index-url {PYTORCH}/cu130", "'jax[cuda13]<0.9,>=0.7.2'"]),
        ("uv", [f"'torch>=2.9' --default-index {PYTORCH}/cu130", "'jax[cuda13]<0.9,>=0.7.2'"]),
    ],
)
def test_for_installers(form: str, lines: list[str], capsys: Say) -> None:
    assert run(Nvidia(H100), "torch", "jax<0.9", "--format", form) == 0
    assert capsys.readouterr().out.splitlines() == lines


def test_a_document(capsys: Say) -> None:
    assert run(Nvidia(H100, PASCAL), "torch", "onnxruntime", "dgl", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    get_validator("selection").validate(document)
    found = {item["project"]: item for item in document["selections"]}
    assert found["torch"]["index"] == f"{PYTORCH}/cu126"
    assert found["torch"]["rejected"][0] == {"build": "CUDA 13.0", "reason": "it is not built for GTX 1080 (6.1)"}
    assert found["torch"]["source"] == SOURCE
    assert found["onnxruntime"]["pip"] == ["onnxruntime-gpu>=1.19,<1.27"]
    assert found["dgl"]["find_links"] == "https://data.dgl.ai/wheels/torch-2.4/cu121/repo.html"


def test_one_may_be_left_out(capsys: Say) -> None:
    assert run(Nvidia(H100, PASCAL), "torch", "--may-leave-out") == 0
    out = capsys.readouterr().out
    assert f"{PYTORCH}/cu130" in out
    assert "  note: GTX 1080 (6.1) is not used\n" in out


def test_gpus_of_two_vendors(capsys: Say) -> None:
    both = Nvidia(
        H100, files={**kfd_node(1, target=90402, location_id=0x0900), "/sys/module/amdgpu/version": "6.7.0\n"}
    )
    assert run(both, "torch") == 0
    out = capsys.readouterr().out
    assert "torch  CUDA 13.0\n" in out
    assert "  ✓ built for NVIDIA H100 (9.0)\n" in out
    assert "(gfx942) is not used\n" in out


def test_amd(capsys: Say) -> None:
    host = RecordedHost(files={**MI250, **drivers_of("amdgpu")}, links=bind(MODULES), executables=["/usr/bin/python3"])
    assert run(host, "torch", "--format", "pip") == 0
    assert capsys.readouterr().out == f"'torch>=2.9' --index-url {PYTORCH}/rocm6.4\n"


def test_a_mac(capsys: Say) -> None:
    assert run(mac(displays=answered(M2_DISPLAYS)), "torch", "--format", "pip") == 0
    assert capsys.readouterr().out == "torch\n"


def test_a_driver_that_does_not_answer(capsys: Say) -> None:
    host = Nvidia(H100)
    host._lines = ""
    assert run(host, "torch", "-v") == 0
    out = capsys.readouterr().out
    assert "torch  CPU\n" in out
    assert "  - CUDA 13.0: NVIDIA's driver: " in out


def test_none_fits() -> None:
    with pytest.raises(UnsatisfiableError) as caught:
        run(RecordedHost(executables=["/usr/bin/python3"]), "cupy")
    assert caught.value.message == "no build of cupy fits this machine"
    assert caught.value.hint == "see https://docs.cupy.dev/en/stable/install.html"


@pytest.fixture
def root(tmp_path: Path) -> str:
    """A root file system with nothing but a Python."""
    place = tmp_path / "root/usr/bin"
    place.mkdir(parents=True)
    (place / "python3").touch(0o755)
    return str(tmp_path / "root")


def test_none_fits_in_words(root: str, capsys: Say) -> None:
    assert main(["select", "cudf", "--root", root]) == 4
    when = '`gpu.vendor == "nvidia" and sys_platform == "linux"` is false here'
    assert capsys.readouterr() == (
        "",
        f"error[unsatisfiable]: no build of cudf fits this machine\n  CUDA 13: {when}\n  CUDA 12: {when}\n\n"
        "hint: see https://docs.rapids.ai/install/\n",
    )


REFUSED = [
    (
        "torhc",
        2,
        f"error[usage]: nothing is known of builds of `torhc`\n\nhint: did you mean `torch`? known: {KNOWN}\n",
    ),
    ("qqqq", 2, f"error[usage]: nothing is known of builds of `qqqq`\n\nhint: known: {KNOWN}\n"),
    (
        "torch==",
        3,
        "error[invalid-requirement]: `torch==` is not a requirement\n"
        "  Expected semicolon (after name with no version specifier) or end\n",
    ),
    *(
        (text, 3, f"error[invalid-requirement]: `{text}` asks for more than a project and its versions\n")
        for text in ("torch[opt]", "torch @ https://x.invalid/t.whl", 'torch; python_version > "3"')
    ),
]


@pytest.mark.parametrize(("text", "status", "message"), REFUSED)
def test_refused(text: str, status: int, message: str, root: str, capsys: Say) -> None:
    assert main(["select", text, "--root", root]) == status
    assert capsys.readouterr() == ("", message)


TOLD = [
    (("cuda-driver=12.8", "cuda-arch=9.0"), "CUDA 12.8", ""),
    (("cuda-driver=13.0", "cuda-arch=6.1"), "CUDA 12.6", ""),
    (("nvidia-driver=535.104.05", "cuda-arch=8.6"), "CUDA 12.8", ""),
    (("rocm-arch=gfx90a",), "ROCm 6.4", ""),
    (("gpu-vendor=intel",), "Intel XPU", ""),
    (("gpu-vendor=",), "CPU", ""),
    (
        ("cuda-driver=12.8",),
        "CPU",
        "  note: nvidia (of unknown architecture) is not used; `--capability cuda-arch=8.9` tells what it is\n",
    ),
]


@pytest.mark.parametrize(("told", "build", "note"), TOLD)
def test_told(told: tuple[str, ...], build: str, note: str, root: str, capsys: Say) -> None:
    capabilities = [word for text in told for word in ("--capability", text)]
    for target in ((), ("--target", "debian+12")):
        assert main(["select", "torch", "--root", root, *target, *capabilities]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"torch  {build}\n{note}")
        assert ("  note: " in out) == bool(note)


def test_a_machine_that_is_not_here(root: str, capsys: Say) -> None:
    assert main(["select", "torch", "--root", root, "--target", "debian+12"]) == 0
    assert capsys.readouterr().out == (
        "torch  CPU\n"
        "  note: which GPUs there are is not known; `--capability cuda-arch=8.9` tells it\n"
        f"    pip install torch --index-url {PYTORCH}/cpu\n"
        "\n"
    )
    assert main(["select", "rmm", "--root", root, "--target", "debian+12"]) == 4
    assert 'CUDA 13: whether `gpu.vendor == "nvidia" and sys_platform == "linux"` is true is not known\n' in (
        capsys.readouterr().err
    )
