"""What goes from plans into a lock, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extdeps.errors import UnsatisfiableError, UsageError
from extdeps.lockfile.make import make_lock
from extdeps.lockfile.subject import format_subject
from extdeps.lockfile.writing import format_lock
from extdeps.model.lock import LockedRequirement
from extdeps.model.plan import HERE, Ask, Unmet
from support.locks import DIGEST, decide, lock_of, plan_of


def test_entries_are_sorted_whatever_the_order_of_the_plan() -> None:
    decisions = [
        decide("zlib", "zlib1g", phase="run"),
        decide("gdal", "libgdal-dev"),
        decide("zlib", "zlib1g-dev"),
        decide("cmake", "cmake", phase="build"),
    ]
    (target,) = lock_of(*decisions).targets
    assert [entry.key for entry in target.entries] == [
        ("dep:generic/cmake", "build"),
        ("dep:generic/gdal", "host"),
        ("dep:generic/zlib", "host"),
        ("dep:generic/zlib", "run"),
    ]
    assert format_lock(lock_of(*decisions)) == format_lock(lock_of(*reversed(decisions)))


def test_what_is_here_already_is_locked_as_what_is_not() -> None:
    absent, here = (
        decide("zlib", "zlib1g-dev", version="1.2.13", source=source, ecosystem=ecosystem)
        for source, ecosystem in (("apt", "debian+12"), (HERE, "debian"))
    )
    assert lock_of(absent) == lock_of(here)


def test_packages_of_another_ecosystem_and_of_none() -> None:
    lock = lock_of(
        decide("cmake", "cmake", phase="build", ecosystem="conda-forge", source="conda"),
        decide("dep:virtual/capability/gpu", phase="run", ecosystem="", source=HERE),
    )
    (target,) = lock.targets
    assert [(entry.ecosystem, entry.packages) for entry in target.entries] == [("conda-forge", ("cmake",)), ("", ())]


def test_who_asks_for_what_range_once_each() -> None:
    twice = decide("zlib", "zlib1g-dev", by=("spam", "/home/alice/spam", "eggs"), bounds=">=1.2,<2")
    aliased = replace(twice, asks=(*twice.asks, Ask(requirement="dep:generic/libz@1.3", requested_by="eggs")))
    (target,) = lock_of(aliased).targets
    assert target.entries[0].requirements == (
        LockedRequirement(by="eggs", range="==1.3"),
        LockedRequirement(by="eggs", range=">=1.2,<2"),
        LockedRequirement(by="spam", range=">=1.2,<2"),
    )


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("lxml", "lxml"),
        ("--dep", "--dep"),
        ("spam 1.0", "spam 1.0"),
        (".", "."),
        ("./", "."),
        ("./dist/spam-1.0.tar.gz", "dist/spam-1.0.tar.gz"),
        ("dist\\spam-1.0.tar.gz", "dist/spam-1.0.tar.gz"),
        ("two\nlines", "two\N{REPLACEMENT CHARACTER}lines"),
        ("", "."),
        ("../spam", "../spam"),
        ("/home/alice/spam/", "spam"),
        ("/", "."),
        ("~/spam", "spam"),
        ("C:\\Users\\alice\\spam", "spam"),
        ("file:///home/alice/spam-1.0.tar.gz", "spam-1.0.tar.gz"),
        ("https://alice:secret@example.org/spam-1.0.whl?token=secret#sha256=0", "spam-1.0.whl"),
        ("spam @ https://alice:secret@example.org/spam-1.0.whl", "spam"),
    ],
)
def test_a_subject_is_called_the_same_everywhere(subject: str, written: str) -> None:
    assert format_subject(subject) == written


def test_what_cannot_be_met_cannot_be_locked() -> None:
    def unmet(name: str, by: str, reason: str) -> Unmet:
        requirement = f"dep:generic/{name}@>=99"
        ask = Ask(requirement=requirement, requested_by=by)
        return Unmet(identifier=f"dep:generic/{name}", phase="host", ask=ask, reason=reason)

    plans = [
        plan_of(unmet=(unmet("gdal", "/srv/spam", "no version is in its range"),)),
        plan_of(ecosystem="fedora+42", unmet=(unmet("proj", "eggs", "nobody has it"),)),
        plan_of(ecosystem=""),
    ]
    with pytest.raises(UnsatisfiableError) as caught:
        make_lock(plans, {})
    assert str(caught.value) == (
        "3 requirements cannot be met, and what cannot be met cannot be locked\n"
        "debian+12: dep:generic/gdal@>=99 (host), for spam: no version is in its range\n"
        "fedora+42: dep:generic/proj@>=99 (host), for eggs: nobody has it\n"
        "Some Linux: no ecosystem is known for it"
    )
    assert caught.value.hint == "nothing was written; `extdeps plan --target` tells what can be met"
    assert caught.value.exit_code == 4


def test_a_target_twice() -> None:
    with pytest.raises(UsageError) as caught:
        make_lock([plan_of(), plan_of()], {"debian+12": DIGEST})
    assert str(caught.value) == "`debian+12` cannot be locked twice"
    assert caught.value.hint == "name each target once"
