"""Which driver runs what a toolkit has built, row by row, and on which GPU."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.accelerator.compatibility import can_build_for, check_driver, find_api, runs_on
from extdeps.catalog.compatibility import load_compatibility
from extdeps.errors import DocumentError
from support.checks import CATALOGUE

TABLE = CATALOGUE.compatibility
FLOORS = [
    # toolkit, rule, Linux, one below it, Windows
    ("8.0", "exact", "375.26", "375.20", "376.51"),
    ("9.0", "exact", "384.81", "384.80", "385.54"),
    ("9.1", "exact", "390.46", "390.30", "391.29"),
    ("9.2", "exact", "396.26", "396.24", "397.44"),
    ("10.0", "exact", "410.48", "410.40", "411.31"),
    ("10.1", "exact", "418.39", "418.30", "418.96"),
    ("10.2", "exact", "440.33", "440.31", "441.22"),
    ("11", "minor-version", "450.80.02", "450.80.01", "452.39"),
    ("12", "minor-version", "525.60.13", "525.60.12", "528.33"),
    ("13", "minor-version", "580", "579.99", "580"),
]


def test_every_row_is_tested() -> None:
    assert [(row.version, row.rule, row.linux, row.windows) for row in TABLE.toolkits] == [
        (version, rule, linux, windows) for version, rule, linux, _, windows in FLOORS
    ]
    assert all(row.source.startswith("https://docs.nvidia.com/") for row in TABLE.toolkits)


@pytest.mark.parametrize(("toolkit", "rule", "linux", "below", "windows"), FLOORS)
def test_the_oldest_driver(toolkit: str, rule: str, linux: str, below: str, windows: str) -> None:
    built = toolkit if "." in toolkit else f"{toolkit}.3"
    at, under = check_driver(built, TABLE, driver=linux), check_driver(built, TABLE, driver=below)
    assert (at.answer, at.rule, at.needed) == (True, rule, linux)
    assert (under.answer, under.note) == (False, f"it needs driver {linux}, and there is {below}")
    assert check_driver(built, TABLE, driver=windows, system="Windows").answer is True
    assert check_driver(built, TABLE, driver=windows, system="Windows").needed == windows


def test_a_newer_minor_than_the_driver_knows() -> None:
    """The runtime of 12.8 runs with a driver that supports 12.2, unless it compiles PTX."""
    assert check_driver("12.8", TABLE, driver="535.54.03", api="12.2").answer is True
    strict = check_driver("12.8", TABLE, driver="535.54.03", api="12.2", needs_exact=True)
    assert (strict.answer, strict.rule, strict.note) == (False, "newer-api", "it needs CUDA 12.8, and there is 12.2")
    assert check_driver("12.2", TABLE, driver="535.54.03", needs_exact=True).answer is True


def test_only_the_version_of_cuda_is_known() -> None:
    assert check_driver("12.8", TABLE, api="12.0").answer is True
    assert check_driver("12.8", TABLE, api="11.8").answer is False
    assert check_driver("10.2", TABLE, api="10.1").answer is False
    assert check_driver("12.8", TABLE).note == "it needs driver 525.60.13, and the driver's version is not known"
    assert check_driver("7.5", TABLE, driver="999").note == "nothing is known of CUDA 7.5"


@pytest.mark.parametrize(("cuda", "first"), TABLE.first_driver.items())
def test_what_a_driver_supports(cuda: str, first: str) -> None:
    assert find_api(first, TABLE) == cuda


def test_what_an_unknown_driver_supports() -> None:
    assert find_api("", TABLE) == ""
    assert find_api("300.1", TABLE) == ""
    assert find_api("999", TABLE) == list(TABLE.first_driver)[-1]


@pytest.mark.parametrize(
    ("target", "capability", "answer"),
    [
        ("8.0", "8.0", True),
        ("8.0", "8.9", True),
        ("sm_86", "8.0", False),
        ("sm_80", "9.0", False),
        ("8.0+PTX", "9.0", True),
        ("compute_80", "12.0", True),
        ("compute_90", "8.9", False),
        ("9.0a", "9.0", True),
        ("9.0a", "9.1", False),
        ("9.0a+PTX", "10.0", False),
        ("10.0f", "10.3", True),
        ("10.3f", "10.0", False),
        ("10.0f", "12.0", False),
        ("sm_120", "12.1", True),
        ("gfx90a", "8.0", None),
        ("8.0", "new", None),
    ],
)
def test_what_runs_where(target: str, capability: str, answer: bool | None) -> None:
    assert runs_on(target, capability) is answer


@pytest.mark.parametrize(
    ("toolkit", "capability", "answer"),
    [("13.0", "7.0", False), ("13.0", "7.5", True), ("12.9", "7.0", True), ("12.0", "3.7", False),
     ("11.8", "3.5", True), ("7.5", "3.5", None)],
)  # fmt: skip
def test_what_a_toolkit_builds_for(toolkit: str, capability: str, answer: bool | None) -> None:
    assert can_build_for(toolkit, capability, TABLE) is answer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "`{path}` cannot be read"),
        ("schema_version = 2", "`{path}` is of schema version 2; this extdeps reads 1"),
        ("schema_version = 1\n[[cuda-toolkit]]\nversion = 12", "`{path}`: `cuda-toolkit[0]`: `version` is not a text"),
        (
            'schema_version = 1\n[[cuda-toolkit]]\nversion = "1"\nrule = "x"\nlinux = "1"\nwindows = "1"\n'
            'oldest = "1"\nsource = ""',
            "`{path}`: `cuda-toolkit[0]`: `rule` is neither exact nor minor-version",
        ),
    ],
)
def test_a_wrong_table(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "compatibility.toml"
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        load_compatibility(str(path))
    assert caught.value.message == message.format(path=path)
