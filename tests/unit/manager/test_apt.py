"""apt: which names it is given, its commands, what it answers, and the state that it is in."""

from __future__ import annotations

import re
import tomllib

import pytest

from extdeps.child import Completed
from extdeps.manager.apt import Apt
from extdeps.model.transaction import Availability, Change, Preview
from support.recorded import HOSTS, RecordedHost, load_host, make_site

LISTS = "/var/lib/apt/lists"


DEB822 = "/etc/apt/sources.list.d/debian.sources"


@pytest.mark.parametrize(
    "name",
    [
        "zlib1g-dev",
        "g++",
        "g++-14",
        "libstdc++-12-dev",
        "libsigc++-2.0-dev",
        "libc6",
        "ncbi-blast+",
        "7zip",
        "0ad",
        "gcc-14-base",
        "r-base",
    ],
)
def test_names_of_packages(name: str) -> None:
    assert Apt().accepts(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",  # Debian Policy 5.6.7: at least two characters
        "libyaml-dev-",  # a removal
        "-o",
        "--purge",
        "+x",
        ".x",
        "a;b",
        "$(x)",
        "`x`",
        "a b",
        "a\n",
        "a\tb",
        "./x.deb",
        "/tmp/x.deb",
        "a*",
        "a?",
        "^a",
        "a$",
        "[ab]c",
        "zlib1g:i386",
        "zlib1g=1.2",
        "zlib1g/trixie",
        "Zlib",
        "zlíb",
        "аpt",  # a Cyrillic letter # noqa: RUF001
        "lib_x",
        "task^",
        "a~b",
        "a,b",
        "x\0",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not Apt().accepts(name)


def test_the_index_is_fetched_where_there_is_none() -> None:
    apt = Apt()
    install = ("apt-get", "install", "zlib1g-dev", "g++")
    fresh = RecordedHost(empty=[f"{LISTS}/lock", f"{LISTS}/partial/x"])
    assert apt.find_index_time(make_site(fresh)) is None
    filled = RecordedHost(empty=[f"{LISTS}/deb.debian.org_debian_dists_trixie_main_binary-amd64_Packages.lz4"])
    assert apt.find_index_time(make_site(filled)) is not None
    assert apt.refresh_command(make_site(filled)) == ("apt-get", "update")
    assert apt.install_command(("zlib1g-dev", "g++"), make_site(filled)) == install


@pytest.mark.parametrize(("is_root", "needs"), [(True, False), (False, True)])
def test_root_is_needed(is_root: bool, needs: bool) -> None:
    assert Apt().needs_elevation(make_site(RecordedHost(is_root=is_root))) == needs


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({}, False),
        ({f"{LISTS}/deb.debian.org_debian_dists_trixie_non-free_binary-amd64_Packages": ""}, True),
        ({f"{LISTS}/deb.debian.org_debian_dists_trixie_non-free-firmware_binary-amd64_Packages": ""}, False),
        ({"/etc/apt/sources.list": "deb http://deb.debian.org/debian trixie main non-free\n"}, True),
        ({"/etc/apt/sources.list": "# deb http://deb.debian.org/debian trixie non-free\n"}, False),
        ({"/etc/apt/sources.list": "deb http://deb.debian.org/debian trixie main non-free-firmware\n"}, False),
        ({DEB822: "Types: deb\nComponents: main non-free\n"}, True),
        ({DEB822: "Types: deb\nComponents: main\n"}, False),
        ({DEB822: "Types: deb\nComponents: main\n non-free\n"}, True),
        ({DEB822: "Types: deb-src\nComponents: non-free\n"}, False),
        ({DEB822: "Enabled: no\nTypes: deb\nComponents: non-free\n"}, False),
        ({DEB822: "Enabled: no\nTypes: deb\nComponents: non-free\n\nTypes: deb\nComponents: non-free\n"}, True),
        ({"/etc/apt/sources.list.d/x.list": "deb [arch=amd64] http://x trixie non-free\n"}, True),
    ],
)
def test_a_component_that_is_switched_on(files: dict[str, str], there: bool) -> None:
    assert Apt().has_repository("non-free", make_site(RecordedHost(files=files))) == there


# what it answers

RECORDINGS = ("managers/apt-2.6", "managers/apt-3.0")
SIMULATED = ("--yes", "--allow-downgrades", "-o", "Debug::NoLocking=true", "-o", "APT::Cmd::Pattern-Only=true")
NOTHING = Completed(returncode=0, stdout="")
each = pytest.mark.parametrize("recording", RECORDINGS)


class AnyHost(RecordedHost):
    """Answers every question about packages alike."""

    def __init__(self, *answers: Completed | None) -> None:
        super().__init__()
        self._answers = list(answers)

    def run(self, argv: object, /, *, timeout: float = 10.0, environ: object = None) -> Completed | None:
        self.runs.append(("",))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.mark.parametrize(("recording", "version"), [(RECORDINGS[0], "2.6.1"), (RECORDINGS[1], "3.0.3")])
def test_its_version(recording: str, version: str) -> None:
    assert Apt().find_version(make_site(load_host(recording))) == version


@each
def test_what_can_be_had(recording: str) -> None:
    host = load_host(recording)
    names = ("zlib1g-dev", "awk", "xx-virtual", "xx-lib", "xx-phased", "nosuch")
    available = Apt().find_available(names, make_site(host))
    assert available.problem == ""
    assert [argv[1] for argv in host.runs] == ["policy", "showpkg", "policy"]
    found = {name: [(item.name, item.version) for item in items] for name, items in available.packages.items()}
    assert found.pop("zlib1g-dev")[0][1].startswith("1:1.")
    assert {name for name, _ in found.pop("awk")} == {"gawk", "mawk", "original-awk"}
    assert found == {
        "xx-virtual": [("xx-other", "0.5"), ("xx-lib", "1:2.0-1")],  # each once, and with no version but its candidate
        "xx-lib": [("xx-lib", "1:2.0-1"), ("xx-lib", "1.0-1")],
        "xx-phased": [("xx-phased", "2"), ("xx-phased", "1")],
    }
    origins = {name: items[0].origin for name, items in available.packages.items() if name != "awk"}
    suite = {"managers/apt-2.6": "bookworm/main", "managers/apt-3.0": "trixie/main"}[recording]
    assert origins == {"zlib1g-dev": suite, "xx-virtual": "./", "xx-lib": "./", "xx-phased": "./"}


@each
def test_nothing_can_be_had(recording: str) -> None:
    assert Apt().find_available(("nosuch",), make_site(load_host(recording))) == Availability()


@each
def test_what_it_would_change(recording: str) -> None:
    host = load_host(recording)
    preview = Apt().preview(("zlib1g-dev", "xx-phased"), make_site(host))
    assert (preview.problem, preview.losses, preview.is_simulated) == ("", (), True)
    assert preview.download
    assert preview.download > 2_000_000
    changes = {change.package: change for change in preview.changes}
    assert len(changes) > 5
    assert set(changes) >= {"zlib1g-dev", "libc6-dev", "xx-phased"}
    assert changes["xx-phased"] == Change(kind="install", package="xx-phased", after="2")
    assert len(host.runs) == 2


@each
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xx-dev", Preview(download=0)),
        (
            "xx-rival",
            Preview(
                changes=(
                    Change(kind="remove", package="xx-dev", before="1.0-1"),
                    Change(kind="install", package="xx-rival", after="1.0"),
                ),
                download=668,
            ),
        ),
        (
            "xx-pinned",
            Preview(changes=(Change(kind="downgrade", package="xx-pinned", before="2", after="1"),), download=656),
        ),
        (
            "xx-held",
            Preview(problem="Held packages were changed and -y was used without --allow-change-held-packages."),
        ),
        (
            "xx-unmet",
            Preview(
                problem="Unable to correct problems, you have held broken packages.; "
                "xx-unmet : Depends: xx-nosuch (>= 3) but it is not installable"
            ),
        ),
        ("nosuch xx-phased", Preview(problem="Unable to locate package nosuch")),
        ("awk", Preview(problem="Package 'awk' has no installation candidate")),
    ],
)
def test_a_preview(recording: str, name: str, expected: Preview) -> None:
    assert Apt().preview(tuple(name.split()), make_site(load_host(recording))) == expected


def test_a_package_that_is_replaced_by_itself() -> None:
    """It is removed for the time in which another is put in its place."""
    said = (
        "1 upgraded, 1 newly installed, 1 to remove and 0 not upgraded.\n"
        "Remv xx-a [1.0]\nRemv xx-b [1.0] [xx-a:amd64 ]\nInst xx-c (1 x [all])\n"
        "Inst xx-a (2.0 Debian:13/stable [amd64])\n"
    )
    preview = Apt().preview(("xx-c",), make_site(AnyHost(Completed(returncode=0, stdout=said), NOTHING)))
    assert preview.changes == (
        Change(kind="remove", package="xx-b", before="1.0"),
        Change(kind="upgrade", package="xx-a", before="1.0", after="2.0"),
        Change(kind="install", package="xx-c", after="1"),
    )


@pytest.mark.parametrize(
    "said",
    [
        "",
        "\0\1\2 garbage",
        "Paketlisten werden gelesen…\n0 aktualisiert, 1 neu installiert, 0 zu entfernen und 0 nicht aktualisiert.\n"
        "Inst xx-a (1.0 localhost [all])\n",
        "0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.\nInst xx-a (1.0 localhost [all])\n",
        "0 upgraded, 0 newly installed, 1 to remove and 0 not upgraded.\n",
        "0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n+ xx-a 1.0\n",
    ],
)
def test_a_preview_that_is_not_understood(said: str) -> None:
    preview = Apt().preview(("xx-a",), make_site(AnyHost(Completed(returncode=0, stdout=said))))
    assert preview == Preview(problem="what `apt-get --simulate` prints cannot be understood")


def test_a_preview_without_a_size() -> None:
    said = "0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\nInst xx-a (1.0 localhost [all])\n"
    site = make_site(
        AnyHost(Completed(returncode=0, stdout=said), Completed(returncode=100, stdout="", stderr="E: no"))
    )
    preview = Apt().preview(("xx-a",), site)
    assert (preview.download, len(preview.changes), preview.problem) == (None, 1, "")


def test_a_file_is_not_fetched() -> None:
    said = "0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\nInst xx-a (1.0 localhost [all])\n"
    addresses = "'file:/srv/xx-a_1.0_all.deb' xx-a_1.0_all.deb 668 \n'http://x/y.deb' y.deb 10 SHA256:00\n"
    site = make_site(AnyHost(Completed(returncode=0, stdout=said), Completed(returncode=0, stdout=addresses)))
    assert Apt().preview(("xx-a",), site).download == 10


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (None, "gave no answer: it cannot be run here"),
        (
            Completed(returncode=-9, stdout="", fault="it took longer than 60 s"),
            "gave no answer: it took longer than 60 s",
        ),
        (
            Completed(returncode=-9, stdout="", fault="it printed more than 256 MiB"),
            "gave no answer: it printed more than 256 MiB",
        ),
        (Completed(returncode=100, stdout=""), "failed with 100: it printed nothing"),
        (Completed(returncode=100, stdout="", stderr="\0\n"), "failed with 100: \0"),
    ],
)
def test_a_question_that_fails(done: Completed | None, said: str) -> None:
    site = make_site(AnyHost(done))
    assert Apt().preview(("xx-a",), site) == Preview(problem=f"`apt-get` {said}")
    assert Apt().find_available(("xx-a",), site) == Availability(problem=f"`apt-cache policy` {said}")
    assert Apt().find_available(("xx-a",), make_site(AnyHost(NOTHING, done))) == Availability(
        problem=f"`apt-cache showpkg` {said}"
    )
    provided = Completed(returncode=0, stdout="Package: xx-a\nVersions: \nReverse Provides: \nxx-b 1.0 (= )\n")
    assert Apt().find_available(("xx-a",), make_site(AnyHost(NOTHING, provided, done))) == Availability(
        problem=f"`apt-cache policy` {said}"
    )


@pytest.mark.parametrize(
    "answers",
    [
        ("", "garbage"),
        ("xx-a:\n  Installiert:           (keine)\n  Installationskandidat: 1.0\n  Versionstabelle:\n", ""),
        ("", "Paket: xx-a\nVersionen:\n"),
    ],
)
def test_an_answer_that_is_not_understood(answers: tuple[str, ...]) -> None:
    host = AnyHost(*(Completed(returncode=0, stdout=text) for text in answers))
    problem = "what `apt-cache` prints cannot be understood"
    assert Apt().find_available(("xx-a",), make_site(host)) == Availability(problem=problem)


def test_as_many_processes_for_fifty_names() -> None:
    (one, many) = (("xx-a",), tuple(f"xx-{number}" for number in range(50)))
    said = Completed(
        returncode=0,
        stdout="Inst xx-a (1.0 localhost [all])\n0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n",
    )
    counts = []
    for names in (one, many):
        host = AnyHost(NOTHING)
        Apt().find_available(names, make_site(host))
        asked = len(host.runs)
        host = AnyHost(said)
        Apt().preview(names, make_site(host))
        counts.append((asked, len(host.runs)))
    assert counts == [(2, 2), (2, 2)]
    host = AnyHost(NOTHING)
    assert (Apt().find_available((), make_site(host)), host.runs) == (Availability(), [])


def test_where_nothing_is_fetched_it_is_not_asked_what() -> None:
    host = AnyHost(Completed(returncode=0, stdout="0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"))
    assert (Apt().preview(("xx-a",), make_site(host)), len(host.runs)) == (Preview(download=0), 1)


# its commands


def test_names_stand_behind_dashes() -> None:
    """In every question that was recorded, and in what changes the system."""
    for recording in RECORDINGS:
        document = tomllib.loads((HOSTS / f"{recording}.toml").read_text())
        questions = [command["argv"] for command in document["commands"] if command["argv"][1:] != ["--version"]]
        assert all("--" in argv for argv in questions)
        assert all(set(SIMULATED) < set(argv) for argv in questions if "install" in argv)
    command = Apt().install_command(("xx-a", "xx-b"), make_site(), unattended=True)
    assert command[-3:] == ("--", "xx-a", "xx-b")


def test_what_an_unattended_command_may_do() -> None:
    careful = Apt().install_command(("xx-a",), make_site(), unattended=True)
    bold = Apt().install_command(("xx-a",), make_site(), unattended=True, allow_removals=True)
    confirmed = ("apt-get", "install", *Apt().answers)
    assert confirmed[2] == "--yes"
    rest = ("-o", "APT::Cmd::Pattern-Only=true", "--", "xx-a")
    assert careful == (*confirmed, "--no-remove", *rest)
    assert bold == (*confirmed, "--allow-downgrades", *rest)
    assert Apt().install_command(("xx-a",), make_site(), allow_removals=True) == ("apt-get", "install", "xx-a")


def test_it_asks_nothing_and_speaks_english() -> None:
    environment = dict(Apt().environment)
    assert environment["DEBIAN_FRONTEND"] == "noninteractive"
    assert (environment["LC_ALL"], environment["LANGUAGE"]) == ("C.UTF-8", "C")


@pytest.mark.parametrize(
    ("said", "locked"),
    [
        # captured from Debian 12 and 13
        ("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 6114", True),
        ("E: Could not get lock /var/lib/apt/lists/lock. It is held by process 6114", True),
        ("dpkg: error: dpkg frontend lock was locked by another process with pid 6114", True),
        ("dpkg: error: dpkg database lock was locked by <unknown> process with pid 6699", True),
        ("E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)", False),
        ("E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?", False),
        ("E: Unable to lock directory /var/lib/apt/lists/", False),
        ("E: Unable to locate package xx-lock", False),
    ],
)
def test_what_it_says_of_a_lock(said: str, locked: bool) -> None:
    assert (re.search(Apt().lock_message, said) is not None) == locked


# what was interrupted

STATUS = "/var/lib/dpkg/status"
DPKG = ("dpkg", "--configure", "--pending", "--force-confdef", "--force-confold")


def stanza(name: str, status: str, architecture: str = "amd64") -> str:
    return f"Package: {name}\nEssential: yes\nStatus: {status}\nPriority: required\nArchitecture: {architecture}\n"


def repaired(**files: str) -> tuple[str, ...] | None:
    """The names that have to be unpacked anew, or None where nothing is to be done."""
    paths = {"status": STATUS, "first": "/var/lib/dpkg/updates/0000", "second": "/var/lib/dpkg/updates/0001"}
    host = RecordedHost(files={paths[key]: text for key, text in files.items()})
    commands = Apt().repair_commands(make_site(host))
    assert host.runs == []
    if not commands:
        return None
    configure, mend = commands
    assert configure == DPKG
    assert mend[:3] == ("apt-get", "install", "--fix-broken")
    assert "--no-remove" in mend
    return mend[mend.index("--") + 1 :]


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("install ok installed", None),
        ("hold ok installed", None),
        ("deinstall ok config-files", None),
        ("unknown ok not-installed", None),
        ("install ok half-configured", ()),
        ("install ok unpacked", ()),
        ("install ok triggers-pending", ()),
        ("install ok triggers-awaited", ()),
        ("install reinstreq half-installed", ("xx-a:amd64",)),
    ],
)
def test_what_is_left_to_be_done(status: str, names: tuple[str, ...] | None) -> None:
    assert repaired(status=stanza("xx-a", status) + "\n" + stanza("xx-b", "install ok installed")) == names


def test_what_the_journal_says_last() -> None:
    installed, half = stanza("xx-a", "install ok installed"), stanza("xx-a", "install reinstreq half-installed")
    assert repaired(status=installed, first=half) == ("xx-a:amd64",)
    assert repaired(status=installed, first=half, second=installed) == ()
    foreign = stanza("xx-a", "install ok installed", "i386")
    assert repaired(status=half + "\n" + foreign) == ("xx-a:amd64",)
    assert repaired(status=stanza("xx-a", "install reinstreq half-installed", "all")) == ("xx-a",)
    assert repaired(status=stanza("-o", "install reinstreq half-installed")) == ()


def test_without_a_database_nothing_is_repaired() -> None:
    assert Apt().repair_commands(make_site(RecordedHost())) == ()
