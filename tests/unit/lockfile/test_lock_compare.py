"""Drift: what is told, and what is none."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue, MappingChoice
from extdeps.catalog.ecosystem import Ecosystem, parse_ecosystem
from extdeps.errors import UnlockedError
from extdeps.lockfile.compare import Supply, check_locked, compare
from extdeps.lockfile.difference import compare_locks
from extdeps.lockfile.targets import find_target
from extdeps.model.evidence import Evidence, Finding, Report, Status
from extdeps.model.lock import Lock, LockedEntry, LockedTarget
from extdeps.model.requirement import parse_requirement
from extdeps.resources import shipped_directory
from support.locks import BLAS, DIGEST, LOCK, ZLIB, decide, lock_of


def find(
    text: str, *by: str, status: Status = "satisfied", version: str = "", packages: tuple[str, ...] = ()
) -> Finding:
    requirement = parse_requirement(text)
    evidence = Evidence(kind="pkg-config", name="x", location="/usr/lib/pkgconfig/x.pc", version=version)
    return Finding(
        requirement=requirement,
        identifier=requirement.url.identifier,
        phase="host",
        status=status,
        evidence=(evidence,) if status in ("satisfied", "wrong-version") else (),
        requested_by=by or ("spam",),
        packages=(("debian+12", packages),) if packages else (),
    )


ASKED = (
    find("zlib>=1.2", "/home/alice/spam", version="1.2.13"),
    find("zlib", "eggs", version="1.2.13"),
    find("dep:virtual/interface/blas"),
)


def same(entry: LockedEntry) -> Supply:
    return Supply(provider=entry.provider, packages=entry.packages)


def drifts_of(*findings: Finding, supply: Supply | None = None) -> list[str]:
    target = LockedTarget(ecosystem="debian+12", mapping=DIGEST, entries=(ZLIB, BLAS))
    found = compare(
        target, Report(findings=findings), lambda entry: supply if supply and entry == ZLIB else same(entry)
    )
    return [str(drift) for drift in found]


def test_nothing_has_drifted() -> None:
    assert drifts_of(*ASKED) == []
    assert drifts_of(*reversed(ASKED)) == []


def test_missing_is_no_drift() -> None:
    assert drifts_of(*(replace(finding, status="missing", evidence=()) for finding in ASKED)) == []


def test_asked_for_more_and_less() -> None:
    assert drifts_of(*ASKED[:2], find("gdal>=3.4", "spam", "eggs"), find("aalib", status="not-applicable")) == [
        "dep:generic/gdal (host): not locked, asked for >=3.4 by eggs, >=3.4 by spam",
        "dep:virtual/interface/blas (host): no longer asked for, locked for any version by spam",
    ]


def test_a_marker_that_is_false_here_leaves_nothing_out() -> None:
    blas = find("dep:virtual/interface/blas; os_name == 'nt'", status="not-applicable")
    assert drifts_of(*ASKED[:2], blas) == []


def test_another_range_and_another_who_asks() -> None:
    locked = "locked for any version by eggs, >=1.2 by spam"
    assert drifts_of(find("zlib>=1.3", version="1.2.13"), *ASKED[1:]) == [
        f"dep:generic/zlib (host): asked for any version by eggs, >=1.3 by spam, {locked}"
    ]
    assert drifts_of(*ASKED, find("zlib", "ham")) == [
        f"dep:generic/zlib (host): asked for any version by eggs, any version by ham, >=1.2 by spam, {locked}"
    ]


@pytest.mark.parametrize(
    ("version", "status", "drift"),
    [
        ("1.3.1", "satisfied", ["dep:generic/zlib (host): version 1.3.1, locked 1.2.13"]),
        ("1.1", "wrong-version", ["dep:generic/zlib (host): version 1.1, locked 1.2.13"]),
        ("1.2.13.0", "satisfied", []),
        ("", "satisfied", []),
    ],
)
def test_version(version: str, status: Status, drift: list[str]) -> None:
    zlib = (find("zlib>=1.2", status=status, version=version), find("zlib", "eggs", status=status, version=version))
    assert drifts_of(*zlib, ASKED[2]) == drift


def test_a_later_version_is_settled_where_the_data_still_have_the_locked_one() -> None:
    target = LockedTarget(ecosystem="debian+12", mapping=DIGEST, entries=(ZLIB,))
    for now, version, settled in (("1.2.13", "1.3.1", True), ("1.2.13", "1.2.12", False), ("1.3", "1.3.1", False)):
        findings = (find("zlib>=1.2", version=version), find("zlib", "eggs", version=version))
        supply = Supply(provider=ZLIB.provider, packages=ZLIB.packages, version=now)
        (drift,) = compare(target, Report(findings=findings), {ZLIB: supply}.__getitem__)
        assert (drift.kind, drift.is_settled) == ("version", settled)


def test_versions_that_need_not_be_of_the_ecosystem() -> None:
    """The Python that decides may be any, and a virtual may be answered by another provider than the locked one."""
    python = replace(ZLIB, identifier="dep:generic/python", provider="dep:generic/python")
    compiler = replace(BLAS, version="0.3.21")
    target = LockedTarget(ecosystem="debian+12", mapping=DIGEST, entries=(python, compiler))
    findings = (
        find("python>=1.2", version="3.13.1"),
        find("python", "eggs", version="3.13.1"),
        find("dep:virtual/interface/blas", version="3.9"),
    )
    assert compare(target, Report(findings=findings), same) == ()


def test_a_project_is_called_what_it_calls_itself() -> None:
    findings = (find("zlib>=1.2", "../spam"), find("zlib", "/srv/eggs-1.0.tar.gz"), ASKED[2])
    report = Report(findings=findings, projects=(("../spam", "spam"), ("/srv/eggs-1.0.tar.gz", "eggs")))
    assert compare(LockedTarget(ecosystem="debian+12", mapping=DIGEST, entries=(ZLIB, BLAS)), report, same) == ()


@pytest.mark.parametrize(
    ("supply", "drift"),
    [
        (("dep:generic/zlib", ("zlib-ng-dev", "zlib1g-dev")), "packages zlib-ng-dev zlib1g-dev, locked zlib1g-dev"),
        (("dep:generic/zlib", ()), "packages none, locked zlib1g-dev"),
        (("dep:generic/zlib-ng", ("zlib1g-dev",)), "provider dep:generic/zlib-ng, locked dep:generic/zlib"),
        (("dep:generic/zlib", None), ""),
    ],
)
def test_what_the_data_says_now(supply: tuple[str, tuple[str, ...] | None], drift: str) -> None:
    found = drifts_of(*ASKED, supply=Supply(provider=supply[0], packages=supply[1]))
    assert found == ([f"dep:generic/zlib (host): {drift}"] if drift else [])


def test_packages_that_the_check_has_looked_up() -> None:
    unmapped = Supply(provider="dep:generic/zlib", packages=None)
    for packages, drift in (
        (("zlib1g-dev",), []),
        (("zlib-dev",), ["dep:generic/zlib (host): packages zlib-dev, locked zlib1g-dev"]),
        ((), ["dep:generic/zlib (host): packages none, locked zlib1g-dev"]),
    ):
        missing = (
            find("zlib>=1.2", status="missing", packages=packages),
            find("zlib", "eggs", status="missing", packages=packages),
        )
        assert drifts_of(*missing, ASKED[2], supply=unmapped) == drift


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory of two ecosystems, in which a virtual has two providers."""
    definitions = [
        {"id": "dep:generic/zlib"},
        {"id": "dep:virtual/interface/blas"},
        {"id": "dep:generic/blas", "provides": ["dep:virtual/interface/blas"]},
        {"id": "dep:generic/openblas", "provides": ["dep:virtual/interface/blas"]},
    ]
    write(tmp_path / "registry.json", {"schema_version": 1, "definitions": definitions})
    write(tmp_path / "debian+12.mapping.json", mapping_of(zlib="zlib1g-dev"))
    write(tmp_path / "debian.mapping.json", mapping_of(zlib="zlib-dev", blas="libblas-dev", openblas="libopenblas-dev"))
    return tmp_path


def write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document))


def mapping_of(**packages: str) -> dict[str, object]:
    entries = [{"id": f"dep:generic/{name}", "specs": spec} for name, spec in packages.items()]
    return {"name": "debian", "mappings": entries, "package_managers": []}


def catalogue_of(data: Path, choice: MappingChoice | None = None) -> Catalogue:
    return Catalogue((str(data),), choice)


BOOKWORM = Ecosystem(name="debian", release="12")


def lock_with(data: Path) -> Lock:
    return lock_of(
        decide("zlib", "zlib1g-dev"),
        decide("dep:virtual/interface/blas", "libopenblas-dev", provider="dep:generic/openblas"),
        digest=catalogue_of(data).mapping_digest(BOOKWORM),
    )


REPORT = Report(findings=(find("zlib"), find("dep:virtual/interface/blas")))


def test_against_a_catalogue(data: Path) -> None:
    """The provider is the resolver's choice, not the first of the registry, as long as it is one at all."""
    lock = lock_with(data)
    found = check_locked(REPORT, lock, BOOKWORM, catalogue_of(data), "extdeps.lock")
    assert (found.drifts, found.has_same_mapping, found.target) == ((), True, "debian+12")
    registry = (data / "registry.json").read_text()
    (data / "registry.json").write_text(registry.replace('openblas", "provides"', 'openblas", "provided"'))
    write(data / "debian+12.mapping.json", mapping_of(zlib="zlib-ng-dev"))
    found = check_locked(REPORT, lock, BOOKWORM, catalogue_of(data), "extdeps.lock")
    assert not found.has_same_mapping
    assert [str(drift) for drift in found.drifts] == [
        "dep:generic/zlib (host): packages zlib-ng-dev, locked zlib1g-dev",
        "dep:virtual/interface/blas (host): provider dep:generic/blas, locked dep:generic/openblas",
    ]


def test_another_digest_alone_is_no_drift(data: Path) -> None:
    lock = lock_with(data)
    write(data / "debian+12.mapping.json", mapping_of(zlib="zlib1g-dev", xz="liblzma-dev"))
    found = check_locked(REPORT, lock, BOOKWORM, catalogue_of(data), "extdeps.lock")
    assert (found.drifts, found.has_same_mapping) == ((), False)


def test_the_wider_target_is_compared_with_its_own_mapping(data: Path) -> None:
    lock = lock_of(decide("zlib", "zlib-dev"), ecosystem="debian")
    found = check_locked(Report(findings=(find("zlib"),)), lock, BOOKWORM, catalogue_of(data), "extdeps.lock")
    assert (found.drifts, found.target) == ((), "debian")


def test_the_digest_is_that_of_all_documents(data: Path) -> None:
    def digest_of(*lines: tuple[str, Path]) -> str:
        text = "".join(f"{role} {sha256(path.read_bytes()).hexdigest()}\n" for role, path in lines)
        return f"sha256:{sha256(text.encode()).hexdigest()}"

    release, family = data / "debian+12.mapping.json", data / "debian.mapping.json"
    own = data / "own.mapping.json"
    write(own, mapping_of(zlib="my-zlib"))
    overlaid = (("overlay", release), ("overlay", family))
    for choice, lines in (
        (MappingChoice(), overlaid),
        (MappingChoice(use=str(own)), (("overlay", own),)),
        (MappingChoice(patch=(str(own),)), (("overlay", own), *overlaid)),
        (MappingChoice(extend=(str(own),)), (*overlaid, ("extend", own))),
    ):
        assert catalogue_of(data, choice).mapping_digest(BOOKWORM) == digest_of(*lines)
    assert catalogue_of(data).mapping_digest(Ecosystem(name="debian", release="13")) == digest_of(("overlay", family))
    assert catalogue_of(data).mapping_digest(Ecosystem(name="plan9")) == digest_of()


def test_the_shipped_data_has_the_digest_wherever_it_lies(tmp_path: Path) -> None:
    for name in ("debian.mapping.json", "debian+12.mapping.json"):
        (tmp_path / name).write_bytes((Path(shipped_directory()) / name).read_bytes())
    shipped = Catalogue((shipped_directory(),)).mapping_digest(BOOKWORM)
    assert Catalogue((str(tmp_path),)).mapping_digest(BOOKWORM) == shipped


@pytest.mark.parametrize(
    ("ecosystem", "target"), [("debian+12", "debian+12"), ("debian+12.5", "debian+12"), ("fedora+42", "fedora")]
)
def test_the_target_of_a_machine(ecosystem: str, target: str) -> None:
    assert find_target(LOCK, parse_ecosystem(ecosystem), "extdeps.lock").ecosystem == target


@pytest.mark.parametrize(
    ("lock", "ecosystem", "text", "hint"),
    [
        (
            LOCK,
            Ecosystem(name="debian", release="13"),
            "`extdeps.lock` has no target for `debian+13`\nit has debian+12, fedora",
            "the nearest is `debian+12`; `extdeps lock --target debian+13` locks it",
        ),
        (
            LOCK,
            Ecosystem(name="arch"),
            "`extdeps.lock` has no target for `arch`\nit has debian+12, fedora",
            "`extdeps lock --target arch` locks it",
        ),
        (
            Lock(targets=()),
            Ecosystem(name="arch"),
            "`extdeps.lock` has no target for `arch`\nit has none",
            "`extdeps lock --target arch` locks it",
        ),
        (
            LOCK,
            None,
            "`extdeps.lock` has no target for a system whose ecosystem is not known\nit has debian+12, fedora",
            "choose one of its targets with `--target`",
        ),
    ],
)
def test_no_target_for_a_machine(lock: Lock, ecosystem: Ecosystem | None, text: str, hint: str) -> None:
    with pytest.raises(UnlockedError) as caught:
        find_target(lock, ecosystem, "extdeps.lock")
    assert (str(caught.value), caught.value.hint) == (text, hint)
    assert (caught.value.code, caught.value.exit_code) == ("no-locked-target", 3)


def test_the_difference_of_two_locks() -> None:
    old = lock_of(
        decide("zlib", "zlib1g-dev", version="1.2.13"),
        decide("gdal", "libgdal-dev", bounds=">=3.4"),
        decide("dep:virtual/interface/blas", "libblas-dev", provider="dep:generic/blas"),
    )
    new = lock_of(
        decide("zlib", "zlib1g-dev", version="1.3.1"),
        decide("proj", "libproj-dev", version="9.1.1"),
        decide("dep:virtual/interface/blas", "libopenblas-dev", provider="dep:generic/openblas"),
        digest="sha256:" + 64 * "b",
    )
    assert [(change.kind, change.identifier, change.before, change.after) for change in compare_locks(old, new)] == [
        ("changed", "", "mapping sha256:aaaaaaaaaaaa", "mapping sha256:bbbbbbbbbbbb"),
        ("removed", "dep:generic/gdal", "packages libgdal-dev; for >=3.4 by spam", ""),
        ("added", "dep:generic/proj", "", "packages libproj-dev; version 9.1.1; for any version by spam"),
        ("changed", "dep:generic/zlib", "version 1.2.13", "version 1.3.1"),
        (
            "changed",
            "dep:virtual/interface/blas",
            "provider dep:generic/blas; packages libblas-dev",
            "provider dep:generic/openblas; packages libopenblas-dev",
        ),
    ]
    assert compare_locks(old, old) == ()
    assert [change.kind for change in compare_locks(None, new)] == ["added"] * 4
