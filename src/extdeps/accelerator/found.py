"""What the search for one vendor's devices brings."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.accelerator import Device, Driver, Toolkit


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The devices of one vendor, and what drives and programs them.

    Args:
        devices: in the order of the driver.
        drivers: none where there is neither a device nor a driver.
        toolkits: each installation.
        notes: what else a person should know.
    """

    devices: tuple[Device, ...] = ()
    drivers: tuple[Driver, ...] = ()
    toolkits: tuple[Toolkit, ...] = ()
    notes: tuple[str, ...] = ()
