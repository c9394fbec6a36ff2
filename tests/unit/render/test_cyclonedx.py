"""A bill of materials, by the validator and the reader of CycloneDX."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from extdeps.model.evidence import InstallCommand
from extdeps.model.plan import HERE, Plan
from extdeps.model.step import Step
from extdeps.model.transaction import Change, Preview
from extdeps.render.formats.table import FORMATS
from support.plans import EMPTY, NASTY, PLAIN, SAMPLES, WITH_NASTY, WITH_UNMET, decide, make_plan


def render(plan: Plan) -> dict[str, Any]:
    text = FORMATS["cyclonedx"].render((plan,))
    assert text.endswith("}\n")
    assert text.isascii()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document: dict[str, Any] = json.loads(text)
    return document


def components(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The packages by package URL."""
    return {item["purl"]: item for item in document["components"] if "purl" in item}


def facts(item: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in item.get("properties", ()):
        found.setdefault(entry["name"].removeprefix("extdeps:"), []).append(entry["value"])
    return found


@pytest.mark.parametrize("plan", SAMPLES.values(), ids=SAMPLES)
def test_document_is_valid(plan: Plan) -> None:
    document = render(plan)
    for purl in components(document):
        assert PackageURL.from_string(purl).to_string() == purl
    read = Bom.from_json(data=document)  # type: ignore[attr-defined]
    assert {str(item.purl) for item in read.components if item.purl} == set(components(document))
    read.validate()


def test_packages() -> None:
    document = render(PLAIN)
    found = components(document)
    assert found["pkg:deb/debian/libproj-dev?distro=debian-12"] == {
        "type": "library",
        "bom-ref": "pkg:deb/debian/libproj-dev?distro=debian-12",
        "name": "libproj-dev",
        "scope": "required",
        "purl": "pkg:deb/debian/libproj-dev?distro=debian-12",
        "properties": [
            {"name": "extdeps:identifier", "value": "dep:generic/proj"},
            {"name": "extdeps:phase", "value": "host"},
            {"name": "extdeps:requirement", "value": "dep:generic/proj (host), for eggs"},
            {"name": "extdeps:requirement", "value": "dep:generic/proj@>=9 (host), for spam"},
            {"name": "extdeps:source", "value": "apt"},
            {"name": "extdeps:upstream-version", "value": "9.1.1"},
        ],
    }
    tool = found["pkg:deb/debian/pkgconf?distro=debian-12"]
    assert (tool["type"], tool["scope"]) == ("application", "excluded")
    assert document["dependencies"] == [
        {"ref": "subject:spam", "dependsOn": sorted(found)},
        {"ref": "subject:eggs", "dependsOn": ["pkg:deb/debian/libproj-dev?distro=debian-12"]},
    ]
    assert [item["name"] for item in document["components"][:2]] == ["spam", "eggs"]


def test_what_is_here_is_not_said_to_come_from_a_package() -> None:
    document = render(PLAIN)
    (here,) = (item for purl, item in components(document).items() if purl.startswith("pkg:generic/"))
    assert (here["purl"], here["name"], here["version"]) == ("pkg:generic/gcc@12.2", "gcc", "12.2")
    stated = facts(here)
    assert stated["source"] == ["here"]
    assert stated["identifier"] == ["dep:virtual/compiler/c"]
    assert stated["provider"] == ["dep:generic/gcc"]
    assert stated["supplied-by"] == ["pkg:deb/debian/gcc?distro=debian-12"]


def test_a_capability_is_what_it_is() -> None:
    driver = decide("driver", "run", source=HERE, ecosystem="", version="550.1")
    virtual = decide("dep:virtual/compiler/c", "build", source=HERE, ecosystem="")
    found = components(render(make_plan(driver, virtual)))
    assert list(found) == ["pkg:generic/driver@550.1", "pkg:generic/virtual/compiler/c"]


def test_one_subject_is_what_the_bill_is_about() -> None:
    metadata = render(WITH_UNMET)["metadata"]
    assert metadata["tools"] == {"components": [{"type": "application", "name": "extdeps"}]}
    # one more asks for what cannot be met, so that there are two
    assert "component" not in metadata
    metadata = render(replace(WITH_UNMET, unmet=(), subjects=(("spam", "spam 1.0, sdist"),)))["metadata"]
    assert metadata["component"] == {
        "type": "application",
        "bom-ref": "subject:spam",
        "name": "spam",
        "properties": [{"name": "extdeps:taken", "value": "spam 1.0, sdist"}],
    }


def test_what_is_left_out_is_said() -> None:
    document = render(WITH_UNMET)
    assert facts(document["metadata"]) == {
        "ecosystem": ["debian+12"],
        "verified": ["true"],
        "note": ["versions are as of today"],
        "unmet": ["dep:generic/libeggs@>=9 (run), for libeggs: nobody has libeggs; detail libeggs; remedy libeggs"],
    }
    assert document["compositions"] == [{"aggregate": "incomplete", "dependencies": ["subject:libeggs"]}]


def test_a_package_stands_once() -> None:
    plan = make_plan(
        decide("cc", "build", "gcc"), decide("libgcc", "run", "gcc", asks=(("", "eggs"),)), decide("x", "run", "a", "b")
    )
    found = components(render(plan))
    assert list(found) == [f"pkg:deb/debian/{name}?distro=debian-12" for name in ("a", "b", "gcc")]
    merged = found["pkg:deb/debian/gcc?distro=debian-12"]
    assert (merged["type"], merged["scope"]) == ("library", "required")
    assert facts(merged)["phase"] == ["build", "run"]


def test_version_of_a_package() -> None:
    """The manager's own where its preview tells it; that of the library only where packages have no other."""
    command = InstallCommand(manager="apt", ecosystem="debian+12", argv=("apt-get",), packages=("libproj-dev",))
    changes = (
        Change(kind="remove", package="libold", before="1"),
        Change(kind="install", package="libproj-dev", after="9.1.1-1+b1"),
    )
    step = Step(kind="install", command=command, preview=Preview(changes=changes))
    plan = make_plan(
        decide("proj", "host", "libproj-dev", ecosystem="debian", version="9.1.1"),
        decide("old", "host", "libold", version="1"),
        decide("gdal", "run", "libgdal", source="conda", ecosystem="conda-forge", version="3.11.0"),
        decide("more", "run", "one", "two", source="conda", ecosystem="conda-forge", version="2.0"),
        steps=(step, replace(step, kind="refresh", preview=None)),
    )
    document = render(plan)
    found = components(document)
    assert set(found) == {
        "pkg:deb/debian/libproj-dev@9.1.1-1%2Bb1?distro=debian-12",
        "pkg:deb/debian/libold?distro=debian-12",
        "pkg:conda/libgdal@3.11.0?channel=conda-forge",
        "pkg:conda/one?channel=conda-forge",
        "pkg:conda/two?channel=conda-forge",
    }
    assert found["pkg:deb/debian/libproj-dev@9.1.1-1%2Bb1?distro=debian-12"]["version"] == "9.1.1-1+b1"
    assert "version" not in found["pkg:deb/debian/libold?distro=debian-12"]


def test_text_of_others_stays_text() -> None:
    document = render(WITH_NASTY)
    assert document["metadata"]["component"]["name"] == NASTY
    assert document["dependencies"][0]["ref"] == f"subject:{NASTY}"
    here = make_plan(decide("proj", "run", source=HERE, version=NASTY))
    (purl,) = components(render(here))
    assert PackageURL.from_string(purl).version == NASTY


def test_nothing_at_all() -> None:
    document = render(EMPTY)
    assert (document["components"], document["dependencies"]) == ([], [])
    assert "compositions" not in document


def test_same_plan_same_file() -> None:
    bill = FORMATS["cyclonedx"]
    turned = replace(PLAIN, decisions=PLAIN.decisions[::-1])
    assert bill.render((PLAIN,)) == bill.render((PLAIN,)) == bill.render((turned,))
