"""CUDA_VISIBLE_DEVICES as the driver reads it."""

from __future__ import annotations

import pytest

from extdeps.accelerator.nvidiavisible import parse_visible
from extdeps.model.accelerator import Device

DEVICES = (
    Device(vendor="nvidia", uuid="GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"),
    Device(vendor="nvidia", uuid="GPU-8932aaaa-0000-0000-0000-000000000000", partitions=("MIG-aa-1", "MIG-ab-2")),
    Device(vendor="nvidia", uuid="GPU-77777777-0000-0000-0000-000000000000", partitions=("MIG-cc-1",)),
)


@pytest.mark.parametrize(
    ("value", "shown", "stopped"),
    [
        ("", (), ""),
        (" ", (), ""),
        ("0", (0,), ""),
        ("2,1", (2, 1), ""),
        (" 2 , 1", (2, 1), ""),
        ("-1", (), "-1"),
        ("0,2,-1,1", (0, 2), "-1"),
        ("3", (), "3"),
        ("1,99999999999,0", (1,), "99999999999"),
        ("0,,1", (0,), "nothing"),
        ("NoDevFiles", (), "NoDevFiles"),
        ("1gpu2,2ampere", (1, 2), ""),
        ("1,0,1", (), "1"),
        ("GPU-8932f937", (0,), ""),
        ("GPU-7,GPU-8932f9", (2, 0), ""),
        ("GPU-8932", (), "GPU-8932"),
        ("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6,GPU-0", (0,), "GPU-0"),
        ("GPU-7,0", (2,), "0"),
        ("GPU-7,GPU-77", (), "GPU-77"),
        ("0,GPU-7", (0,), "GPU-7"),
        ("MIG-aa-1,MIG-cc-1", (1, 2), ""),
        ("MIG-aa-1,MIG-ab-2", (1,), ""),
        ("MIG-a", (), "MIG-a"),
        ("MIG-aa,MIG-aa", (), "MIG-aa"),
        ("MIG-GPU-77777777/1/0,MIG-GPU-77777777/2/0", (2,), ""),
        ("MIG-GPU-8932/1/0", (), "MIG-GPU-8932/1/0"),
    ],
)
def test_devices_that_are_shown(value: str, shown: tuple[int, ...], stopped: str) -> None:
    assert parse_visible(value, DEVICES) == (shown, stopped)


def test_no_devices() -> None:
    assert parse_visible("0", ()) == ((), "0")
