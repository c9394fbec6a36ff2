"""Which devices the variables leave to a program: what is installed and what is visible are two facts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def select_visible(chosen: str, uuids: Sequence[str]) -> frozenset[int]:
    """The devices that a list such as `0,GPU-8f2c` names; the first entry that names none ends it.

    Args:
        chosen: the value of the variable; empty hides every device.
        uuids: of each device in the driver's order, empty where it has none.

    Returns:
        Positions in `uuids`.
    """
    found: list[int] = []
    for entry in (part.strip() for part in chosen.split(",")):
        position = _find(entry, uuids)
        if position is None or position in found:
            break
        found.append(position)
    return frozenset(found)


def _find(entry: str, uuids: Sequence[str]) -> int | None:
    if entry.isascii() and entry.isdigit():
        return int(entry) if len(entry) < 6 and int(entry) < len(uuids) else None
    matching = [position for position, uuid in enumerate(uuids) if entry and uuid.lower().startswith(entry.lower())]
    return matching[0] if len(matching) == 1 else None
