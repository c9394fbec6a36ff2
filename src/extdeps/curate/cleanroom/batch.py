"""Verifications, several at a time, in clean roots of one system."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed

from extdeps.cache import find_cache_directory
from extdeps.curate.cleanroom.layered import LayeredRoot, open_workshop
from extdeps.curate.cleanroom.podman import Container, Containers, make_image
from extdeps.curate.cleanroom.program import stage_program
from extdeps.curate.cleanroom.tree import make_tree
from extdeps.curate.cleanroom.trial import try_out
from extdeps.errors import EnvironmentFaultError
from extdeps.host import find_executable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extdeps.curate.cleanroom.interface import Root
    from extdeps.curate.cleanroom.trial import Outcome
    from extdeps.curate.cleanroom.verification import Verification
    from extdeps.host import Host

SUITES = {"debian+12": "bookworm", "debian+13": "trixie"}
"""The systems of which there can be clean roots, and what Debian calls them."""


def try_all(
    verifications: Sequence[Verification], *, system: str, data: str, jobs: int, host: Host
) -> Iterator[Outcome]:
    """Do verifications; what is kept between runs lies in the user's cache.

    Args:
        verifications: what to try.
        system: on which, an ecosystem with its release.
        data: the directory of the documents that count.
        jobs: how many at a time.
        host: this machine.

    Returns:
        What came of each, as it is done.

    Raises:
        EnvironmentFaultError: there can be no clean roots here.
    """
    cache = find_cache_directory(host)
    if not cache:
        raise EnvironmentFaultError("there is no place for clean roots", hint="set `EXTDEPS_CACHE_DIR`")
    kept = os.path.abspath(os.path.join(cache, "roots", system))
    for name in ("archives", "downloads"):
        os.makedirs(os.path.join(kept, name), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".run-", dir=kept, ignore_cleanup_errors=True) as directory:
        make = _choose(system, kept, directory, host)
        stage_program(os.path.join(directory, "extdeps"), data)
        with ThreadPoolExecutor(jobs) as pool:
            tasks = [pool.submit(try_out, item, make, os.path.join(kept, "logs")) for item in verifications]
            try:
                for task in as_completed(tasks):
                    yield task.result()
            finally:
                pool.shutdown(cancel_futures=True)


def _choose(system: str, kept: str, directory: str, host: Host) -> Callable[[str], Root]:
    """What makes roots here."""
    program, cases = (os.path.join(directory, name) for name in ("extdeps", "cases"))
    suite = SUITES[system]
    faults = [] if host.is_root else ["you are not root"]
    faults += [f"`{name}` is not here" for name in ("debootstrap", "podman") if not find_executable(host, name)]
    if host.is_root and find_executable(host, "debootstrap"):
        tree = make_tree(kept, suite, host)
        workshop = open_workshop(tree=tree, program=program, cases=cases, kept=kept, host=host)
        return lambda name: LayeredRoot(workshop, name, host)
    if find_executable(host, "podman"):
        shared = Containers(image=make_image(kept, suite, host), program=program, cases=cases, kept=kept)
        return lambda name: Container(shared, name, host)
    raise EnvironmentFaultError(
        "clean roots are made by `debootstrap`, as root, or by `podman`",
        context=tuple(faults),
        hint="install one of them",
    )
