"""The resolver on the cases of a directory: a market and demands, and the plan or the words that must come of them.

A case is a TOML file:

    home = "debian"                          the ecosystem of the Python that decides
    managers = ["apt"]                       the user's order
    without = ["conda"]
    coherent = [["blas", "lapack"]]
    exclusive = [["openmpi", "mpich"]]
    capabilities = ["cuda-driver"]
    demands = ["host: gdal>=3.4 | fiona"]    phase: requirement | who asks
    expect = '''...'''                       a line for each choice, then each refusal
    [providers]                              virtual -> identifiers
    [alternatives.pyproj]                    "pyproj<3.7" = ["host: proj<9.2"]
    [instead_of]                             "pyproj<3.7" = "pyproj>=3.7": what was asked for, if none of it is in it
    [elsewhere]                              identifier -> lines about ecosystems that were not asked
    [releases]                               identifier -> a line about another release of the distribution
    [offers]                                 "apt debian root" = ["gdal 3.6.2", "zlib 1.2 +3"]: +N new packages;
                                             phases after the ecosystem: those alone;
                                             assumed: the versions were not looked up
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from extdeps.model.constraint import parse_constraints
from extdeps.model.plan import HERE
from extdeps.model.requirement import PHASES
from extdeps.resolve.candidate import Offer
from extdeps.resolve.market import Alternative, Exclusive, Market, Preferences
from extdeps.resolve.requirement import Demand
from extdeps.resolve.resolution import Resolution, resolve

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
VIRTUALS = ("blas", "lapack", "mpi", "mpi-wrapper", "c-compiler")


def identify(name: str) -> str:
    return f"dep:virtual/interface/{name}" if name in VIRTUALS else f"dep:generic/{name}"


def read_demand(text: str) -> Demand:
    asked, _, subject = text.partition(" | ")
    phase, _, requirement = asked.partition(": ")
    end = next((index for index, char in enumerate(requirement) if char in "<>="), len(requirement))
    bounds = requirement[end:]
    return Demand(
        identifier=identify(requirement[:end]),
        constraints=parse_constraints(bounds) if bounds else (),
        phase=next(known for known in PHASES if known == phase),
        requested_by=subject,
    )


def read_offers(document: dict[str, list[str]]) -> dict[str, tuple[Offer, ...]]:
    offers: dict[str, list[Offer]] = {}
    for head, listed in document.items():
        source, ecosystem, *flags = [*head.split(), ""] if " " not in head else head.split()
        for text in listed:
            name, *rest = text.split()
            new = next((int(word[1:]) for word in rest if word.startswith("+")), 0 if source == HERE else 1)
            version = next((word for word in rest if not word.startswith("+")), "")
            offer = Offer(
                identifier=identify(name),
                source=source,
                ecosystem=ecosystem,
                version=version,
                packages=() if source == HERE else (name,),
                new=new,
                is_elevated="root" in flags,
                is_assumed="assumed" in flags,
                phases=tuple(phase for phase in PHASES if phase in flags) or PHASES,
            )
            offers.setdefault(offer.identifier, []).append(offer)
    return {name: tuple(found) for name, found in offers.items()}


def read_market(case: dict[str, Any]) -> Market:
    def groups(key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(identify, group)) for group in case.get(key, ()))

    providers = {identify(name): tuple(map(identify, names)) for name, names in case.get("providers", {}).items()}
    releases = {identify(name): line for name, line in case.get("releases", {}).items()}
    return Market(
        offers=read_offers(case["offers"]),
        providers=providers,
        coherent=groups("coherent"),
        exclusive=tuple(Exclusive(members=group) for group in groups("exclusive")),
        capabilities=frozenset((phase, identify(name)) for name in case.get("capabilities", ()) for phase in PHASES),
        alternatives={
            subject: tuple(
                Alternative(
                    name=name,
                    demands=tuple(read_demand(f"{text} | {subject}") for text in demands),
                    instead_of=case.get("instead_of", {}).get(name, ""),
                )
                for name, demands in listed.items()
            )
            for subject, listed in case.get("alternatives", {}).items()
        },
        elsewhere={identify(name): tuple(lines) for name, lines in case.get("elsewhere", {}).items()},
        find_release=lambda demand: str(releases.get(demand.identifier, "")),
        preferences=Preferences(
            home=case.get("home", ""),
            managers=tuple(case.get("managers", ())),
            without=frozenset(case.get("without", ())),
        ),
    )


def describe(resolution: Resolution) -> str:
    lines = [
        f"{demand.phase}: {demand} <- {offer.identifier.rpartition('/')[2]} {offer}"
        for demand, offer in resolution.choices.items()
    ]
    return "\n".join((*lines, *map(str, resolution.refusals)))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = tomllib.loads(path.read_text())
    resolution = resolve(map(read_demand, case["demands"]), read_market(case))
    assert describe(resolution) == case["expect"].strip()
