"""Names without a mapping: the whole report of derived specs, and what is never derived."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.checker import check
from extdeps.declaration.direct import declare
from extdeps.machine import describe_machine, gather_facts, retarget
from extdeps.model.evidence import Report
from extdeps.model.requirement import Phase
from extdeps.render.json import format_report
from extdeps.render.report import render_report
from support.documents import load_catalogue, write_catalogue
from support.recorded import RecordedHost

LISTS = "/var/lib/apt/lists"
CONTENTS = f"{LISTS}/deb.debian.org_debian_dists_bookworm_main_Contents-amd64"
ALL: tuple[Phase, ...] = ("build", "host", "run")
DEFINITIONS = [
    {"id": "dep:generic/known"},
    {"id": "dep:generic/unmapped"},
    {"id": "dep:generic/tool"},
    {"id": "dep:generic/none"},
    {"id": "dep:generic/python"},
    {"id": "dep:generic/blas", "provides": "dep:virtual/interface/blas"},
    {"id": "dep:virtual/interface/blas"},
]
PROBES = [
    {"id": "dep:generic/known", "pkg_config": ["known"]},
    {"id": "dep:generic/unmapped", "pkg_config": ["unmapped-2.0", "unmapped"], "libraries": ["u"], "executables": []},
    {"id": "dep:generic/tool", "executables": ["tool", "tool2"]},
    {"id": "dep:generic/none", "pkg_config": ["none"]},
    {"id": "dep:generic/python", "pkg_config": ["python3"]},
    {"id": "dep:generic/blas", "pkg_config": ["blas"]},
]
MAPPED = [{"id": "dep:generic/known", "specs": ["known-dev"]}, {"id": "dep:generic/none", "specs": []}]
ECOSYSTEMS = ("fedora", "opensuse", "alpine", "debian", "arch", "conda-forge")
RELEASES = {
    "fedora": "ID=fedora\n",
    "opensuse": "ID=opensuse-leap\nID_LIKE='suse opensuse'\n",
    "alpine": "ID=alpine\n",
    "debian": "ID=debian\n",
}
PROGRAMS = {"fedora": "dnf", "opensuse": "zypper", "alpine": "apk", "debian": "apt-get"}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    mappings = dict.fromkeys(ECOSYSTEMS, MAPPED)
    return load_catalogue(write_catalogue(tmp_path, definitions=DEFINITIONS, probes=PROBES, mappings=mappings))


def host_of(ecosystem: str, **files: str) -> RecordedHost:
    """A bare machine of an ecosystem; further files of the lists of apt by the end of their name."""
    return RecordedHost(
        files={
            "/etc/os-release": RELEASES[ecosystem],
            f"{LISTS}/x_Packages": "",
            **{f"{LISTS}/x_dists_y_main_Contents-{name}": text for name, text in files.items()},
        },
        executables=[f"/usr/bin/{PROGRAMS[ecosystem]}"],
    )


def report_of(host: RecordedHost, catalogue: Catalogue, *texts: str, phases: tuple[Phase, ...] = ()) -> Report:
    machine = describe_machine(host, catalogue.ecosystems())
    return check([declare(texts, catalogue, phases)], machine, catalogue)


def target_of(ecosystem: str, catalogue: Catalogue, *texts: str, phases: tuple[Phase, ...] = ()) -> Report:
    machine = retarget(describe_machine(host_of("debian"), catalogue.ecosystems()), Ecosystem(name=ecosystem))
    return check([declare(texts, catalogue, phases)], machine, catalogue)


def text_of(report: Report) -> str:
    lines = render_report(report, verbose=False, quiet=False)
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


def shells(report: Report) -> list[str]:
    return [str(command) for command in report.commands]


def test_the_report_of_fedora(catalogue: Catalogue) -> None:
    report = report_of(host_of("fedora"), catalogue, "known", "unmapped", "tool", "gtk+-9", "none")
    assert (
        text_of(report)
        == """\
--dep
  ✗  tool      build  missing: `/usr/bin/tool` is derived: dnf decides whether it exists
  ✗  known     host   missing
  ✗  unmapped  host   missing: `pkgconfig(unmapped-2.0)` is derived: dnf decides whether it exists
  ✗  gtk+-9    host   missing: no registry knows `dep:generic/gtk+-9`; `pkgconfig(gtk+-9)` is derived: dnf decides \
whether it exists
  ✗  none      host   missing

note: no package of fedora is known for none

To get what is missing:

    dnf install known-dev && dnf install /usr/bin/tool 'pkgconfig(unmapped-2.0)' 'pkgconfig(gtk+-9)'

5 external requirements: 0 satisfied, 5 missing."""
    )


def test_the_report_of_alpine(catalogue: Catalogue) -> None:
    report = report_of(host_of("alpine"), catalogue, "unmapped", "tool")
    assert (
        text_of(report)
        == """\
--dep
  ✗  tool      build  missing: `cmd:tool` is derived: apk decides whether it exists
  ✗  unmapped  host   missing: `pc:unmapped-2.0` is derived: apk decides whether it exists

To get what is missing:

    apk update && apk add cmd:tool pc:unmapped-2.0

2 external requirements: 0 satisfied, 2 missing."""
    )


def test_the_report_of_debian(catalogue: Catalogue) -> None:
    host = host_of(
        "debian",
        amd64="usr/bin/tool2 utils/tools\nusr/lib/x86_64-linux-gnu/pkgconfig/unmapped.pc libdevel/libu-dev\n",
        all="usr/bin/gtk+-9 x11/gtk9\n",
    )
    assert (
        text_of(report_of(host, catalogue, "known", "unmapped", "tool", "gtk+-9", "nosuch"))
        == """\
--dep
  ✗  tool      build  missing: `tools` is derived: it ships `/usr/bin/tool2`
  ✗  known     host   missing
  ✗  unmapped  host   missing: `libu-dev` is derived: it ships `/usr/lib/x86_64-linux-gnu/pkgconfig/unmapped.pc`
  ✗  gtk+-9    host   missing: no registry knows `dep:generic/gtk+-9`; `gtk9` is derived: it ships `/usr/bin/gtk+-9`
  ✗  nosuch    host   missing: no registry knows `dep:generic/nosuch`

note: no package of debian is known for nosuch

To get what is missing:

    apt-get install tools known-dev libu-dev gtk9

5 external requirements: 0 satisfied, 5 missing."""
    )


def test_the_report_of_a_target(catalogue: Catalogue) -> None:
    assert (
        text_of(target_of("fedora", catalogue, "known", "unmapped", "none"))
        == """\
--dep
  •  known     host  known-dev
  •  unmapped  host  `pkgconfig(unmapped-2.0)` is derived: dnf decides whether it exists
  •  none      host  no package is known

note: no package of fedora is known for none

To get it there:

    dnf install known-dev && dnf install 'pkgconfig(unmapped-2.0)'

3 external requirements, for a machine that was not probed."""
    )


@pytest.mark.parametrize(
    ("ecosystem", "command"),
    [
        ("fedora", "dnf install 'pkgconfig(unmapped-2.0)'"),
        ("opensuse", "zypper install 'pkgconfig(unmapped-2.0)'"),
        ("alpine", "apk add pc:unmapped-2.0"),
        ("debian", ""),  # the lists of contents of this machine are not those of the target
        ("arch", ""),
        ("conda-forge", ""),
    ],
)
def test_the_command_of_a_target(catalogue: Catalogue, ecosystem: str, command: str) -> None:
    assert shells(target_of(ecosystem, catalogue, "unmapped"))[-1:] == ([command] if command else [])


def test_the_document_says_what_is_derived(catalogue: Catalogue) -> None:
    def documents(host: RecordedHost) -> list[tuple[object, object]]:
        report = report_of(host, catalogue, "known", "tool", "none")
        facts = gather_facts(describe_machine(host, catalogue.ecosystems()))
        findings = format_report(report, facts, strict=False)["findings"]
        assert isinstance(findings, list)
        return [(finding["packages"], finding["derived"]) for finding in findings]

    assert documents(host_of("fedora")) == [
        ({"fedora": ["/usr/bin/tool"]}, "capability"),
        ({"fedora": ["known-dev"]}, None),
        ({}, None),
    ]
    assert documents(host_of("debian", amd64="usr/bin/tool x/tools\n"))[0] == ({"debian": ["tools"]}, "contents")


@pytest.mark.parametrize(
    ("text", "phase", "spec"),
    [
        ("unmapped", "build", "pkgconfig(unmapped-2.0)"),
        ("unmapped", "host", "pkgconfig(unmapped-2.0)"),
        ("unmapped", "run", ""),  # a library, the name of whose file is not known
        ("tool", "build", "/usr/bin/tool"),
        ("tool", "run", "/usr/bin/tool"),
        ("nosuch", "build", "/usr/bin/nosuch"),
        ("nosuch", "host", "pkgconfig(nosuch)"),
        ("nosuch", "run", "/usr/bin/nosuch"),
        ("dep:generic/nosuch@>=2", "host", "pkgconfig(nosuch)"),
        ("unmapped-2.0", "host", "pkgconfig(unmapped-2.0)"),
        ("none", "host", ""),
        ("python", "host", ""),
        ("blas", "host", "pkgconfig(blas)"),
        ("dep:virtual/interface/blas", "host", ""),
        ("dep:virtual/compiler/nosuch", "build", ""),
        ("dep:cran/nosuch", "host", ""),
        ("dep:generic/space/nosuch", "host", ""),
        ("dep:generic/nosuch?arch=x", "host", ""),
        ("dep:generic/a%3Bb", "host", ""),
        ("dep:generic/-o", "host", ""),
        ("dep:generic/a)b", "host", ""),
        ("dep:generic/%24(x)", "host", ""),
        ("dep:generic/a%2Fb", "host", ""),
        ("dep:generic/%40group", "host", ""),
        ("dep:generic/x.rpm", "run", ""),
    ],
)
def test_what_is_derived(catalogue: Catalogue, text: str, phase: Phase, spec: str) -> None:
    for report in (
        report_of(host_of("fedora"), catalogue, text, phases=(phase,)),
        target_of("fedora", catalogue, text, phases=(phase,)),
    ):
        assert [command.packages for command in report.commands] == ([(spec,)] if spec else [])
        assert report.findings[0].derived == ("capability" if spec else "")


def test_the_module_that_was_asked_for(catalogue: Catalogue) -> None:
    assert shells(report_of(host_of("fedora"), catalogue, "Unmapped-2.0")) == ["dnf install 'pkgconfig(unmapped-2.0)'"]


def test_what_is_there_or_mapped_reads_nothing_further(catalogue: Catalogue) -> None:
    host = host_of("debian", amd64="usr/bin/tool x/tools\n")
    report_of(host, catalogue, "known", "none", "dep:cran/nat", phases=ALL)
    assert (host.opened, host.runs) == ([], [])
    report_of(host, catalogue, "tool")
    assert host.opened == [f"{LISTS}/x_dists_y_main_Contents-amd64"]


def test_one_pass_for_all_names(catalogue: Catalogue) -> None:
    helper = "/usr/lib/apt/apt-helper"
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\n", f"{LISTS}/a_Contents-amd64.lz4": ""},
        executables=["/usr/bin/apt-get", helper],
    )
    report_of(host, catalogue, *(f"nosuch-{number}" for number in range(200)), phases=ALL)
    assert sum(argv[:1] == ("sh",) for argv in host.runs) == 1


def test_what_cannot_be_read_is_said(catalogue: Catalogue) -> None:
    host = RecordedHost(
        files={"/etc/os-release": "ID=debian\n", f"{LISTS}/a_Contents-amd64.gz": "nonsense"},
        executables=["/usr/bin/apt-get"],
    )
    assert report_of(host, catalogue, "tool").notes == (
        f"the lists of apt-file cannot all be read: `{LISTS}/a_Contents-amd64.gz` cannot be decompressed",
        "no package of debian is known for tool",
    )
