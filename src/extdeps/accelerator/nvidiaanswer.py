"""NVIDIA's libraries are asked in a child with a time limit; what comes back is checked before it is believed."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass

from extdeps.accelerator.cache import ask_once, describe_devices
from extdeps.accelerator.nvidiasystem import library_names, normalize_address
from extdeps.accelerator.pci import read_line
from extdeps.model.accelerator import Device

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from extdeps.accelerator.pci import PciDevice
    from extdeps.child import Completed
    from extdeps.host import Host

# by its path: to import it would load what only the child has to have
_PROGRAM = os.path.join(os.path.dirname(__file__), "nvidiachild.py")
_LIBRARY = {"nvml": "nvml", "driver": "cuda", "cuda": "cuda", "ranked": "cuda"}
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_MAX_TEXT = 200
# https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html, nvmlReturn_t
NVML_DRIVER_NOT_LOADED = 9
NVML_MISMATCH = 18
_NVML_CODES = {
    1: "NVML_ERROR_UNINITIALIZED",
    4: "NVML_ERROR_NO_PERMISSION",
    8: "NVML_ERROR_INSUFFICIENT_POWER",
    9: "NVML_ERROR_DRIVER_NOT_LOADED",
    10: "NVML_ERROR_TIMEOUT",
    11: "NVML_ERROR_IRQ_ISSUE",
    12: "NVML_ERROR_LIBRARY_NOT_FOUND",
    13: "NVML_ERROR_FUNCTION_NOT_FOUND",
    15: "NVML_ERROR_GPU_IS_LOST",
    16: "NVML_ERROR_RESET_REQUIRED",
    17: "NVML_ERROR_OPERATING_SYSTEM",
    18: "NVML_ERROR_LIB_RM_VERSION_MISMATCH",
    28: "NVML_ERROR_GPU_NOT_FOUND",
    999: "NVML_ERROR_UNKNOWN",
}
# https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html, CUresult
CUDA_STUB = 34
CUDA_NO_DEVICE = 100
CUDA_MISMATCH = 803
CUDA_COMPAT_NOT_SUPPORTED = 804
_CUDA_CODES = {
    1: "CUDA_ERROR_INVALID_VALUE",
    2: "CUDA_ERROR_OUT_OF_MEMORY",
    3: "CUDA_ERROR_NOT_INITIALIZED",
    34: "CUDA_ERROR_STUB_LIBRARY",
    46: "CUDA_ERROR_DEVICE_UNAVAILABLE",
    100: "CUDA_ERROR_NO_DEVICE",
    101: "CUDA_ERROR_INVALID_DEVICE",
    304: "CUDA_ERROR_OPERATING_SYSTEM",
    802: "CUDA_ERROR_SYSTEM_NOT_READY",
    803: "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
    804: "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE",
    999: "CUDA_ERROR_UNKNOWN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one library said of one subject.

    Args:
        fault: why nothing that it said counts (it crashed, hung, printed what is no answer), or empty.
        is_hung: whether the fault is that it took too long: asking another would wait as long.
        missing: why it cannot be loaded, or empty.
        library: the file that was loaded.
        code: what starting it returned; 0 is success, -1 that it has no such function.
        version: of the driver, or empty.
        api: the CUDA version, or empty.
        devices: every device.
        divided: the indices of those that are divided (MIG).
        lost: the index and the result of each device that does not answer.
    """

    fault: str = ""
    is_hung: bool = False
    missing: str = ""
    library: str = ""
    code: int = 0
    version: str = ""
    api: str = ""
    devices: tuple[Device, ...] = ()
    divided: tuple[int, ...] = ()
    lost: tuple[tuple[int, int], ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the library was there and works."""
        return not (self.fault or self.missing or self.code)


def ask(host: Host, pci: Sequence[PciDevice], subjects: Sequence[str], timeout: float) -> dict[str, Answer]:
    """Ask the libraries, in one child; where all is well, once for each boot and set of devices.

    Args:
        host: the machine.
        pci: what is on its bus: other devices, another answer.
        subjects: of `extdeps.accelerator.nvidiachild`, in order.
        timeout: in seconds, for all of them.

    Returns:
        An answer to each subject; that of the last one before a crash, and those after it, say so.
    """
    wanted = [f"{subject}:{name}" for subject in subjects for name in library_names(host, _LIBRARY[subject])]
    python = sys.executable.replace("\\", "/") if host.system == "Windows" else sys.executable
    given: dict[str, Answer] = {}

    def run() -> dict[str, str] | None:
        # -I -S: nothing of the user's is imported; it starts in half the time
        done = host.run([python, "-I", "-S", _PROGRAM, *wanted], timeout=timeout)
        answers = _parse(done.stdout if done else "")
        fault = _fault(done)
        silent = Answer(fault=fault or "it gave no answer that can be read", is_hung=bool(done and done.fault))
        given.update({subject: answers.get(subject, silent) for subject in subjects})
        is_well = done is not None and all(answer.is_good and answer.devices for answer in given.values())
        return {"output": done.stdout} if done and is_well else None

    driver = read_line(host, "/sys/module/nvidia/version")
    key = (driver, *wanted, *describe_devices(host, pci))
    kept = ask_once(host, " ".join(("nvidia", *subjects)), key, run)
    if not given and kept:
        given.update(_parse(str(kept.get("output", ""))))
    return given


def describe_code(code: int, library: str) -> str:
    """A result as the vendor's headers name it.

    Args:
        code: the result.
        library: `nvml` or `cuda`.
    """
    if code == -1:
        return "it is not the library that it should be"
    names = _NVML_CODES if library == "nvml" else _CUDA_CODES
    return f"it returned {names.get(code, code)}"


def _fault(done: Completed | None) -> str:
    if done is None:
        return "it cannot be run here"
    if done.fault:
        return done.fault
    if done.returncode < 0:
        return f"it crashed ({_signal_name(-done.returncode)})"
    # Windows reports a crash as the status of the exception (0xC0000005 is an access violation)
    if done.returncode > 0xC0000000:
        return f"it crashed (0x{done.returncode:08X})"
    return f"it ended with status {done.returncode}" if done.returncode else ""


def _signal_name(number: int) -> str:
    from signal import Signals

    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"


def _parse(output: str) -> dict[str, Answer]:
    import json

    answers = {}
    for line in output.splitlines():
        try:
            document = json.loads(line)
            if isinstance(document, dict):
                answers[str(document.pop("subject"))] = _answer(document)
        except (ValueError, KeyError, TypeError):
            continue  # said in place of the answer that it should have been
    return answers


def _answer(document: dict[str, Any]) -> Answer:
    if "missing" in document:
        return Answer(missing=_text(document["missing"]))
    library = _text(document["library"])
    devices = [_device(item, library) for item in document.get("devices", ())]
    return Answer(
        library=library,
        code=int(document["code"]),
        version=found[0] if (found := _VERSION.fullmatch(_text(document.get("driver", "")))) else "",
        api=_api(int(document.get("cuda", 0))),
        devices=tuple(devices),
        divided=tuple(index for index, item in enumerate(document.get("devices", ())) if item.get("is_divided")),
        lost=tuple((int(index), int(code)) for index, code in document.get("lost", ())),
    )


def _device(item: dict[str, Any], library: str) -> Device:
    architecture = _text(item["architecture"])
    return Device(
        vendor="nvidia",
        name=_text(item["name"]),
        architecture=architecture if re.fullmatch(r"\d{1,2}\.\d", architecture) else "",
        memory=max(0, int(item["memory"])),
        uuid=_text(item["uuid"]),
        address=normalize_address(_text(item["address"])),
        partitions=tuple(_text(uuid) for uuid in item.get("partitions", ())),
        location=library,
    )


def _text(value: object) -> str:
    """What a driver says, without what a terminal would obey."""
    return "".join(letter for letter in str(value)[:_MAX_TEXT] if letter.isprintable()).strip()


def _api(number: int) -> str:
    """12040 is 12.4 (CUDA Driver API, cuDriverGetVersion)."""
    return f"{number // 1000}.{number % 1000 // 10}" if 1000 <= number < 1_000_000 else ""
