"""What it costs to choose among what many managers have: 100, 1,000 and 10,000 requirements, and ones without a plan.

    python benchmarks/resolve.py [--rounds 3] [--sizes 100 1000 10000]

Each measurement is a fresh process, which makes a market of 8 managers with 5 versions of each library and resolves
demands on it; the time is that of the resolver alone, the memory the peak of the whole process. Beside the seconds
stands their multiple of a baseline that the same process takes: sorting 200,000 numbers as texts. Exits with 1 where
a budget is broken by more than twice.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.requirement import Phase
    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand

    Task = tuple[list[Demand], Market]

MANAGERS = tuple(f"m{number}" for number in range(8))
VERSIONS = ("1.0", "1.1", "1.2", "2.0", "2.1")
TOLERANCE = 2


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one process says of itself."""

    seconds: float
    baseline: float
    megabytes: float
    chosen: int
    refused: int


def make_plain(count: int) -> Task:
    """Libraries that all managers have, each asked for in two ranges; instead of one in twenty a virtual of two."""
    from extdeps.model.constraint import parse_constraints
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand

    both: tuple[tuple[Phase, str], ...] = (("host", ">=1.1"), ("run", "<2.1"))
    names = [f"dep:generic/lib{number}" for number in range(count // 2)]
    virtuals = [f"dep:virtual/interface/v{number}" for number in range(count // 20)]
    demands = [
        Demand(
            identifier=virtuals[index // 20] if index % 20 == 7 else name,
            constraints=() if index % 20 == 7 else parse_constraints(bounds),
            phase=phase,
            requested_by=f"project{index}",
        )
        for index, name in enumerate(names)
        for phase, bounds in both
    ]
    return demands, Market(
        offers={name: make_offers(name, MANAGERS, index) for index, name in enumerate(names)},
        providers={name: (names[index], names[index + 1]) for index, name in enumerate(virtuals)},
    )


def make_apart(count: int) -> Task:
    """Libraries of which every second is in one ecosystem alone and the others in another."""
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand

    names = [f"dep:generic/lib{number}" for number in range(count)]
    demands = [Demand(identifier=name, requested_by=f"project{index}") for index, name in enumerate(names)]
    offers = {name: make_offers(name, MANAGERS[index % 2 :: 2][:1], index) for index, name in enumerate(names)}
    return demands, Market(offers=offers)


def make_exclusive(count: int) -> Task:
    """Libraries of which any two cannot live together."""
    from extdeps.resolve.market import Exclusive, Market
    from extdeps.resolve.requirement import Demand

    names = tuple(f"dep:generic/lib{number}" for number in range(count))
    demands = [Demand(identifier=name, requested_by=f"project{index}") for index, name in enumerate(names)]
    return demands, Market(
        offers={name: make_offers(name, MANAGERS, 0) for name in names}, exclusive=(Exclusive(members=names),)
    )


def make_pigeonhole(count: int) -> Task:
    """So many virtuals, and a place fewer: each place is a group of exclusive providers, one of each virtual."""
    from extdeps.resolve.market import Exclusive, Market
    from extdeps.resolve.requirement import Demand

    provider = "dep:generic/p{}at{}".format
    virtuals = [f"dep:virtual/interface/v{number}" for number in range(count)]
    offers = {
        provider(pigeon, hole): make_offers(provider(pigeon, hole), MANAGERS[:1], 0)
        for pigeon in range(count)
        for hole in range(count - 1)
    }
    return [Demand(identifier=name, requested_by=name) for name in virtuals], Market(
        offers=offers,
        providers={
            name: tuple(provider(pigeon, hole) for hole in range(count - 1)) for pigeon, name in enumerate(virtuals)
        },
        exclusive=tuple(
            Exclusive(members=tuple(provider(pigeon, hole) for pigeon in range(count))) for hole in range(count - 1)
        ),
    )


def make_offers(name: str, managers: tuple[str, ...], index: int) -> tuple[Offer, ...]:
    """What managers have of a library, in an order that is not that of the preferences."""
    from extdeps.resolve.candidate import Offer

    return tuple(
        Offer(
            identifier=name,
            source=manager,
            ecosystem=f"of-{manager}",
            version=VERSIONS[(place + index) % len(VERSIONS)],
            packages=(name,),
            new=1,
        )
        for manager in managers
        for place in range(len(VERSIONS))
    )


MAKERS = {"plain": make_plain, "apart": make_apart, "exclusive": make_exclusive, "pigeonhole": make_pigeonhole}


def work(kind: str, count: int) -> None:
    """What the process of one measurement does."""
    import resource
    from time import perf_counter

    import resolvelib  # noqa: F401

    from extdeps.resolve.resolution import resolve

    demands, market = MAKERS[kind](count)
    start = perf_counter()
    sorted(map(str, range(200_000, 0, -1)))
    baseline = perf_counter() - start
    start = perf_counter()
    resolution = resolve(demands, market)
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(json.dumps([seconds, baseline, peak, len(resolution.choices), len(resolution.refusals)]))


def measure(kind: str, count: int, rounds: int) -> Measured:
    """The least time of some rounds, and the peak of memory of all."""
    command = [sys.executable, __file__, "--work", kind, str(count)]
    found = [
        Measured(**dict(zip(Measured.__dataclass_fields__, json.loads(done.stdout), strict=True)))
        for done in (subprocess.run(command, stdout=subprocess.PIPE, check=True) for _ in range(rounds))
    ]
    return min(found, key=lambda item: item.seconds / item.baseline)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--work", nargs=2, metavar=("KIND", "COUNT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work[0], int(arguments.work[1]))
        return 0
    is_broken = False
    print(f"{'':24}{'seconds':>9}{'x base':>8}{'x linear':>9}{'peak':>10}{'chosen':>8}{'refused':>8}")
    each = 0.0
    rows = [("plain", size, 1.0 if size == 1000 else 0, 200) for size in arguments.sizes]
    rows += [("apart", 1000, 5.0, 200), ("exclusive", 1000, 5.0, 200), ("pigeonhole", 6, 5.0, 200)]
    rows += [("pigeonhole", 10, 5.0, 200)]
    for kind, size, seconds, megabytes in rows:
        found = measure(kind, size, arguments.rounds)
        linear = ""
        if kind == "plain":
            each = each or found.seconds / size
            linear = f"{found.seconds / size / each:.2f}"
        text = f"{kind + ', ' + str(size):24}{found.seconds:9.3f}{found.seconds / found.baseline:8.2f}{linear:>9}"
        budget = f"  < {seconds:g} s, < {megabytes} MB" if seconds else ""
        print(f"{text}{found.megabytes:8.1f}MB{found.chosen:8}{found.refused:8}{budget}")
        is_over = found.seconds > TOLERANCE * seconds or found.megabytes > TOLERANCE * megabytes
        is_broken |= bool(seconds) and is_over
    return int(is_broken)


if __name__ == "__main__":
    sys.exit(main())
