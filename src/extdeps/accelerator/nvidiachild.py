"""A program that loads NVIDIA's libraries and says what they say, one line of JSON for each subject.

    nvidiachild.py SUBJECT:LIBRARY...

The libraries of one subject are tried in order until one loads. Subjects are `nvml` (the driver, and every device that
is installed), `driver` (what `libcuda` is there, without starting it), `cuda` (every device that is installed, by
`libcuda`, in the order of the bus) and `ranked` (the same, in the order that CUDA gives them where nobody chose one).
It is run as a child, so that a crash or a hang of a library ends nothing else, and uses nothing but the standard
library.

Functions, buffer sizes and layouts: NVIDIA's "NVML API Reference Guide" (group Device Queries, `nvmlPciInfo_t`,
`nvmlMemory_t`) and "CUDA Driver API" (groups Initialization, Version Management, Device Management).
"""

from __future__ import annotations

import ctypes
import json
import os
import sys

_TEXT = 96  # the largest of NVML's buffers for names, UUIDs and versions
_MAX_DEVICES = 256
_MAX_PARTITIONS = 64
_ABSENT = -1  # instead of a result code: the library has no such function
_PCI_BYTES = 256  # more than any version of nvmlPciInfo_t
_BUS_ID = {"nvmlDeviceGetPciInfo_v3": 36, "nvmlDeviceGetPciInfo_v2": 0}  # offsets of its text in the structure
_CAPABILITY_MAJOR, _CAPABILITY_MINOR = 75, 76  # CUdevice_attribute


def main(arguments: list[str]) -> None:
    """Answer each subject, each as soon as it is known."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer of ours
    wanted: dict[str, list[str]] = {}
    for argument in arguments:
        subject, _, library = argument.partition(":")
        wanted.setdefault(subject, []).append(library)
    for subject, libraries in wanted.items():
        _show_all(is_ranked=subject == "ranked")
        loaded, reason = _load(libraries)
        if loaded is None:
            answer: dict[str, object] = {"missing": reason}
        else:
            answer = {"library": _path_of(loaded, libraries), **_SUBJECTS[subject](loaded)}
        os.write(answers, json.dumps({"subject": subject, **answer}).encode() + b"\n")


def _show_all(*, is_ranked: bool) -> None:
    """What is installed is asked for, whatever this user hides."""
    os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    os.environ["CUDA_DEVICE_ORDER"] = "FASTEST_FIRST" if is_ranked else "PCI_BUS_ID"


def _load(names: list[str]) -> tuple[ctypes.CDLL | None, str]:
    reason = ""
    for name in names:
        try:
            return ctypes.CDLL(name), ""
        except OSError as error:
            reason = reason or str(error)
    return None, reason


def _path_of(library: ctypes.CDLL, names: list[str]) -> str:
    """The file that the loader took; what was asked for where nothing tells."""
    stems = {os.path.basename(name).partition(".so")[0] + ".so" for name in names}
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            for line in maps:
                path = line.rstrip("\n").partition("/")[2]
                if any(os.path.basename(path).startswith(stem) for stem in stems):
                    return f"/{path}"
    except OSError:
        pass
    if sys.platform == "win32":
        buffer = ctypes.create_unicode_buffer(1024)
        ctypes.windll.kernel32.GetModuleFileNameW(ctypes.c_void_p(library._handle), buffer, 1024)
        return buffer.value
    return str(library._name)


def _call(library: ctypes.CDLL, name: str, *arguments: object) -> int:
    function = getattr(library, name, None)
    return _ABSENT if function is None else int(function(*arguments))


def _first(library: ctypes.CDLL, names: tuple[str, ...], *arguments: object) -> int:
    """The result of the first of several versions of a function that works, or of the last that is there."""
    code = _ABSENT
    for name in names:
        latest = _call(library, name, *arguments)
        code = code if latest == _ABSENT else latest
        if code == 0:
            break
    return code


def _number(library: ctypes.CDLL, names: tuple[str, ...]) -> int:
    value = ctypes.c_int()
    return value.value if _first(library, names, ctypes.byref(value)) == 0 else 0


def _text(library: ctypes.CDLL, name: str, *arguments: object) -> str:
    buffer = ctypes.create_string_buffer(_TEXT)
    return buffer.value.decode("utf-8", "replace") if _call(library, name, *arguments, buffer, _TEXT) == 0 else ""


def _ask_nvml(library: ctypes.CDLL) -> dict[str, object]:
    code = _first(library, ("nvmlInit_v2", "nvmlInit"))
    if code:
        return {"code": code}
    handle, devices, lost = ctypes.c_void_p(), [], []
    count = min(_number(library, ("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount")), _MAX_DEVICES)
    for index in range(count):
        names = ("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex")
        code = _first(library, names, ctypes.c_uint(index), ctypes.byref(handle))
        if code:
            lost.append([index, code])
        else:
            devices.append(_nvml_device(library, handle))
    return {
        "code": 0,
        "driver": _text(library, "nvmlSystemGetDriverVersion"),
        "cuda": _number(library, ("nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetCudaDriverVersion")),
        "devices": devices,
        "lost": lost,
    }


def _nvml_device(library: ctypes.CDLL, handle: ctypes.c_void_p) -> dict[str, object]:
    major, minor, mode, pending = ctypes.c_int(), ctypes.c_int(), ctypes.c_uint(), ctypes.c_uint()
    memory = (ctypes.c_ulonglong * 3)()  # total, free, used
    capability = _call(library, "nvmlDeviceGetCudaComputeCapability", handle, ctypes.byref(major), ctypes.byref(minor))
    is_sized = _call(library, "nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory)) == 0
    is_told = _call(library, "nvmlDeviceGetMigMode", handle, ctypes.byref(mode), ctypes.byref(pending)) == 0
    is_divided = is_told and mode.value == 1
    return {
        "name": _text(library, "nvmlDeviceGetName", handle),
        "architecture": f"{major.value}.{minor.value}" if capability == 0 else "",
        "memory": memory[0] if is_sized else 0,
        "uuid": _text(library, "nvmlDeviceGetUUID", handle),
        "address": _bus_id(library, handle),
        "is_divided": is_divided,
        "partitions": _partitions(library, handle) if is_divided else [],
    }


def _bus_id(library: ctypes.CDLL, handle: ctypes.c_void_p) -> str:
    for name, offset in _BUS_ID.items():
        buffer = ctypes.create_string_buffer(_PCI_BYTES)
        if _call(library, name, handle, buffer) == 0:
            return buffer.raw[offset : offset + 32].partition(b"\0")[0].decode("ascii", "replace")
    return ""


def _partitions(library: ctypes.CDLL, handle: ctypes.c_void_p) -> list[str]:
    count, part, found = ctypes.c_uint(), ctypes.c_void_p(), []
    if _call(library, "nvmlDeviceGetMaxMigDeviceCount", handle, ctypes.byref(count)) != 0:
        return []
    for index in range(min(count.value, _MAX_PARTITIONS)):  # with gaps
        arguments = (handle, ctypes.c_uint(index), ctypes.byref(part))
        if _call(library, "nvmlDeviceGetMigDeviceHandleByIndex", *arguments) == 0:
            found.append(_text(library, "nvmlDeviceGetUUID", part))
    return [uuid for uuid in found if uuid]


def _ask_driver(library: ctypes.CDLL) -> dict[str, object]:
    value = ctypes.c_int()
    code = _call(library, "cuDriverGetVersion", ctypes.byref(value))
    return {"code": code, "cuda": 0 if code else value.value}


def _ask_cuda(library: ctypes.CDLL) -> dict[str, object]:
    answer = _ask_driver(library)
    code = _call(library, "cuInit", ctypes.c_uint(0))
    if code:
        return {**answer, "code": code}
    devices, device = [], ctypes.c_int()
    for index in range(min(_number(library, ("cuDeviceGetCount",)), _MAX_DEVICES)):
        if _call(library, "cuDeviceGet", ctypes.byref(device), ctypes.c_int(index)) == 0:
            devices.append(_cuda_device(library, device))
    return {**answer, "code": 0, "devices": devices}


def _cuda_device(library: ctypes.CDLL, device: ctypes.c_int) -> dict[str, object]:
    name, address = ctypes.create_string_buffer(_TEXT), ctypes.create_string_buffer(_TEXT)
    uuid, size = (ctypes.c_ubyte * 16)(), ctypes.c_size_t()
    numbers = []
    for attribute in (_CAPABILITY_MAJOR, _CAPABILITY_MINOR):
        value = ctypes.c_int()
        if _call(library, "cuDeviceGetAttribute", ctypes.byref(value), ctypes.c_int(attribute), device) == 0:
            numbers.append(str(value.value))
    is_sized = _call(library, "cuDeviceTotalMem_v2", ctypes.byref(size), device) == 0
    is_named = _first(library, ("cuDeviceGetUuid_v2", "cuDeviceGetUuid"), ctypes.byref(uuid), device) == 0
    _call(library, "cuDeviceGetName", name, _TEXT, device)
    _call(library, "cuDeviceGetPCIBusId", address, _TEXT, device)
    digits = bytes(uuid).hex()
    return {
        "name": name.value.decode("utf-8", "replace"),
        "architecture": ".".join(numbers) if len(numbers) == 2 else "",
        "memory": size.value if is_sized else 0,
        "uuid": f"GPU-{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}" if is_named else "",
        "address": address.value.decode("ascii", "replace"),
    }


_SUBJECTS = {"nvml": _ask_nvml, "driver": _ask_driver, "cuda": _ask_cuda, "ranked": _ask_cuda}

if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)  # a library that hangs or crashes while it is unloaded has answered all the same
