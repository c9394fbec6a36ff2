"""AMD's GPUs and ROCm on simulated machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from extdeps.accelerator.amd import find_amd, format_target
from extdeps.accelerator.found import Found
from extdeps.accelerator.pci import read_pci
from extdeps.accelerator.rocm import find_rocm
from extdeps.model.accelerator import Device, Driver, Toolkit
from support.platforms import GIB, MI250, MODULES, PCI_IDS, PYTHON, bind, drivers_of, kfd_node, pci
from support.recorded import RecordedHost

UUID = "GPU-8f2c4b2c1a9f8d3e"


def look(host: RecordedHost) -> Found:
    return find_amd(host, read_pci(host))


def machine(environ: Mapping[str, str] | None = None, *, without: tuple[str, ...] = ()) -> RecordedHost:
    files = {path: content for path, content in MI250.items() if path not in without}
    return RecordedHost(
        files={**files, **drivers_of("amdgpu")},
        links=bind(MODULES),
        environ=environ or {},
        loader_cache=("/opt/rocm-6.2.0/lib/libamdhip64.so.6",),
    )


def test_two_targets() -> None:
    assert look(machine()) == Found(
        devices=(
            Device(
                vendor="amd",
                name="AMD Instinct MI250X",
                architecture="gfx90a",
                memory=64 * GIB,
                uuid=UUID,
                address="0000:03:00.0",
                location="/sys/class/kfd/kfd/topology/nodes/1/properties",
            ),
            Device(
                vendor="amd",
                architecture="gfx1100",
                memory=24 * GIB,
                address="0001:04:01.0",
                location="/sys/class/kfd/kfd/topology/nodes/2/properties",
            ),
        ),
        drivers=(Driver(vendor="amd", name="amdgpu", version="6.7.0", library="/opt/rocm-6.2.0/lib/libamdhip64.so.6"),),
    )


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (80003, "gfx803"),
        (90010, "gfx90a"),
        (90402, "gfx942"),
        (90012, "gfx90c"),
        (100300, "gfx1030"),
        (110501, "gfx1151"),
        (120001, "gfx1201"),
    ],
)
def test_targets(number: int, name: str) -> None:
    assert format_target(number) == name


@pytest.mark.parametrize(
    ("environ", "visible"),
    [
        ({}, [True, True]),
        ({"ROCR_VISIBLE_DEVICES": "0"}, [True, False]),
        ({"ROCR_VISIBLE_DEVICES": f" {UUID.upper().replace('GPU', 'gpu')} "}, [True, False]),
        ({"ROCR_VISIBLE_DEVICES": ""}, [False, False]),
        ({"ROCR_VISIBLE_DEVICES": "1,7,0"}, [False, True]),
        ({"ROCR_VISIBLE_DEVICES": "1,1,0"}, [False, True]),
        ({"ROCR_VISIBLE_DEVICES": "nonsense"}, [False, False]),
        ({"HIP_VISIBLE_DEVICES": ""}, [True, True]),
        ({"HIP_VISIBLE_DEVICES": "1"}, [False, True]),
        ({"HIP_VISIBLE_DEVICES": "1", "CUDA_VISIBLE_DEVICES": "0"}, [False, True]),
        ({"CUDA_VISIBLE_DEVICES": "-1"}, [False, False]),
        ({"ROCR_VISIBLE_DEVICES": "1", "HIP_VISIBLE_DEVICES": "0"}, [False, True]),
        ({"ROCR_VISIBLE_DEVICES": "1", "HIP_VISIBLE_DEVICES": "1"}, [False, False]),
    ],
)
def test_what_is_hidden(environ: dict[str, str], visible: list[bool]) -> None:
    assert [device.is_visible for device in look(machine(environ)).devices] == visible


NAVI = pci("0000:03:00.0", "0x1002", "0x744c", mem_info_vram_total=str(24 * GIB))
UNUSED = Device(
    vendor="amd",
    name="Navi 31 [Radeon RX 7900 XT/7900 XTX]",
    memory=24 * GIB,
    address="0000:03:00.0",
    location="/sys/bus/pci/devices/0000:03:00.0",
)
NAMES = {"/usr/share/misc/pci.ids": PCI_IDS}


@pytest.mark.parametrize(
    ("host", "driver"),
    [
        (
            RecordedHost(files=NAVI | NAMES),
            Driver(vendor="amd", state="absent", note="no driver has the device"),
        ),
        (
            RecordedHost(files=NAVI | NAMES | drivers_of("vfio-pci"), links=bind({"0000:03:00.0": "vfio-pci"})),
            Driver(vendor="amd", name="vfio-pci", state="absent", note="`vfio-pci` has the device, and not `amdgpu`"),
        ),
        (
            RecordedHost(files=NAVI | NAMES | drivers_of("amdgpu"), links=bind({"0000:03:00.0": "amdgpu"})),
            Driver(vendor="amd", name="amdgpu", note="the kernel offers no computing on these devices (KFD)"),
        ),
    ],
    ids=["no driver", "given to a virtual machine", "no KFD"],
)
def test_a_device_that_does_not_compute(host: RecordedHost, driver: Driver) -> None:
    assert look(host) == Found(devices=(UNUSED,), drivers=(driver,))


def test_a_driver_without_a_device() -> None:
    note = "the driver `amdgpu` is there, and no device of AMD"
    driver = Driver(vendor="amd", name="amdgpu", state="no-device", note=note)
    assert look(RecordedHost(files=drivers_of("amdgpu"))) == Found(drivers=(driver,))


def test_a_container_without_the_device() -> None:
    found = look(machine(without=("/dev/kfd",)))
    whole = look(machine())
    note = "`/dev/kfd` is not there, as in a container that was not given it"
    assert found == replace(whole, drivers=(replace(whole.drivers[0], state="failed", note=note),))


def test_nothing_of_it() -> None:
    assert look(RecordedHost()) == Found()


@pytest.mark.parametrize(
    "properties",
    [
        b"",
        b"\0\xff\xfe",
        b"simd_count 440\n",
        b"simd_count many\ngfx_target_version 90010\n",
        b"simd_count 4" * 100_000,
    ],
    ids=["empty", "binary", "no target", "no number", "no line"],
)
def test_broken_topology(properties: bytes) -> None:
    files: dict[str, str | bytes] = {**MI250, "/sys/class/kfd/kfd/topology/nodes/1/properties": properties}
    found = look(RecordedHost(files=files, links=bind(MODULES)))
    assert [(device.address, device.architecture) for device in found.devices] == [
        ("0001:04:01.0", "gfx1100"),
        ("0000:03:00.0", ""),
    ]


def test_numbers_that_are_too_long() -> None:
    node = kfd_node(1, target=90010, unique_id=int("9" * 4000))
    (device,) = look(RecordedHost(files=node)).devices
    assert (device.uuid, device.architecture) == ("", "gfx90a")


HEADERS = {
    "/opt/rocm-6.2.0/.info/version": "6.2.0-66\n",
    "/opt/rocm-6.2.0/include/hip/hip_version.h": (
        "#define HIP_VERSION_MAJOR 6\n#define HIP_VERSION_MINOR 2\n#  define HIP_VERSION_PATCH 41133\n"
    ),
    "/opt/rocm-6.2.0/include/rocblas/internal/rocblas-version.h": (
        "#define ROCBLAS_VERSION_MAJOR 4\n#define ROCBLAS_VERSION_MINOR 2\n#define ROCBLAS_VERSION_PATCH 0\n"
    ),
    "/opt/rocm-6.2.0/include/miopen/version.h": (
        "#define MIOPEN_VERSION_MAJOR 3\n#define MIOPEN_VERSION_MINOR 2\n#define MIOPEN_VERSION_PATCH 0\n"
    ),
    "/opt/rocm-6.2.0/include/rccl/rccl.h": "#define NCCL_MAJOR 2\n#define NCCL_MINOR 20\n#define NCCL_PATCH 5\n",
}
WHOLE = Toolkit(
    kind="rocm",
    version="6.2.0",
    root="/opt/rocm-6.2.0",
    components=(("hip", "6.2.41133"), ("miopen", "3.2.0"), ("rccl", "2.20.5"), ("rocblas", "4.2.0")),
)


def test_installations_side_by_side() -> None:
    host = RecordedHost(
        files={**HEADERS, "/opt/rocm-5.7.1/.info/version-dev": "5.7.1-98", "/opt/rocm-broken/.info/version": "\xff"},
        links={"/opt/rocm": "/opt/rocm-6.2.0"},
        environ={"ROCM_PATH": "/opt/rocm/", "HIP_PATH": "/opt/rocm-5.7.1/hip", "ROCM_HOME": "relative"},
    )
    older = Toolkit(kind="rocm", version="5.7.1", root="/opt/rocm-5.7.1")
    assert find_rocm(host, PYTHON) == (WHOLE, older)


def test_installations_of_a_distribution_and_of_conda() -> None:
    header = HEADERS["/opt/rocm-6.2.0/include/hip/hip_version.h"]
    core = "#define ROCM_VERSION_MAJOR   6\n#define ROCM_VERSION_MINOR   1\n#define ROCM_VERSION_PATCH   2\n"
    host = RecordedHost(
        files={
            "/usr/include/hip/hip_version.h": header,
            "/c/include/rocm-core/rocm_version.h": core,
            "/c/include/hip/hip_version.h": "#define HIP_VERSION_MAJOR 6\n",
        }
    )
    python = replace(PYTHON, prefix="/c", distributor="conda")
    components = (("hip", "6.2.41133"),)
    assert find_rocm(host, python) == (
        Toolkit(kind="rocm", version="", root="/usr", components=components),
        Toolkit(kind="rocm", version="6.1.2", root="/c", source="conda"),
    )
