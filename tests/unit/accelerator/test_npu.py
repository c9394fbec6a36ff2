"""Ascend and other processors without a display on simulated machines."""

from __future__ import annotations

import pytest

from extdeps.accelerator.found import Found
from extdeps.accelerator.npu import find_cann, find_npu
from extdeps.accelerator.pci import read_pci
from extdeps.model.accelerator import Device, Driver, Toolkit
from support.platforms import PCI_IDS, answered, bind, drivers_of, pci
from support.recorded import RecordedHost

VERSION = "/usr/local/Ascend/driver/version.info"
TWO = {
    **pci("0000:81:00.0", "0x19e5", "0xd802", "0x120000"),
    **pci("0000:82:00.0", "0x19e5", "0xd802", "0x120000"),
    "/usr/share/hwdata/pci.ids": PCI_IDS,
}
NODES = dict.fromkeys(("/dev/davinci0", "/dev/davinci1", "/dev/davinci_manager"), "")
INFO = {VERSION: "Version=24.1.rc2\nascendhal_version=7.35.19\npackage_version=24.1.rc2\n"}


def look(host: RecordedHost) -> Found:
    return find_npu(host, read_pci(host))


def test_two_of_ascend() -> None:
    devices = tuple(
        Device(
            vendor="huawei",
            kind="npu",
            name="HiAI Bright NPU 910B",
            address=address,
            location=f"/sys/bus/pci/devices/{address}",
        )
        for address in ("0000:81:00.0", "0000:82:00.0")
    )
    host = RecordedHost(files=TWO | NODES | INFO)
    driver = Driver(vendor="huawei", name="ascend", version="24.1.rc2")
    assert look(host) == Found(devices=devices, drivers=(driver,))
    assert host.runs == []


@pytest.mark.parametrize(
    ("chosen", "visible"), [("1", [False, True]), ("0,1", [True, True]), ("", [False, False]), ("2", [False, False])]
)
def test_what_is_hidden(chosen: str, visible: list[bool]) -> None:
    host = RecordedHost(files=TWO | NODES | INFO, environ={"ASCEND_RT_VISIBLE_DEVICES": chosen})
    assert [device.is_visible for device in look(host).devices] == visible


@pytest.mark.parametrize(
    ("files", "driver"),
    [
        (TWO, Driver(vendor="huawei", name="ascend", state="absent", note="no driver has the device")),
        (
            INFO,
            Driver(
                vendor="huawei",
                name="ascend",
                state="no-device",
                version="24.1.rc2",
                note="the driver of Ascend is there, and no device of it",
            ),
        ),
        (
            TWO | INFO,
            Driver(
                vendor="huawei",
                name="ascend",
                state="failed",
                version="24.1.rc2",
                note="there is no `/dev/davinci0`, as in a container that was not given it",
            ),
        ),
    ],
    ids=["no driver", "no device", "container"],
)
def test_what_does_not_compute(files: dict[str, str], driver: Driver) -> None:
    assert look(RecordedHost(files=files)).drivers == (driver,)


@pytest.mark.parametrize(
    ("answer", "version"),
    [("npu-smi version: 23.0.3\n", "23.0.3"), ("garbage", ""), ("", "")],
)
def test_the_tool_is_asked_where_there_is_no_file(answer: str, version: str) -> None:
    host = RecordedHost(files=TWO | NODES, commands={("npu-smi", "-v"): answered(answer)})
    assert look(host).drivers == (Driver(vendor="huawei", name="ascend", version=version),)
    assert host.runs == [("npu-smi", "-v")]


def test_others_of_the_class() -> None:
    files = {
        **pci("0000:00:0b.0", "0x8086", "0x7d1d", "0x120000"),
        **pci("0000:05:00.0", "0x1da3", "0x1020", "0x120000"),
        **pci("0000:06:00.0", "0x1002", "0x74a1", "0x120000"),
        **drivers_of("intel_vpu"),
        "/usr/share/hwdata/pci.ids": PCI_IDS,
    }
    found = look(RecordedHost(files=files, links=bind({"0000:00:0b.0": "intel_vpu"})))
    assert [(device.vendor, device.kind, device.name) for device in found.devices] == [
        ("intel", "npu", "Meteor Lake NPU"),
        ("other", "npu", ""),
    ]
    assert found.drivers == (
        Driver(vendor="intel", name="intel_vpu"),
        Driver(vendor="other", state="absent", note="no driver has the device"),
    )


def test_cann() -> None:
    base = "/usr/local/Ascend/ascend-toolkit"
    host = RecordedHost(
        files={
            f"{base}/8.0.RC2/aarch64-linux/ascend_toolkit_install.info": "package_name=x\nversion=8.0.RC2\n",
            f"{base}/7.0.0/version.info": "Version=7.0.0\n",
            f"{base}/set_env.sh": "",
            "/usr/local/Ascend/cann-8.5.0/x86_64-linux/ascend_toolkit_install.info": "version=8.5.0\npath=/x\n",
            "/usr/local/Ascend/cann-broken/x86_64-linux/ascend_toolkit_install.info": "version\n",
        },
        links={f"{base}/latest": f"{base}/8.0.RC2", "/usr/local/Ascend/cann": "/usr/local/Ascend/cann-8.5.0"},
        environ={"ASCEND_TOOLKIT_HOME": f"{base}/latest"},
    )
    assert find_cann(host) == (
        Toolkit(kind="cann", version="8.0.RC2", root=f"{base}/8.0.RC2"),
        Toolkit(kind="cann", version="7.0.0", root=f"{base}/7.0.0"),
        Toolkit(kind="cann", version="8.5.0", root="/usr/local/Ascend/cann-8.5.0"),
    )
