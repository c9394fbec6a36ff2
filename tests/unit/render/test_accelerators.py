"""What a machine computes with, as text and as a document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from extdeps.model.accelerator import Accelerators, Cpu, Device, Driver, Loader, Toolkit
from extdeps.render.acceleratordocument import format_accelerators
from extdeps.render.accelerators import render_accelerators
from extdeps.render.text import format_plain

GIB = 1024**3
SCHEMA = json.loads((Path(__file__).parents[3] / "pep_draft/schemas/host.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA["properties"]["accelerators"])

MANY = Accelerators(
    devices=(
        Device(
            vendor="nvidia",
            name="NVIDIA H100",
            architecture="9.0",
            memory=80 * GIB,
            uuid="GPU-1",
            address="0000:01:00.0",
            partitions=("MIG-1", "MIG-2"),
            location="NVML",
        ),
        Device(vendor="amd", architecture="gfx90a", memory=3 * GIB // 2, is_visible=False),
        Device(vendor="huawei", kind="npu", memory=512 * 1024**2),
    ),
    drivers=(
        Driver(
            vendor="nvidia",
            name="nvidia",
            version="535.54.03",
            api="12.4",
            library="/usr/local/cuda/compat/libcuda.so.1",
            is_forward_compatible=True,
        ),
        Driver(vendor="huawei", state="absent", note="no driver has the device"),
    ),
    toolkits=(
        Toolkit(kind="cuda", version="12.4", root="/usr/local/cuda-12.4", components=(("cudnn", "9.1"), ("nvcc", ""))),
        Toolkit(kind="cuda", version="", root="/env", source="wheel"),
    ),
    loaders=(
        Loader(kind="opencl", library="/usr/lib/libOpenCL.so.1", drivers=("libpocl.so.2",)),
        Loader(kind="vulkan", drivers=("a.so", "b.so")),
    ),
    cpu=Cpu(
        architecture="x86_64", vendor="GenuineIntel", name="Xeon", level="x86-64-v4", flags=frozenset({"sse", "avx"})
    ),
    libc=("glibc", "2.36"),
    kernel="6.1.0-18-amd64",
    assumed=(("cuda.driver", "12.8", "--capability"), ("rocm.arch", "", "UV_AMD_GPU_ARCHITECTURE")),
    notes=("this is a container: it has the devices that it was given",),
)
NOTHING = Accelerators(cpu=Cpu(architecture="x86_64"))


def test_the_text() -> None:
    assert format_plain(render_accelerators(MANY)) == (
        "  processor  Xeon (x86-64-v4)\n"
        "  kernel     6.1.0-18-amd64\n"
        "  devices\n"
        "    nvidia  NVIDIA H100  9.0     80 GiB, 0000:01:00.0, in 2 parts\n"
        "    amd     unnamed GPU  gfx90a  1.5 GiB, hidden from programs\n"
        "    huawei  unnamed NPU          512 MiB\n"
        "  drivers\n"
        "    nvidia  535.54.03  working  CUDA 12.4, by a forward compatibility package\n"
        "    huawei             absent   no driver has the device\n"
        "  toolkits\n"
        "    CUDA  12.4  /usr/local/cuda-12.4  cudnn 9.1, nvcc\n"
        "    CUDA        /env                  of wheel\n"
        "  loaders\n"
        "    OpenCL  /usr/lib/libOpenCL.so.1  1 driver\n"
        "    Vulkan  no loader                2 drivers\n"
        "  assumed, not found\n"
        "    cuda.driver  12.8  by --capability\n"
        "    rocm.arch    none  by UV_AMD_GPU_ARCHITECTURE\n"
        "  notes\n"
        "    this is a container: it has the devices that it was given\n"
    )


def test_all_that_is_known() -> None:
    text = format_plain(render_accelerators(MANY, is_verbose=True))
    for line in (
        "  features   avx sse\n",
        "80 GiB, 0000:01:00.0, GPU-1, MIG-1, MIG-2, NVML\n",
        "by a forward compatibility package, /usr/local/cuda/compat/libcuda.so.1\n",
        "a.so, b.so\n",
    ):
        assert line in text


def test_nothing() -> None:
    assert format_plain(render_accelerators(NOTHING)) == "  processor  x86_64\n  devices  none\n"


def test_names_from_outside_do_no_harm() -> None:
    evil = "\x1b[2J\x07"
    everything = Accelerators(
        devices=(Device(vendor="amd", name=evil, architecture=evil, uuid=evil, location=evil),),
        drivers=(Driver(vendor="amd", name=evil, version=evil, api=evil, library=evil, note=evil),),
        toolkits=(Toolkit(kind="rocm", version=evil, root=evil, components=((evil, evil),)),),
        loaders=(Loader(kind="opencl", library=evil, drivers=(evil,)),),
        cpu=Cpu(architecture=evil, name=evil, level=evil, flags=frozenset({evil})),
        kernel=evil,
        assumed=((evil, evil, evil),),
        notes=(evil,),
    )
    assert not {"\x1b", "\x07"} & set(format_plain(render_accelerators(everything, is_verbose=True)))


@pytest.mark.parametrize("accelerators", [MANY, NOTHING])
def test_the_document_follows_its_schema(accelerators: Accelerators) -> None:
    VALIDATOR.validate(json.loads(json.dumps(format_accelerators(accelerators))))


def test_the_document() -> None:
    assert format_accelerators(NOTHING) == {
        "devices": [],
        "drivers": [],
        "toolkits": [],
        "loaders": [],
        "cpu": {"architecture": "x86_64", "vendor": None, "name": None, "level": None, "flags": []},
        "libc": None,
        "kernel": None,
        "assumed": [],
        "notes": [],
    }
    document = format_accelerators(MANY)
    assert document["assumed"] == [
        {"capability": "cuda.driver", "value": "12.8", "told_by": "--capability"},
        {"capability": "rocm.arch", "value": None, "told_by": "UV_AMD_GPU_ARCHITECTURE"},
    ]
    assert document["libc"] == {"name": "glibc", "version": "2.36"}
