"""What extdeps finds of NVIDIA's GPUs, beside what nvidia-smi and PyTorch say; 1 where anything differs.

    PYTHONPATH=src python tests/live/gpu.py

For a machine with a GPU, and run by hand: needs nothing but a checkout. Without PyTorch its column is empty.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from xml.etree import ElementTree

from extdeps.accelerator.detect import find_accelerators
from extdeps.host import LocalHost
from extdeps.interpreter import find_interpreter
from extdeps.model.accelerator import Accelerators, Device

FIELDS = ("name", "uuid", "memory.total", "driver_version", "compute_cap", "pci.bus_id")
MIB = 1024 * 1024
KEPT = 0.9
"""The least part of the memory that PyTorch is told of: the driver keeps some, and an error-correcting memory too."""

TORCH = """
import json
try:
    import torch
except ImportError:
    print("null")
else:
    gpus = [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]
    number = torch._C._cuda_getDriverVersion()
    print(json.dumps({"api": f"{number // 1000}.{number % 1000 // 10}", "gpus": [{
        "name": gpu.name,
        "uuid": f"GPU-{gpu.uuid}" if hasattr(gpu, "uuid") else "",
        "memory": gpu.total_memory,
        "architecture": f"{gpu.major}.{gpu.minor}",
        "address": f"{gpu.pci_domain_id:04x}:{gpu.pci_bus_id:02x}:{gpu.pci_device_id:02x}.0"
        if hasattr(gpu, "pci_domain_id") else "",
    } for gpu in gpus]}))
"""


@dataclass(kw_only=True)
class Table:
    """Facts from three witnesses.

    Attributes:
        rows: what is compared, what each says, and whether they agree; an empty text is of one who says nothing.
    """

    rows: list[tuple[str, str, str, str, bool]] = field(default_factory=list)

    def add(self, fact: str, own: object, tool: object = "", torch: object = "", *, agrees: bool | None = None) -> None:
        """Add a fact; whether all agree is seen from the texts where it is not told."""
        said = (str(own), str(tool), str(torch))
        alike = all(text in ("", said[0]) for text in said[1:]) if agrees is None else agrees
        self.rows.append((fact, *said, alike))

    def print(self) -> int:
        """Print it; how many facts differ."""
        widths = [max(len(str(row[column])) for row in self.rows) for column in range(4)]
        heads = ("", "extdeps", "nvidia-smi", "PyTorch")
        widths = [max(width, len(head)) for width, head in zip(widths, heads, strict=True)]
        print("   " + "  ".join(head.ljust(width) for head, width in zip(heads, widths, strict=True)).rstrip())
        for *texts, alike in self.rows:
            line = "  ".join(str(text).ljust(width) for text, width in zip(texts, widths, strict=True))
            print(("   " if alike else "!! ") + line.rstrip())
        return sum(not row[-1] for row in self.rows)


def environment(visible: str | None) -> dict[str, str]:
    """The variables of this process with CUDA_VISIBLE_DEVICES as it is to be; devices are in the order of the bus."""
    kept = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    shown = {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    return {**kept, "CUDA_DEVICE_ORDER": "PCI_BUS_ID", **shown}


def look(visible: str | None) -> Accelerators:
    """What extdeps finds."""
    host = LocalHost(environment(visible))
    return find_accelerators(host, find_interpreter(host))


def ask_tool() -> tuple[list[dict[str, str]], str]:
    """What nvidia-smi says of each GPU, and the version of CUDA that the driver supports."""
    query = ["nvidia-smi", f"--query-gpu={','.join(FIELDS)}", "--format=csv,noheader,nounits"]
    lines = subprocess.run(query, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
    gpus = [dict(zip(FIELDS, map(str.strip, row), strict=True)) for row in csv.reader(lines)]
    document = subprocess.run(["nvidia-smi", "-q", "-x"], capture_output=True, text=True, check=True, timeout=120)
    return gpus, ElementTree.fromstring(document.stdout).findtext("cuda_version", "")


def ask_torch(visible: str | None) -> dict[str, object] | None:
    """What PyTorch says, in a process of its own; None where it is not installed."""
    done = subprocess.run(
        [sys.executable, "-c", TORCH],
        env=environment(visible),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    found: dict[str, object] | None = json.loads(done.stdout.splitlines()[-1])
    return found


def address_of(text: str) -> str:
    """An address as the kernel writes it: nvidia-smi's domain has eight digits."""
    domain, _, rest = text.lower().partition(":")
    return f"{domain[-4:]}:{rest}"


def compare_gpu(table: Table, own: Device, tool: dict[str, str], torch: dict[str, object]) -> None:
    """Add the facts of one GPU."""
    table.add(f"{own.uuid[:12]} name", own.name, tool["name"], torch.get("name", ""))
    table.add("  uuid", own.uuid, tool["uuid"], torch.get("uuid", ""))
    table.add("  compute capability", own.architecture, tool["compute_cap"], torch.get("architecture", ""))
    table.add("  address", own.address, address_of(tool["pci.bus_id"]), torch.get("address", ""))
    usable = torch.get("memory")
    fits = not isinstance(usable, int) or KEPT * own.memory <= usable <= own.memory
    total = own.memory // MIB
    table.add(
        "  memory in MiB",
        total,
        tool["memory.total"],
        usable // MIB if isinstance(usable, int) else "",
        agrees=str(total) == tool["memory.total"] and fits,
    )


def compare_all(table: Table, gpus: list[dict[str, str]], api: str) -> None:
    """Add all that is installed."""
    found, torch = look(None), ask_torch(None)
    driver = next((item for item in found.drivers if item.vendor == "nvidia"), None)
    own = {item.uuid: item for item in found.devices if item.vendor == "nvidia"}
    listed = torch["gpus"] if torch else []
    shown = {item["uuid"]: item for item in listed} if isinstance(listed, list) else {}
    table.add("driver", driver.version if driver else "none", gpus[0]["driver_version"] if gpus else "")
    table.add("state", driver.state if driver else "none", "working" if gpus else "")
    table.add("CUDA of the driver", driver.api if driver else "none", api, torch["api"] if torch else "")
    divided = any(item.partitions for item in own.values())  # PyTorch is then shown a part, under its own name
    table.add("GPUs", len(own), len(gpus), len(shown) if torch and not divided else "")
    for item in gpus:
        device = own.get(item["uuid"], Device(vendor="nvidia", name="not found"))
        compare_gpu(table, device, item, {} if device.partitions else shown.get(item["uuid"], {}))


def compare_visible(table: Table, value: str, expected: list[str]) -> None:
    """Add which GPUs are left by CUDA_VISIBLE_DEVICES; nvidia-smi does not follow it."""
    found, torch = look(value), ask_torch(value)
    nvidia = [item for item in found.devices if item.vendor == "nvidia"]
    shown = [item.uuid for item in nvidia if item.is_visible]
    listed = torch["gpus"] if torch else None
    told = [item["uuid"] for item in listed] if isinstance(listed, list) else None
    agrees = shown == expected and told in (None, expected)
    table.add(
        f"shown by CUDA_VISIBLE_DEVICES={value!r}",
        f"{len(shown)} of {len(nvidia)}",
        f"(expected {len(expected)})",
        "" if told is None else len(told),
        agrees=agrees,
    )


def main() -> int:
    """Compare and print."""
    table = Table()
    try:
        gpus, api = ask_tool()
    except (OSError, subprocess.SubprocessError) as error:
        print(f"nvidia-smi cannot be asked: {error}", file=sys.stderr)
        return 1
    compare_all(table, gpus, api)
    uuids = [item["uuid"] for item in gpus]
    for value, expected in (("", []), ("-1", []), ("0", uuids[:1]), *((uuid, [uuid]) for uuid in uuids[-1:])):
        compare_visible(table, value, expected)
    different = table.print()
    print(f"{len(table.rows)} facts, {different} of them differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
