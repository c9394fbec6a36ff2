"""Libraries of NVIDIA's driver that are none: compiled here, they answer what a test wants, or do not answer."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_COMMON = r"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct gpu {
    const char *name, *uuid, *bus;
    int major, minor;
    unsigned long long memory;
    int divided;
    const struct gpu *parts[4];
} gpu;

static const gpu devices[] = { DEVICES { 0 } };

static void misbehave(void) {
    if (strcmp(MOOD, "segfault") == 0) raise(SIGSEGV);
    if (strcmp(MOOD, "abort") == 0) abort();
    if (strcmp(MOOD, "hang") == 0) for (;;) pause();
    if (strcmp(MOOD, "leave") == 0) _exit(0);
    if (strcmp(MOOD, "fail") == 0) _exit(7);
    if (strcmp(MOOD, "noise") == 0) { printf("{\"subject\": \"nvml\"}\n\033[31mWARNING\n"); fflush(stdout); }
}
"""

_NVML = r"""
int nvmlInit_v2(void) { misbehave(); return INIT; }
int nvmlSystemGetDriverVersion(char *text, unsigned length) { snprintf(text, length, "%s", DRIVER); return 0; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = CUDA; return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = COUNT; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, const gpu **handle) {
    if (index >= sizeof devices / sizeof *devices - 1) return 15;
    *handle = &devices[index];
    return 0;
}
int nvmlDeviceGetName(const gpu *handle, char *text, unsigned length) {
    snprintf(text, length, "%s", handle->name);
    return 0;
}
int nvmlDeviceGetUUID(const gpu *handle, char *text, unsigned length) {
    snprintf(text, length, "%s", handle->uuid);
    return 0;
}
int nvmlDeviceGetCudaComputeCapability(const gpu *handle, int *major, int *minor) {
    *major = handle->major;
    *minor = handle->minor;
    return 0;
}
int nvmlDeviceGetMemoryInfo(const gpu *handle, unsigned long long *memory) { memory[0] = handle->memory; return 0; }
int nvmlDeviceGetMigMode(const gpu *handle, unsigned *mode, unsigned *pending) {
    *mode = *pending = handle->divided;
    return 0;
}
int nvmlDeviceGetMaxMigDeviceCount(const gpu *handle, unsigned *count) { *count = 4; return 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(const gpu *handle, unsigned index, const gpu **part) {
    *part = handle->parts[index];
    return *part ? 0 : 6;
}
typedef struct { char legacy[16]; unsigned numbers[5]; char bus[32]; } pci;
int nvmlDeviceGetPciInfo_v3(const gpu *handle, pci *info) {
    snprintf(info->bus, sizeof info->bus, "%s", handle->bus);
    return 0;
}
"""

_CUDA = r"""
int cuDriverGetVersion(int *version) {
    if (strcmp(MOOD, "early") == 0) raise(SIGSEGV);
    *version = CUDA;
    return 0;
}
int cuInit(unsigned flags) { misbehave(); return getenv("CUDA_VISIBLE_DEVICES") ? 100 : INIT; }
int cuDeviceGetCount(int *count) { *count = COUNT; return 0; }
int cuDeviceGet(int *device, int index) {
    const char *order = getenv("CUDA_DEVICE_ORDER");
    *device = order && strcmp(order, "PCI_BUS_ID") == 0 ? index : COUNT - 1 - index;  /* the last is the fastest */
    return 0;
}
int cuDeviceGetName(char *text, int length, int device) {
    snprintf(text, length, "%s", devices[device].name);
    return 0;
}
int cuDeviceGetPCIBusId(char *text, int length, int device) {
    snprintf(text, length, "%s", devices[device].bus);
    return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? devices[device].major : devices[device].minor;
    return 0;
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = devices[device].memory; return 0; }
int cuDeviceGetUuid_v2(unsigned char *uuid, int device) { memset(uuid, 0x11 * (device + 1), 16); return 0; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """What a fake library tells of one device; `memory` in GiB."""

    name: str = "NVIDIA A100-SXM4-40GB"
    uuid: str = "GPU-11111111-1111-1111-1111-111111111111"
    bus: str = "00000000:01:00.0"
    capability: tuple[int, int] = (8, 0)
    memory: int = 40
    is_divided: bool = False
    parts: tuple[str, ...] = ()

    def as_c(self) -> str:
        parts = ", ".join(f'&(const gpu){{"", {_quote(uuid)}, ""}}' for uuid in self.parts)
        texts = ", ".join(_quote(text) for text in (self.name, self.uuid, self.bus))
        major, minor = self.capability
        memory = f"{self.memory}ULL << 30"
        return f"{{{texts}, {major}, {minor}, {memory}, {int(self.is_divided)}, {{{parts}}}}},"


def build_driver(
    path: Path,
    kind: str,
    *,
    devices: tuple[Gpu, ...] = (),
    mood: str = "",
    init: int = 0,
    driver: str = "550.54.15",
    cuda: int = 12040,
    count: int | None = None,
) -> None:
    """Compile a library.

    Args:
        path: of the library.
        kind: `nvml` or `cuda`.
        devices: that it tells of.
        mood: `segfault`, `abort`, `hang`, `leave` (ends the process as if all was well), `fail`, `noise` (prints),
            `early` (crashes before it is started).
        init: what starting it returns.
        driver: the version of the driver.
        cuda: the CUDA version, encoded.
        count: the number of devices that it claims to have; all of them by default.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    defines = {"MOOD": _quote(mood), "INIT": init, "DRIVER": _quote(driver), "CUDA": cuda}
    defines |= {"COUNT": len(devices) if count is None else count}
    head = "".join(f"#define {name} {value}\n" for name, value in defines.items())
    head += f"#define DEVICES {' '.join(device.as_c() for device in devices)}\n"
    source = head + _COMMON + {"nvml": _NVML, "cuda": _CUDA}[kind]
    command = ["cc", "-shared", "-fPIC", "-O0", "-w", "-x", "c", "-o", str(path), "-"]
    subprocess.run(command, input=source.encode(), check=True)


def _quote(text: str) -> str:
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"'
