"""What is done in a clean root, and what is said of it; the root itself is one of tests/live."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.curate.cleanroom.layered import LayeredRoot, Workshop, open_workshop
from extdeps.curate.cleanroom.podman import Container, Containers
from extdeps.curate.cleanroom.trial import Outcome, try_out
from extdeps.curate.cleanroom.verification import Verification
from extdeps.host import LocalHost

BUILD = Verification(
    path="spam.toml",
    index=0,
    project="spam",
    version="1.0",
    system="debian+12",
    smoke="import spam",
    build_constraints=("cython<3",),
    constraints=("numpy<2",),
    no_binary=("ham",),
    environment={"SPAM_DIR": "/a b"},
)
WHEEL = Verification(
    path="spam.toml", index=0, project="spam", version="1.0", system="debian+12", smoke="import spam", is_build=False
)
FOUND = json.dumps({"commands": [{"shell": "apt-get update"}, {"shell": "apt-get install gcc"}]})


class FakeHost(LocalHost):
    """This machine, on which a root is a directory and its script leaves files instead of running.

    Args:
        files: what it leaves in `/case`.
        done: how it ends.
        lines: what is said outside of `/case`.
    """

    def __init__(self, *, files: Mapping[str, str], done: Completed, lines: Sequence[str] = ()) -> None:
        super().__init__({"PATH": "/usr/bin:/bin", "PIP_INDEX_URL": "https://example.org/", "SECRET": "1"})
        self.script = ""
        self.given: dict[str, str] = {}
        self.environ_inside: Mapping[str, str] = {}
        self._files, self._done, self._lines = files, done, lines

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        if argv[0] == "unshare":  # which asks for root, and for overlayfs
            return Completed(returncode=1, stdout="")
        return super().run(argv, timeout=timeout, environ=environ)

    def follow(
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        assert environ is not None
        root = Path(environ["ROOT"])
        self.environ_inside = environ
        self.given = {path.name: path.read_text() for path in (root / "case").iterdir()}
        for name, content in self._files.items():
            (root / "case" / name).write_text(content)
        (root / "var/cache/apt/archives/gcc.deb").write_text("gcc")
        for line in self._lines:
            on_line(line)
        return self._done


def workshop(tmp_path: Path, host: LocalHost) -> Workshop:
    (tmp_path / "tree/etc/ssl/certs").mkdir(parents=True)
    (tmp_path / "tree/etc/ssl/certs/ca-certificates.crt").write_text("")
    return open_workshop(
        tree=str(tmp_path / "tree"),
        program=str(tmp_path / "program"),
        cases=str(tmp_path / "cases"),
        kept=str(tmp_path / "kept"),
        host=host,
    )


def attempt(tmp_path: Path, item: Verification, host: FakeHost) -> Outcome:
    (tmp_path / "kept/archives").mkdir(parents=True)
    shared = workshop(tmp_path, host)
    return try_out(item, lambda name: LayeredRoot(shared, name, host), str(tmp_path / "logs"))


def test_what_holds(tmp_path: Path) -> None:
    host = FakeHost(files={"part": "recheck\n", "found.json": FOUND}, done=Completed(returncode=0, stdout=""))
    outcome = attempt(tmp_path, BUILD, host)
    assert outcome.holds
    assert not (tmp_path / "logs").exists()
    assert outcome.commands == ("apt-get update", "apt-get install gcc")
    assert (host.given["constraints"], host.given["build-constraints"]) == ("numpy<2\n", "cython<3\n")
    options = "--no-binary spam,ham --constraint /case/constraints spam==1.0"
    assert host.given["run"].splitlines()[3:] == [
        "part prepare /venv/bin/pip install --quiet --upgrade pip",
        "export SPAM_DIR='/a b'",
        "export PIP_BUILD_CONSTRAINT=/case/build-constraints",
        "echo check > part",
        f"extdeps check --format json {options} > found.json 2> check.log || [ $? = 1 ] || exit 1",
        f"part install extdeps install --yes {options}",
        f"part pip /venv/bin/pip install {options}",
        "cd /  # where nothing shadows what was installed",
        "part smoke timeout 120 /venv/bin/python -c 'import spam'",
        f"part recheck extdeps check {options}",
    ]


def test_nothing_of_this_machine_but_what_the_network_needs(tmp_path: Path) -> None:
    host = FakeHost(files={}, done=Completed(returncode=0, stdout=""))
    attempt(tmp_path, WHEEL, host)
    assert host.environ_inside["PIP_INDEX_URL"] == "https://example.org/"
    assert host.environ_inside["HOME"] == "/root"
    assert "SECRET" not in host.environ_inside
    assert "part pip /venv/bin/pip install spam==1.0\n" in host.given["run"]


def test_what_was_fetched_is_kept_and_the_root_is_not(tmp_path: Path) -> None:
    attempt(tmp_path, WHEEL, FakeHost(files={}, done=Completed(returncode=0, stdout="")))
    assert (tmp_path / "kept/archives/gcc.deb").read_text() == "gcc"
    assert list((tmp_path / "cases").iterdir()) == []


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("prepare", "pip could not be had"),
        ("check", "`extdeps check` failed"),
        ("install", "`extdeps install` failed"),
        ("pip", "`pip install` failed"),
        ("smoke", "the smoke test failed"),
        ("recheck", "`extdeps check` misses something that was installed"),
    ],
)
def test_what_failed(tmp_path: Path, part: str, fault: str) -> None:
    log = "".join(f"line {number}\n" for number in range(40))
    host = FakeHost(files={"part": f"{part}\n", f"{part}.log": log}, done=Completed(returncode=1, stdout=""))
    outcome = attempt(tmp_path, WHEEL, host)
    assert outcome.fault == fault
    assert outcome.said == tuple(f"line {number}" for number in range(10, 40))
    assert (tmp_path / f"logs/spam-1.0/{part}.log").read_text() == log
    assert outcome.logs == f"{tmp_path}/logs/spam-1.0"


def test_what_took_too_long(tmp_path: Path) -> None:
    done = Completed(returncode=-9, stdout="", fault="it took longer than 2400 s")
    outcome = attempt(tmp_path, WHEEL, FakeHost(files={"part": "pip\n"}, done=done))
    assert outcome.fault == "`pip install` failed: it took longer than 2400 s"


def test_a_root_that_cannot_be_entered(tmp_path: Path) -> None:
    host = FakeHost(files={}, done=Completed(returncode=1, stdout=""), lines=["mount: permission denied"])
    outcome = attempt(tmp_path, WHEEL, host)
    assert (outcome.fault, outcome.said) == ("its root could not be entered", ("mount: permission denied",))


def test_in_a_container(tmp_path: Path) -> None:
    (tmp_path / "kept/archives").mkdir(parents=True)
    (tmp_path / "kept/archives/libc6.deb").write_text("")
    host = FakePodman()
    shared = Containers(image="clean", program="/program", cases=str(tmp_path / "cases"), kept=str(tmp_path / "kept"))
    outcome = try_out(WHEEL, lambda name: Container(shared, name, host), str(tmp_path / "logs"))
    assert (outcome.fault, outcome.said) == ("`pip install` failed", ("no",))
    case = f"{tmp_path}/cases/spam-1.0"
    assert host.command[:4] == ["podman", "run", "--rm", "--network"]
    assert host.command[-3:] == ["clean", "sh", "/case/run"]
    volumes = [word.removeprefix("--volume=") for word in host.command if word.startswith("--volume=")]
    assert volumes[:4] == [
        f"{case}/case:/case",
        f"{case}/archives:/var/cache/apt/archives",
        f"{tmp_path}/kept/downloads:/root/.cache/pip/http-v2",
        "/program:/opt/extdeps:ro",
    ]
    assert "--env=HOME=/root" in host.command
    assert host.archives == ["libc6.deb", "partial"]
    assert sorted(path.name for path in (tmp_path / "kept/archives").glob("*.deb")) == ["gcc.deb", "libc6.deb"]
    assert list((tmp_path / "cases").iterdir()) == []


class FakePodman(LocalHost):
    """This machine, on which a container's script fails to build and leaves a package."""

    def follow(
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        self.command = list(argv)
        case, archives = (
            Path(next(word for word in argv if word.endswith(f":{there}")).split("=")[1].split(":")[0])
            for there in ("/case", "/var/cache/apt/archives")
        )
        self.archives = sorted(path.name for path in archives.iterdir())
        (case / "part").write_text("pip\n")
        (case / "pip.log").write_text("no\n")
        (archives / "gcc.deb").write_text("gcc")
        return Completed(returncode=1, stdout="")
