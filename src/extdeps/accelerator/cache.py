"""What is costly to ask is asked once for each boot: a file in the user's cache, of this machine alone.

{"schema_version": 1, "boot": "...", "answers": {"displays": {"key": ["..."], "answer": {...}}}}

Only what was found is kept: a driver that is not there now may be there the next minute.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress

from extdeps.accelerator.pci import read_line
from extdeps.atomicfile import open_atomic
from extdeps.cache import find_cache_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from extdeps.accelerator.pci import PciDevice
    from extdeps.host import Host

_VERSION = 1
_LIMIT = 1024 * 1024
_NAME = "accelerators.json"
_NODES = ("davinci", "dri", "dxg", "kfd", "nvidia")


def ask_once(
    host: Host,
    question: str,
    key: Iterable[str],
    ask: Callable[[], Mapping[str, object] | None],
    *,
    boot: str = "",
) -> Mapping[str, object] | None:
    """An answer that was given since this machine was started, or a new one, which is kept unless it is empty.

    Args:
        host: the machine; only of this one is anything kept.
        question: a name for what is asked.
        key: what the answer depends on: the driver's version, `describe_devices`, ...
        ask: gives the answer, of what JSON has; None or empty where nothing was found.
        boot: what tells this boot of the machine from others, where it is not Linux.
    """
    path = find_cache(host)
    boot = boot or read_line(host, "/proc/sys/kernel/random/boot_id")
    if not (path and boot):
        return ask()
    wanted = list(key)
    answers = _read(path, boot)
    kept = answers.get(question)
    if isinstance(kept, dict) and kept.get("key") == wanted and isinstance(kept.get("answer"), dict):
        found: Mapping[str, object] = kept["answer"]
        return found
    answer = ask()
    if answer:
        _write(path, boot, {**answers, question: {"key": wanted, "answer": answer}})
    return answer


def describe_devices(host: Host, pci: Iterable[PciDevice]) -> tuple[str, ...]:
    """What tells one set of devices from another: those on the bus, and those that this container was given."""
    bus = (f"{item.address} {item.vendor}:{item.device} {item.driver}" for item in pci)
    nodes = (name for name in host.list_directory("/dev") if name.startswith(_NODES))
    return (*bus, *nodes, *host.list_directory("/dev/dri"))


def find_cache(host: Host) -> str:
    """The file; empty where nothing is kept."""
    directory = find_cache_directory(host)
    return os.path.join(directory, _NAME) if directory else ""


def _read(path: str, boot: str) -> dict[str, object]:
    """The answers of a file that is ours and of this boot; none where anything about it is strange."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:
            facts = os.fstat(descriptor)
            is_ours = not hasattr(os, "getuid") or facts.st_uid == os.getuid()
            if not (stat.S_ISREG(facts.st_mode) and is_ours and facts.st_size <= _LIMIT):
                return {}
            document = json.loads(file.read(_LIMIT))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict) or document.get("schema_version") != _VERSION or document.get("boot") != boot:
        return {}
    answers = document.get("answers")
    return answers if isinstance(answers, dict) else {}


def _write(path: str, boot: str, answers: Mapping[str, object]) -> None:
    """Replace the file as a whole; a cache that cannot be written is none."""
    with suppress(OSError, ValueError, TypeError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        content = json.dumps({"schema_version": _VERSION, "boot": boot, "answers": answers})
        with open_atomic(path, mode=0o600, is_durable=False) as file:
            file.write(content.encode())
