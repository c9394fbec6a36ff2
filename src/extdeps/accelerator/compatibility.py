"""Whether a driver runs what a CUDA toolkit has built, and whether a GPU does.

Sources: NVIDIA, "CUDA Compatibility" (https://docs.nvidia.com/deploy/cuda-compatibility/) and "CUDA C++ Programming
Guide", "Compute Capability" and "Family-Specific Features".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.versions.loose import Loose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from extdeps.catalog.compatibility import Compatibility, ToolkitRow

    AppliedRule = Literal["exact", "minor-version", "newer-api"]

_ORDER = Loose()
_TARGET = re.compile(r"(?:sm_|compute_)?(?P<major>\d+)\.?(?P<minor>\d)(?P<kind>[af]?)(?P<ptx>\+PTX)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a driver is new enough.

    Args:
        answer: None where that cannot be told.
        rule: exact, the toolkit's own driver; minor-version, any of the major version; newer-api, the very version of
            CUDA, because PTX is compiled at run time or newer functions of the driver are called.
        needed: the oldest driver, or for newer-api the oldest version of CUDA that it supports.
        note: one sentence.
    """

    answer: bool | None
    rule: AppliedRule
    needed: str
    note: str = ""


def check_driver(
    toolkit: str,
    table: Compatibility,
    *,
    driver: str = "",
    api: str = "",
    system: str = "Linux",
    needs_exact: bool = False,
) -> Verdict:
    """Whether what a toolkit has built runs with a driver.

    Args:
        toolkit: the version of CUDA that it was built with (`12.4`).
        table: which driver each needs.
        driver: the driver's own version, or empty.
        api: the version of CUDA that the driver supports, or empty.
        system: `Linux` or `Windows`.
        needs_exact: whether it compiles PTX at run time, uses NVRTC, or calls functions that are as new as the toolkit.
    """
    if needs_exact:
        known = api or find_api(driver, table)
        answer = _compare(known, toolkit)
        return Verdict(answer=answer, rule="newer-api", needed=toolkit, note=_say(answer, f"CUDA {toolkit}", known))
    row = find_row(toolkit, table)
    if row is None:
        return Verdict(answer=None, rule="exact", needed="", note=f"nothing is known of CUDA {toolkit}")
    needed = row.windows if system == "Windows" else row.linux
    if driver:
        answer = _compare(driver, needed)
        return Verdict(answer=answer, rule=row.rule, needed=needed, note=_say(answer, f"driver {needed}", driver))
    floor = toolkit if row.rule == "exact" else f"{row.version}.0"
    answer = _compare(api, floor)
    return Verdict(
        answer=answer, rule=row.rule, needed=needed, note=_say(answer, f"driver {needed}", api and f"CUDA {api}")
    )


def find_row(toolkit: str, table: Compatibility) -> ToolkitRow | None:
    """The row of a toolkit: of its own version, else of its major version."""
    parts = toolkit.split(".")
    names = (".".join(parts[:2]), parts[0])
    return next((row for name in names for row in table.toolkits if row.version == name), None)


def find_api(driver: str, table: Compatibility) -> str:
    """The newest version of CUDA that a driver supports, by its own version; empty where that is not known."""
    reached = [cuda for cuda, first in table.first_driver.items() if driver and _ORDER.compare(driver, first) >= 0]
    return max(reached, key=_numbers, default="")


def runs_on(target: str, capability: str) -> bool | None:
    """Whether what was built for a target runs on a GPU of a compute capability.

    Machine code runs on the same major version at or above its minor; PTX is compiled for anything at or above; of the
    architecture-specific `a` only on the very same, and of the family-specific `f` within its family, from its own
    minor on.

    Args:
        target: `8.0`, `sm_86`, `9.0a`, `10.0f`, `8.6+PTX`, `compute_80` (PTX).
        capability: `8.9`.

    Returns:
        None where one of them is no version of an architecture.
    """
    built, device = _TARGET.fullmatch(target), re.fullmatch(r"(\d+)\.(\d+)", capability)
    if built is None or device is None:
        return None
    wanted, has = (int(built["major"]), int(built["minor"])), (int(device[1]), int(device[2]))
    kind = built["kind"].lower()
    if kind == "a":
        return has == wanted
    is_within = has[0] == wanted[0] and has[1] >= wanted[1]
    if kind == "f":
        return is_within
    is_ptx = built["ptx"] is not None or target.lower().startswith("compute_")
    is_code = not target.lower().startswith("compute_")
    return (is_code and is_within) or (is_ptx and has >= wanted)


def can_build_for(toolkit: str, capability: str, table: Compatibility) -> bool | None:
    """Whether a toolkit still builds for GPUs of a compute capability; None where nothing is known of either."""
    row = find_row(toolkit, table)
    return _compare(capability, row.oldest) if row else None


def _compare(version: str, floor: str) -> bool | None:
    if not version:
        return None
    return _ORDER.compare(version, floor) >= 0


def _say(answer: bool | None, needed: str, known: str) -> str:
    if answer is None:
        return f"it needs {needed}, and the driver's version is not known"
    return f"it needs {needed}, and there is {known}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
