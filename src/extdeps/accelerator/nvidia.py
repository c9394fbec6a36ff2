"""NVIDIA: the driver, every device that is installed, and which of them programs are shown.

What the system's files tell comes first; only where they hint at a driver are its libraries asked, in a child.
"""

from __future__ import annotations

from extdeps.accelerator.nvidiasystem import read_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host
    from extdeps.model.accelerator import Device, Driver

_TIMEOUT = 15.0  # seconds: eight GPUs without nvidia-persistenced are woken one after the other


def find_nvidia(
    host: Host, pci: Sequence[PciDevice], *, timeout: float = _TIMEOUT
) -> tuple[Driver | None, tuple[Device, ...], tuple[str, ...]]:
    """Find NVIDIA's driver and devices.

    Args:
        host: the machine.
        pci: what is on its bus, of any vendor (`read_pci`).
        timeout: in seconds, for each child in which libraries are asked.

    Returns:
        The driver, or None where nothing hints at one or at a device; the devices, those that are hidden too; what
        else a person should know.
    """
    system = read_system(host, pci)
    if system is None:
        return None, (), ()
    from extdeps.accelerator.nvidiadetection import Detection

    return Detection(host, pci, system, timeout).result()
