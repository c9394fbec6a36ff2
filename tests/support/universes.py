"""Small markets and demands at random, made so that much of it conflicts."""

from __future__ import annotations

from random import Random

from extdeps.model.constraint import parse_constraints
from extdeps.model.plan import HERE
from extdeps.model.requirement import PHASES
from extdeps.resolve.candidate import Offer
from extdeps.resolve.market import Exclusive, Market, Preferences
from extdeps.resolve.requirement import Demand
from support.plancheck import has_plan

LIBRARIES = tuple(f"dep:generic/{name}" for name in "abcd")
VIRTUALS = tuple(f"dep:virtual/interface/{name}" for name in "vw")
CAPABILITY = "dep:generic/driver"
SOURCES = ((HERE, "debian"), ("conda", "conda-forge"), ("apt", "debian"), ("conda", "conda-forge"), ("pip", "pypi"))
RANGES = ("", "", "", ">=2", "<2", "==1", ">=1,<3", "==3")


def make_universe(random: Random) -> tuple[tuple[Demand, ...], Market]:
    """A few demands, and a market for them."""
    names = (*LIBRARIES, *VIRTUALS, CAPABILITY)
    offers: dict[str, list[Offer]] = {}
    for _ in range(random.randint(4, 20)):
        offer = make_offer(random, random.choice(LIBRARIES) if random.random() < 0.8 else random.choice(names))
        offers.setdefault(offer.identifier, []).append(offer)
    asked = (*LIBRARIES, *VIRTUALS, *VIRTUALS, CAPABILITY)
    demands = tuple(make_demand(random, random.choice(asked)) for _ in range(random.randint(2, 7)))
    market = Market(
        offers={name: tuple(dict.fromkeys(listed)) for name, listed in offers.items()},
        providers={name: tuple(random.sample(LIBRARIES, random.randint(1, 3))) for name in VIRTUALS},
        coherent=(VIRTUALS,) if random.random() < 0.5 else (),
        exclusive=tuple(Exclusive(members=tuple(random.sample(LIBRARIES, 2))) for _ in range(random.randint(0, 2))),
        capabilities=frozenset((phase, CAPABILITY) for phase in PHASES),
        preferences=Preferences(
            home=random.choice(("debian", "conda-forge", "pypi")),
            managers=tuple(random.sample(("apt", "conda", "pip"), random.randint(0, 3))),
            without=frozenset({"pip"}) if random.random() < 0.2 else frozenset(),
        ),
    )
    met = [demand for demand in demands if has_plan((demand,), market)]
    hopeless = [demand for demand in demands if demand not in met][: random.random() < 0.1]
    return tuple(dict.fromkeys((*met, *hopeless))), market


def make_offer(random: Random, identifier: str) -> Offer:
    """One way to have an identifier."""
    source, ecosystem = random.choice(SOURCES) if identifier != CAPABILITY else (random.choice((HERE, "apt")), "")
    is_assumed = source != HERE and random.random() < 0.1
    return Offer(
        identifier=identifier,
        source=source,
        ecosystem=ecosystem,
        version="" if is_assumed or random.random() < 0.1 else random.choice(("1", "2", "2.0", "3")),
        packages=() if source == HERE else (identifier.rpartition("/")[2],),
        new=0 if source == HERE else random.randint(1, 2),
        is_elevated=source == "apt",
        phases=random.choice((PHASES, PHASES, PHASES, ("run",), ("host",), ("host", "run"))),
        is_assumed=is_assumed,
    )


def make_demand(random: Random, identifier: str) -> Demand:
    """A requirement of one of three."""
    bounds = random.choice(RANGES)
    return Demand(
        identifier=identifier,
        constraints=parse_constraints(bounds) if bounds else (),
        phase=random.choice((*PHASES, "host", "run")),
        requested_by=random.choice("xyz"),
    )


def shuffle(market: Market, random: Random) -> Market:
    """The same market with its offers listed in another order."""
    from dataclasses import replace

    names = random.sample(sorted(market.offers), len(market.offers))
    return replace(
        market, offers={name: tuple(random.sample(market.offers[name], len(market.offers[name]))) for name in names}
    )
