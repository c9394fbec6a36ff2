"""nix: what it says of packages, what it would change, and which of its two ways is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from extdeps.child import Completed
from extdeps.manager.nix import Nix
from extdeps.model.transaction import Change, PackageVersion
from support.recorded import RecordedHost, load_host, make_site

FEATURES = ("--extra-experimental-features", "nix-command flakes")
BUILD = ("nix", *FEATURES, "build", "--dry-run", "--no-link", "--json")
NIX_ENV = ("nix-env", "--file", "<nixpkgs>", "--install", "--attr")
NAMES = ("zlib", "zlib.dev", "openssl", "python3Packages.numpy", "removed", "numbers", "nosuch")
VERSIONS = ("2.8.0", "2.26.3", "2.34.8")
PROFILE = "/root/.nix-profile"
OUT = "/nix/store/3lmb7sgnxn2fr5g79wkirwxs119ham36-zlib-1.3.1"
DEV = "/nix/store/jlmizb02vp2aybl61b2awh69pkgmhja5-zlib-1.3.1-dev"


class Recorded(RecordedHost):
    """A recording in which the expression of a question stands for whatever is asked."""

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        known = [*argv[:-1], "EXPRESSION"] if "--expr" in argv else argv
        done = super().run(known, timeout=timeout, environ=environ)
        self.runs[-1] = tuple(argv)
        return done


def answering(argv: tuple[str, ...], done: Completed, files: Mapping[str, str] | None = None) -> Recorded:
    version = Completed(returncode=0, stdout="nix (Nix) 2.34.8\n")
    return Recorded(commands={argv: done, ("nix", "--version"): version}, files=files)


def load(name: str, files: Mapping[str, str] | None = None) -> Recorded:
    host = load_host(f"managers/{name}")
    return Recorded(commands=host._commands, files=files)


def of_nix_env(name: str) -> Recorded:
    return load(name, {f"{PROFILE}/manifest.nix": "[ ]"})


def manifest(*paths: str, name: str = "zlib") -> str:
    element = {"active": True, "attrPath": f"legacyPackages.x86_64-linux.{name}", "storePaths": list(paths)}
    return json.dumps({"version": 2, "elements": [element]})


def built(**outputs: str) -> Completed:
    return Completed(returncode=0, stdout=json.dumps([{"drvPath": "/nix/store/x.drv", "outputs": outputs}]))


@pytest.mark.parametrize("version", VERSIONS)
def test_its_version(version: str) -> None:
    assert Nix().find_version(make_site(load(f"nix-{version}"))) == version


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("nix (Determinate Nix 3.6.2) 2.29.0\n", "2.29.0"),
        ("nix (Lix, like Nix) 2.91.1\n", "2.91.1"),
        ("command not found\n", ""),
    ],
)
def test_the_version_of_a_derivative(said: str, version: str) -> None:
    host = RecordedHost(commands={("nix", "--version"): Completed(returncode=0, stdout=said)})
    assert Nix().find_version(make_site(host)) == version


@pytest.mark.parametrize("name", ["a..b", "a.", ".a", "a.b^dev", 'a"', "a${b}", "a b", "nixpkgs#a", "a/b", "-a"])
def test_what_is_no_name(name: str) -> None:
    assert not Nix().accepts(name)


@pytest.mark.parametrize("recording", [*(f"nix-{version}" for version in VERSIONS), "nix-env-2.8.0"])
def test_what_it_has(recording: str) -> None:
    host = of_nix_env(recording) if "env" in recording else load(recording)
    available = Nix().find_available(NAMES, make_site(host))
    assert available.problem == ""
    assert {name: [item.version for item in found] for name, found in available.packages.items()} == {
        "zlib": ["1.3.1"],
        "zlib.dev": ["1.3.1"],
        "openssl": ["3.0.8"],
        "python3Packages.numpy": ["1.24.0"],
    }
    assert available.packages["zlib"] == (PackageVersion(name="zlib", version="1.3.1", origin="nixpkgs"),)
    assert ("<nixpkgs>" in host.runs[-1][-1]) == ("env" in recording)


def test_a_name_that_is_none_is_no_part_of_an_expression() -> None:
    host = load("nix-2.34.8")
    Nix().find_available((*NAMES, 'x"; y', "${x}"), make_site(host))
    assert "y" not in host.runs[-1][-1].split()
    assert "${x}" not in host.runs[-1][-1]
    assert Nix().find_available(('x"',), make_site(host)).packages == {}


@pytest.mark.parametrize(
    "done",
    [
        Completed(returncode=0, stdout=""),
        Completed(returncode=0, stdout="[]"),
        Completed(returncode=0, stdout="{}"),
        Completed(returncode=0, stdout='{"zlib": "1.3.1"'),
        Completed(returncode=0, stdout="\x1b[31mkaputt\x1b[0m"),
        Completed(returncode=1, stdout='{"zlib": "1.3.1"}', stderr="error: disk full\n"),
        Completed(returncode=-9, stdout="", fault="it took longer than 300 s"),
        Completed(returncode=-9, stdout="", fault="it printed more than 256 MiB"),
    ],
)
def test_a_question_without_an_answer(done: Completed) -> None:
    host = answering(("nix", *FEATURES, "eval", "--impure", "--json", "--expr", "EXPRESSION"), done)
    available = Nix().find_available(("zlib",), make_site(host))
    assert available.packages == {}
    assert available.problem
    assert available.problem.count("\n") == 0


def test_nix_is_not_there() -> None:
    site = make_site()
    assert Nix().find_version(site) == ""
    assert "cannot be run here" in Nix().find_available(("zlib",), site).problem
    assert "cannot be run here" in Nix().preview(("zlib",), site).problem


@pytest.mark.parametrize(("version", "download"), [("2.8.0", 0), ("2.26.3", 0), ("2.34.8", 512)])
def test_what_would_change(version: str, download: int) -> None:
    preview = Nix().preview(("zlib", "hello"), make_site(load(f"nix-{version}")))
    assert preview.problem == ""
    assert preview.is_simulated
    assert preview.changes == (
        Change(kind="install", package="hello", after="2.12"),
        Change(kind="install", package="zlib", after="1.3.1"),
    )
    assert preview.download == download


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_refused(version: str) -> None:
    site = make_site(load(f"nix-{version}"))
    assert Nix().preview(("nosuch", "zlib"), site).problem.startswith("flake 'flake:nixpkgs' does not provide")
    assert Nix().preview(("removed",), site).problem == "removed was removed"


@pytest.mark.parametrize(
    "done",
    [
        Completed(returncode=0, stdout=""),
        Completed(returncode=0, stdout="[]"),
        Completed(returncode=0, stdout="{}"),
        Completed(returncode=0, stdout='[{"outputs": null}]'),
        Completed(returncode=0, stdout='["gebaut"]'),
        Completed(returncode=1, stdout="", stderr=""),
        Completed(returncode=-9, stdout="", fault="it took longer than 300 s"),
        Completed(returncode=0, stdout=built(out=OUT).stdout, stderr="don't know how to build these paths:\n  /x\n"),
    ],
)
def test_a_preview_without_an_answer(done: Completed) -> None:
    preview = Nix().preview(("zlib",), make_site(answering((*BUILD, "nixpkgs#zlib^*"), done)))
    assert preview.changes == ()
    assert preview.problem


def test_the_size_of_a_download() -> None:
    said = f"these 2 paths will be fetched (1.50 MiB download, 4.00 MiB unpacked):\n  {OUT}\n  {DEV}\n"
    done = Completed(returncode=0, stdout=built(out=OUT, dev=DEV).stdout, stderr=said)
    preview = Nix().preview(("zlib",), make_site(answering((*BUILD, "nixpkgs#zlib^*"), done)))
    assert preview.download == 3 * 512 * 1024
    assert preview.changes == (Change(kind="install", package="zlib", after="1.3.1"),)


@pytest.mark.parametrize(
    ("paths", "is_refused", "count"),
    [
        ((OUT, DEV), False, 0),
        ((OUT,), True, 0),  # `nix profile install` would say that it is installed, and succeed
        (("/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-zlib-1.2.13",), True, 0),
    ],
)
def test_what_the_profile_has(paths: tuple[str, ...], is_refused: bool, count: int) -> None:
    files = {f"{PROFILE}/manifest.json": manifest(*paths)}
    host = answering((*BUILD, "nixpkgs#zlib^*"), built(out=OUT, dev=DEV), files)
    preview = Nix().preview(("zlib",), make_site(host))
    assert len(preview.changes) == count
    assert ("nix profile remove" in preview.problem) == is_refused


@pytest.mark.parametrize("version", VERSIONS)
def test_what_nix_env_would_change(version: str) -> None:
    site = make_site(of_nix_env(f"nix-env-{version}"))
    preview = Nix().preview(("zlib", "openssl"), site)
    assert preview.changes == (
        Change(kind="upgrade", package="zlib", before="1.3.1", after="1.3.2"),
        Change(kind="install", package="openssl", after="3.0.8"),
    )
    assert preview.losses == ()
    loss = Change(kind="downgrade", package="zlib", before="1.3.2", after="1.3.1")
    assert Nix().preview(("zlib",), site).losses == (loss,)
    assert Nix().preview(("nosuch",), site).problem == "attribute 'nosuch' in selection path 'nosuch' not found"


def test_nix_env_says_nothing() -> None:
    argv = ("nix-env", "--dry-run", *NIX_ENV[1:], "zlib")
    files = {f"{PROFILE}/manifest.nix": "[ ]"}
    host = answering(argv, Completed(returncode=0, stdout="", stderr="(Trockenlauf)\n"), files)
    assert "cannot be read" in Nix().preview(("zlib",), make_site(host)).problem


@pytest.mark.parametrize(
    ("version", "packages"),
    [
        ("2.34.8", ("nixpkgs#a^*", "nixpkgs#b.dev")),
        ("2.26.3", ("nixpkgs#a^*", "nixpkgs#b.dev")),
        ("2.8.0", ("nixpkgs#a", "nixpkgs#b.dev")),
    ],
)
@pytest.mark.parametrize("files", [{}, {f"{PROFILE}/manifest.json": "{}"}])
def test_the_command(version: str, packages: tuple[str, ...], files: dict[str, str]) -> None:
    site = make_site(load(f"nix-{version}", files))
    command = ("nix", *FEATURES, "profile", "install", *packages)
    assert Nix().install_command(("a", "b.dev"), site, unattended=True) == command
    typed = ("nix", "profile", "install", "nixpkgs#a", "nixpkgs#b.dev")
    assert Nix().install_command(("a", "b.dev"), site) == typed


@pytest.mark.parametrize("profile", [PROFILE, "/root/.local/state/nix/profile"])
@pytest.mark.parametrize("unattended", [False, True])
def test_a_profile_of_nix_env_stays_one(profile: str, unattended: bool) -> None:
    host = RecordedHost(files={f"{profile}/manifest.nix": "[ ]"})
    command = Nix().install_command(("a", "b.dev"), make_site(host), unattended=unattended)
    assert command == (*NIX_ENV, "a", "b.dev")
    assert host.runs == []


def test_nobody_has_to_be_root() -> None:
    assert not Nix().needs_elevation(make_site(RecordedHost(is_root=False)))


def test_channels_are_fetched_for_nix_env() -> None:
    channels = {"/root/.nix-channels": "https://nixos.org/channels/nixos-25.05 nixpkgs\n"}
    fetched = {"/nix/var/nix/profiles/per-user/root/channels/manifest.nix": "[ ]"}
    made = {f"{PROFILE}/manifest.nix": "[ ]"}
    assert Nix().refresh_command(make_site()) == ()
    assert Nix().refresh_command(make_site(RecordedHost(files=channels))) == ()
    site = make_site(RecordedHost(files={**channels, **made}))
    assert Nix().refresh_command(site) == ("nix-channel", "--update")
    assert Nix().find_index_time(site) is None
    assert Nix().find_index_time(make_site(RecordedHost(files={**channels, **made, **fetched}))) is not None


def test_one_question_for_all_names() -> None:
    counts = set()
    for count in (1, 50):
        names = tuple(f"p{number}" for number in range(count))
        answer = Completed(returncode=0, stdout=json.dumps(dict.fromkeys(names, "1")))
        host = answering(("nix", *FEATURES, "eval", "--impure", "--json", "--expr", "EXPRESSION"), answer)
        assert len(Nix().find_available(names, make_site(host)).packages) == count
        Nix().preview(names, make_site(host))
        counts.add(len(host.runs))
    assert counts == {3}


def test_no_question_about_nothing() -> None:
    host = load("nix-2.8.0")
    assert Nix().find_available((), make_site(host)).problem == ""
    assert host.runs == []
