"""The resolver against all combinations of offers, in small universes at random.

The checker and the search through all combinations (`support.plancheck`) share nothing with the resolver.
"""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest

from extdeps.resolve.candidate import Choice, Offer
from extdeps.resolve.market import Exclusive, Market
from extdeps.resolve.provider import Provider
from extdeps.resolve.requirement import Demand, Place
from extdeps.resolve.resolution import resolve
from extdeps.resolve.search import Search
from extdeps.resolve.shelf import Shelf
from support.plancheck import find_faults, has_plan
from support.universes import make_universe, shuffle

CHUNK = 500


@pytest.mark.parametrize("chunk", range(12))
def test_a_plan_is_found_exactly_where_there_is_one(chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        random = Random(seed)
        demands, market = make_universe(random)
        resolution = resolve(demands, market)
        kept = tuple(resolution.choices)
        refused = tuple(refusal.demand for refusal in resolution.refusals)
        assert find_faults(resolution.choices, market) == [], seed
        assert sorted(map(repr, (*kept, *refused))) == sorted(map(repr, demands)), seed
        assert has_plan(demands, market) is not bool(refused), seed
        for refusal in resolution.refusals:
            assert not has_plan((*kept, refusal.demand), market), seed
            assert not has_plan((*refusal.opponents, refusal.demand), market), seed
            for spared in refusal.opponents:
                rest = [other for other in refusal.opponents if other != spared]
                assert has_plan((*rest, refusal.demand), market), seed
        assert resolve(demands, shuffle(market, random)) == resolution, seed


@pytest.mark.parametrize("chunk", range(8))
def test_resolvelib_alone_decides_the_same(chunk: int) -> None:
    """Nothing is left out beforehand, so that resolvelib has to find, or to refute, every plan by itself."""
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        demands, market = make_universe(Random(seed))
        search = Search(market, narrows=False)
        found = search.solve(demands)
        assert not search.was_cut_short, seed
        assert (found is not None) is has_plan(demands, market), seed
        assert found is None or find_faults(found, market) == [], seed
        assert found is None or set(found) == set(demands), seed


def test_what_nobody_asks_for_any_longer_is_free() -> None:
    """resolvelib, after a step back, asks for matches of what had been asked for only by what it took back."""
    offers = tuple(
        Offer(identifier="dep:generic/a", source="m", ecosystem="e", version=version, packages=("a",), new=1)
        for version in ("1", "2")
    )
    provider = Provider(Shelf(Market(offers={"dep:generic/a": offers})), "e")
    key = ("host", "dep:generic/a")
    free = provider.find_matches(key, {key: iter(())}, {key: iter(())})
    assert [str(item.offer.version) for item in free if isinstance(item, Choice)] == ["2", "1"]
    place = Place(kind="exclusive", members=("a", "b"), value="a").key
    assert [item.key for item in provider.find_matches(place, {place: iter(())}, {place: iter(())})] == [place]


def test_universes_are_of_all_kinds() -> None:
    """Plans and refusals, alone and against others, of one opponent and of several."""
    resolutions = [resolve(*make_universe(Random(seed))) for seed in range(1000)]
    counts = [len(refusal.opponents) for resolution in resolutions for refusal in resolution.refusals]
    assert sum(not resolution.refusals for resolution in resolutions) > 200
    assert counts.count(0) > 50
    assert counts.count(1) > 50
    assert sum(count > 1 for count in counts) > 5


def test_a_search_that_is_cut_short_says_so() -> None:
    """Nine virtuals and eight places: each place is a group of exclusive providers, one of each virtual."""
    virtuals = [f"dep:virtual/interface/v{number}" for number in range(9)]
    names = {virtual: tuple(f"dep:generic/{virtual[-2:]}at{place}" for place in range(8)) for virtual in virtuals}
    market = Market(
        offers={
            name: (Offer(identifier=name, source="m", ecosystem="e", version="1", packages=(name,), new=1),)
            for listed in names.values()
            for name in listed
        },
        providers=names,
        exclusive=tuple(Exclusive(members=group) for group in zip(*names.values(), strict=True)),
    )
    resolution = resolve([Demand(identifier=virtual) for virtual in virtuals], market)
    assert find_faults(resolution.choices, market) == []
    assert [str(demand) for demand in resolution.choices] == [f"v{number}" for number in range(8)]
    assert str(resolution.refusals[0]) == "\n".join(
        (
            "v8 (host) does not go with " + ", ".join(f"v{number} (host)" for number in range(8)),
            *(f"  v{number} is 1 of m" for number in range(9)),
            "  not all ways were tried: there are too many",
        )
    )


DESCRIBE = """
from random import Random
from extdeps.resolve.resolution import resolve
from support.universes import make_universe
for seed in range(300):
    print(resolve(*make_universe(Random(seed))))
"""


def test_the_seed_of_hashes_decides_nothing() -> None:
    path = os.pathsep.join(filter(None, sys.path))
    answers = {
        subprocess.run(
            [sys.executable, "-c", DESCRIBE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1
    assert len(next(iter(answers)).splitlines()) == 300
