"""The identifiers that are about what a machine computes with."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.accelerator import Vendor
    from extdeps.model.requirement import Phase

DEVICE = "dep:virtual/device/"

DRIVERS: dict[str, tuple[Vendor, str]] = {
    "dep:generic/libcuda": ("nvidia", "api"),
    "dep:generic/nvidia-driver": ("nvidia", "version"),
    "dep:generic/nvml": ("nvidia", "version"),
    "dep:generic/amdgpu-driver": ("amd", "version"),
}
"""By identifier, whose driver it is, and which of its versions counts: its own, or that of the interface."""

HEADERS = ("dep:generic/libcuda", "dep:generic/nvml")
"""Those whose headers are ordinary packages: only what is loaded at run time is the driver's."""


def is_capability(identifier: str, phase: Phase) -> bool:
    """Whether a requirement in a phase is about what the machine computes with, and not about packages."""
    if identifier.startswith(DEVICE):
        return True
    return identifier in DRIVERS and (phase == "run" or identifier not in HEADERS)
