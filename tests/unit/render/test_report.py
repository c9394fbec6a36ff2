"""The text of a report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extdeps.model.evidence import Evidence, Finding, InstallCommand, Report, Status
from extdeps.model.requirement import parse_requirement
from extdeps.render.report import render_report


def finding(text: str, status: Status, **other: object) -> Finding:
    requirement = parse_requirement(text)
    values: dict[str, object] = {"phase": "host", "requested_by": ("lxml",), **other}
    return Finding(requirement=requirement, identifier=requirement.url.identifier, status=status, **values)  # type: ignore[arg-type]


def module(name: str, version: str) -> Evidence:
    return Evidence(kind="pkg-config", name=name, location=f"/usr/lib/pkgconfig/{name}.pc", version=version)


HEADER = Evidence(kind="header", name="x.h", location="/usr/include/x.h")
EVERY = (
    finding("libxml2>=2.9", "satisfied", evidence=(module("libxml-2.0", "2.14.5"), HEADER), note="an aside"),
    finding("libxslt>=1.1", "missing"),
    finding("dep:generic/zlib@>=2", "wrong-version", evidence=(module("zlib", "1.3.1"),), note="1.3.1 is not >=2"),
    finding("x", "incomplete", evidence=(HEADER,), note="only the headers found, without a library to link against"),
    finding("dep:virtual/compiler/c", "unknown", phase="build", note="its version is not known: >=4 is undecided"),
    finding("libjpeg", "not-applicable", phase="run", note="its marker does not hold: sys_platform == 'win32'"),
    finding("nosuch", "missing", requested_by=("a", "b"), note="no registry knows `dep:generic/nosuch`"),
)
INSTALL = InstallCommand(
    manager="apt",
    ecosystem="debian+13",
    argv=("apt-get", "install", "libxslt1-dev", "a b"),
    packages=("libxslt1-dev", "a b"),
    elevation="sudo",
)
UPDATE = InstallCommand(manager="apt", ecosystem="debian+13", argv=("apt-get", "update"), packages=(), elevation="sudo")
REPORT = Report(
    findings=EVERY,
    commands=(UPDATE, INSTALL),
    notes=("no package of debian+13 is known for nosuch", "b\x1bad"),
    subjects=(("lxml", "lxml-6.0.0.tar.gz"), ("a", ""), ("b", ""), ("six", "six-1.17.0-py3-none-any.whl"), ("odd", "")),
    undeclared=("odd",),
)


def text_of(report: Report, *, verbose: bool = False, quiet: bool = False) -> str:
    lines = render_report(report, verbose=verbose, quiet=quiet)
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


def test_every_status() -> None:
    assert (
        text_of(REPORT)
        == """\
lxml  lxml-6.0.0.tar.gz
  ✓  libxml2>=2.9            host   2.14.5 at /usr/lib/pkgconfig/libxml-2.0.pc
  ✗  libxslt>=1.1            host   missing
  ✗  zlib>=2                 host   wrong version: 1.3.1 is not >=2 (1.3.1 at /usr/lib/pkgconfig/zlib.pc)
  ✗  x                       host   incomplete: only the headers found, without a library to link against \
(header at /usr/include/x.h)
  ?  dep:virtual/compiler/c  build  unknown: its version is not known: >=4 is undecided

a, b
  ✗  nosuch  host  missing: no registry knows `dep:generic/nosuch`

six  six-1.17.0-py3-none-any.whl
  ✓  nothing external is needed

note: no package of debian+13 is known for nosuch
note: b\N{REPLACEMENT CHARACTER}ad

To get what is missing:

    sudo apt-get update && sudo apt-get install libxslt1-dev 'a b'

6 external requirements: 1 satisfied, 2 missing, 1 wrong version, 1 incomplete, 1 unknown."""
    )


def test_verbose() -> None:
    lines = text_of(REPORT, verbose=True).splitlines()
    assert lines[1] == (
        "  ✓  libxml2>=2.9            host   "
        "2.14.5 at /usr/lib/pkgconfig/libxml-2.0.pc, header at /usr/include/x.h; an aside"
    )
    assert lines[6] == "  -  libjpeg                 run    its marker does not hold: sys_platform == 'win32'"


def test_quiet() -> None:
    assert (
        text_of(REPORT, quiet=True)
        == """\
lxml  lxml-6.0.0.tar.gz
  ✗  libxslt>=1.1  host  missing
  ✗  zlib>=2       host  wrong version: 1.3.1 is not >=2 (1.3.1 at /usr/lib/pkgconfig/zlib.pc)
  ✗  x             host  incomplete: only the headers found, without a library to link against \
(header at /usr/include/x.h)

a, b
  ✗  nosuch  host  missing: no registry knows `dep:generic/nosuch`

To get what is missing:

    sudo apt-get update && sudo apt-get install libxslt1-dev 'a b'
"""
    )


def test_quiet_says_nothing_where_nothing_is_to_be_done() -> None:
    satisfied = Report(findings=EVERY[:1], notes=("a note",), subjects=(("lxml", ""), ("six", "")))
    assert text_of(satisfied, quiet=True) == ""


def test_all_satisfied() -> None:
    report = Report(findings=EVERY[:1], subjects=(("lxml", ""),))
    assert (
        text_of(report)
        == """\
lxml
  ✓  libxml2>=2.9  host  2.14.5 at /usr/lib/pkgconfig/libxml-2.0.pc

1 external requirement, all satisfied."""
    )


def test_a_machine_that_was_not_probed() -> None:
    packages = (("fedora", ("libxml2-devel",)), ("fedora", ("gcc", "glibc-devel")))
    report = Report(
        findings=(
            finding("libxml2", "unknown", packages=packages, note="not probed"),
            finding("odd", "unknown", note="no package of fedora is known"),
            finding("libjpeg", "not-applicable", note="its marker does not hold"),
        ),
        commands=(InstallCommand(manager="dnf", ecosystem="fedora", argv=("dnf", "install", "x"), packages=("x",)),),
        subjects=(("lxml", ""),),
        probed=False,
    )
    assert (
        text_of(report, verbose=True)
        == """\
lxml
  •  libxml2  host  libxml2-devel gcc glibc-devel
  •  odd      host  no package of fedora is known
  -  libjpeg  host  its marker does not hold

To get it there:

    dnf install x

3 external requirements, for a machine that was not probed."""
    )


def test_a_satisfied_name_that_no_registry_knows_says_so() -> None:
    unregistered = replace(EVERY[0], registered=False, note="no registry knows it")
    line = text_of(Report(findings=(unregistered,))).splitlines()[1]
    assert line == "  ✓  libxml2>=2.9  host  2.14.5 at /usr/lib/pkgconfig/libxml-2.0.pc; no registry knows it"


def test_texts_of_others_are_made_harmless() -> None:
    evil = Evidence(kind="library", name="x", location="/x\x1b[2J", version="1\n2")
    report = Report(
        findings=(finding("x", "missing", requested_by=("a\x07",), evidence=(evil,), note="b\rc"),),
        subjects=(("a\x07", "d\x00"), ("e\x1b", "f\x1b")),
    )
    text = text_of(report)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.splitlines()[1] == "  ✗  x  host  missing: b\ufffdc (1\ufffd2 at /x\ufffd[2J)"


@pytest.mark.parametrize(
    ("report", "summary"),
    [
        (Report(findings=()), "Nothing external is needed."),
        (Report(findings=(), undeclared=("odd",)), "Nothing is known about what is needed."),
        (Report(findings=EVERY[5:6]), "Nothing external is needed on this machine."),
        (Report(findings=EVERY[:1] + EVERY[5:6]), "1 external requirement, all satisfied."),
        (Report(findings=EVERY[:2]), "2 external requirements: 1 satisfied, 1 missing."),
        (Report(findings=EVERY[4:5]), "1 external requirement: 0 satisfied, 1 unknown."),
    ],
)
def test_the_summary(report: Report, summary: str) -> None:
    assert text_of(report).splitlines()[-1] == summary
