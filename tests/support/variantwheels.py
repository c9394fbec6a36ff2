"""A project with variant wheels, made and indexed by the real variantlib, and the machines that choose among them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from support import variantmachines
from support.archives import make_zip
from support.fakedriver import Gpu, build_driver
from support.machines import Machine
from support.platforms import MI250, MODULES, arm_cpuinfo, bind, cpuinfo, pci

TESTS = Path(__file__).parents[1]
NAMESPACES = {"nvidia": "Nvidia", "amd": "Amd", "x86_64": "X86", "aarch64": "Arm"}
VARIANTS: Mapping[str, tuple[str, ...]] = {
    "cu130": (
        "nvidia :: cuda_version_lower_bound :: 13.0",
        *(f"nvidia :: sm_arch :: {arch}" for arch in ("75_real", "80_real", "90_real", "100_real", "120_virtual")),
    ),
    "cu128": (
        "nvidia :: cuda_version_lower_bound :: 12.8",
        "nvidia :: cuda_version_upper_bound :: 13",
        *(f"nvidia :: sm_arch :: {arch}" for arch in ("75_real", "80_real", "90_real", "120_real")),
    ),
    "cu126": (
        "nvidia :: cuda_version_lower_bound :: 12.6",
        *(f"nvidia :: sm_arch :: {arch}" for arch in ("50_real", "60_real", "70_real")),
    ),
    "rocm62": (
        *(f"amd :: gfx_arch :: {arch}" for arch in ("gfx90a", "gfx942")),
        "amd :: rocm_version :: 6.2",
    ),
    "v3": ("x86_64 :: level :: v3",),
    "arm82": ("aarch64 :: version :: 8.2a",),
    "null": (),
}
ARM_82 = "fp asimd crc32 atomics asimdrdm dcpop"


def write_pyproject(path: Path, modules: str = "support.variantmachines") -> None:
    """The part of a project's pyproject.toml that names its providers."""
    text = f"[variant.default-priorities]\nnamespace = {json.dumps(list(NAMESPACES))}\n"
    for namespace, name in NAMESPACES.items():
        text += f'[variant.providers.{namespace}]\nrequires = ["extdeps"]\nplugin-api = "{modules}:{name}"\n'
    path.write_text(text)


def write_plain_wheel(directory: Path) -> Path:
    """A wheel that has no variant yet."""
    info = "demo-1.0.dist-info"
    files = {
        "demo.py": "",
        f"{info}/METADATA": "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    path = directory / "demo-1.0-py3-none-any.whl"
    path.write_bytes(make_zip({**files, f"{info}/RECORD": record}))
    return path


def run_variantlib(*arguments: str, python: str = sys.executable) -> str:
    """What variantlib says, as a command."""
    environ = {**os.environ, "PYTHONPATH": f"{TESTS.parent / 'src'}{os.pathsep}{TESTS}"}
    program = "import sys; from variantlib.commands.main import main; sys.exit(main())"
    done = subprocess.run([python, "-c", program, *arguments], capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_index(directory: Path) -> dict[str, object]:
    """The variant wheels of the project, and what an index says of them."""
    (directory / "plain").mkdir(parents=True)
    (directory / "wheels").mkdir()
    plain = write_plain_wheel(directory / "plain")
    write_pyproject(directory / "pyproject.toml")
    common = ("make-variant", "-f", str(plain), "-o", str(directory / "wheels"), "--no-isolation")
    for label, properties in VARIANTS.items():
        what = ("-p", *properties, "--variant-label", label) if properties else ("--null-variant",)
        run_variantlib(*common, "--pyproject-toml", str(directory / "pyproject.toml"), *what)
    run_variantlib("generate-index-json", "-d", str(directory / "wheels"))
    (index,) = (directory / "wheels").glob("*-variants.json")
    document: dict[str, object] = json.loads(index.read_text())
    return document


def make_machine(
    root: Path,
    files: Mapping[str, str] | None = None,
    *,
    gpus: tuple[Gpu, ...] = (),
    driver: str = "570.26",
    cuda: int = 12080,
    links: Mapping[str, str] | None = None,
    machine: str = "x86_64",
    init: int = 0,
    environ: Mapping[str, str] | None = None,
) -> Path:
    """A tree that stands for a machine.

    Args:
        root: where to make it.
        files: contents by path.
        gpus: of NVIDIA, with a driver that is compiled here; no driver without them.
        driver: the version of its libraries.
        cuda: the version of CUDA that they support, encoded.
        links: targets by path.
        machine: its architecture.
        init: what starting them returns; 18 where the kernel's module is of another version.
        environ: its variables.
    """
    told = dict(files or {})
    linked = dict(links or {})
    if gpus:
        told |= {"/sys/module/nvidia/version": f"{driver}\n", "/dev/nvidiactl": "", "/dev/nvidia0": ""}
        told["/sys/bus/pci/drivers/nvidia/bind"] = ""
        for gpu in gpus:
            address = gpu.bus[4:].lower()
            told |= pci(address, "0x10de", "0x20b0", "0x030200")
            linked[f"/sys/bus/pci/devices/{address}/driver"] = "../../drivers/nvidia"
    told["/" + variantmachines.SETTINGS] = json.dumps({"environ": dict(environ or {}), "machine": machine})
    root.mkdir(parents=True, exist_ok=True)
    Machine(root, told, links=linked)
    for kind, name in (("nvml", "libnvidia-ml.so"), ("cuda", "libcuda.so")) if gpus else ():
        path = root / "usr/lib64" / f"{name}.{driver}"
        build_driver(path, kind, devices=gpus, driver=driver, cuda=cuda, init=init)
        (path.parent / f"{name}.1").symlink_to(path.name)
    return root


def gpu(major: int, minor: int, *, index: int = 1) -> Gpu:
    """One of NVIDIA's GPUs of a compute capability."""
    digit = str(index) * 4
    uuid = f"GPU-{digit * 2}-{digit}-{digit}-{digit}-{digit * 3}"
    return Gpu(name=f"GPU {major}.{minor}", uuid=uuid, bus=f"00000000:0{index}:00.0", capability=(major, minor))


V4, V3, V2 = ({"/proc/cpuinfo": cpuinfo(level)} for level in (4, 3, 2))
ARM = {"/proc/cpuinfo": arm_cpuinfo(0xD0C, features=ARM_82)}
AMD = {**MI250, "/opt/rocm/.info/version": "6.2.0-66\n"}
AMD_LINKS = bind(MODULES)
