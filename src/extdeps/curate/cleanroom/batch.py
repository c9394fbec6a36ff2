"""Verifications, several at a time, in clean roots of one system."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed

from extdeps.cache import find_cache_directory
from extdeps.curate.cleanroom.program import stage_program
from extdeps.curate.cleanroom.root import open_workshop
from extdeps.curate.cleanroom.tree import make_tree
from extdeps.curate.cleanroom.trial import try_out
from extdeps.errors import EnvironmentFaultError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extdeps.curate.cleanroom.trial import Outcome
    from extdeps.curate.cleanroom.verification import Verification
    from extdeps.host import Host


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
    kept = os.path.join(cache, "roots", system)
    tree = make_tree(kept, system, host)
    with tempfile.TemporaryDirectory(prefix=".run-", dir=kept, ignore_cleanup_errors=True) as directory:
        program = os.path.join(directory, "extdeps")
        stage_program(program, data)
        cases = os.path.join(directory, "cases")
        workshop = open_workshop(tree=tree, program=program, cases=cases, kept=kept, host=host)
        with ThreadPoolExecutor(jobs) as pool:
            tasks = [pool.submit(try_out, item, workshop, host) for item in verifications]
            try:
                for task in as_completed(tasks):
                    yield task.result()
            finally:
                pool.shutdown(cancel_futures=True)
