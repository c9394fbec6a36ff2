"""An installation by a small real program: what is asked, what is run, and what is said when it goes wrong."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from extdeps.errors import LockedError, NoElevationError, RefusedError, RemovalError, StepError
from extdeps.execute.installer import Outcome, Task, install
from extdeps.execute.interface import Limits
from extdeps.execute.log import Log
from extdeps.execute.runner import Runner, make_environment
from extdeps.host import LocalHost
from extdeps.manager.elevation import Elevation
from extdeps.manager.interface import Site
from extdeps.model.evidence import InstallCommand
from extdeps.model.step import Step
from extdeps.model.transaction import Preview
from extdeps.resolve.steps import StepMaker
from support.recorded import RecordedHost, make_site
from support.toy import SHORT, Listener, Toy, local_site


class Run:
    """An installation in a directory of its own, with a person who answers."""

    def __init__(self, place: Path, toy: Toy | None = None, *, limits: Limits = SHORT) -> None:
        self.place = place
        self.toy = toy or Toy(place)
        self.limits = limits
        self.asked: list[list[str]] = []
        self.listener = Listener()

    def __call__(self, *packages: str, say: Callable[[int], bool] = lambda _: True, **options: bool) -> Outcome:
        def consent(steps: tuple[Step, ...]) -> bool:
            self.asked.append([step.kind for step in steps])
            return say(len(self.asked))

        with Log(str(self.place / "log")) as log:
            self.log = log.path
            runner = Runner(LocalHost(), self.listener, log, self.limits)
            maker = StepMaker(self.toy, local_site(), "debian+12", Elevation())
            task = Task(maker=maker, wanted={name: name for name in packages})
            return install(lambda: [task], runner, consent, **options)

    @property
    def installed(self) -> list[str]:
        return sorted(path.name.removeprefix("installed-") for path in self.place.glob("installed-*"))


def test_the_first_run_in_a_fresh_place(tmp_path: Path) -> None:
    run = Run(tmp_path)
    outcome = run("zlib", "xz")
    assert run.asked == [["refresh"], ["install"]]
    assert [step.kind for step in outcome.steps] == ["refresh", "install"]
    assert run.installed == ["xz", "zlib"]
    assert run.listener.told == [
        "start refresh",
        "fetching",
        "finish refresh",
        "start install",
        "unpacking zlib (quiet)",
        "unpacking xz (quiet)",
        "finish install",
    ]
    lines = Path(run.log).read_text().splitlines()
    assert lines[0].startswith(f"$ {tmp_path}/toy update    # 20")
    assert lines[1:3] == ["fetching", "# ended with 0"]
    assert oct(Path(run.log).stat().st_mode & 0o777) == "0o600"


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    Run(tmp_path)("zlib")
    run = Run(tmp_path)
    assert run("zlib") == Outcome()
    assert run.asked == []
    assert not Path(run.log).exists() or Path(run.log).read_text().count("install") == 1


def test_an_index_that_is_too_old_is_fetched(tmp_path: Path) -> None:
    run = Run(tmp_path)
    (tmp_path / "index").touch()
    run("zlib")
    assert run.asked == [["install"]]
    os.utime(tmp_path / "index", (0, 0))
    run("xz")
    assert run.asked[1:] == [["refresh"], ["install"]]


def test_what_an_interrupted_run_left_is_finished_first(tmp_path: Path) -> None:
    run = Run(tmp_path)
    for name in ("half", "index"):
        (tmp_path / name).touch()
    run("zlib")
    assert run.asked == [["repair"], ["install"]]
    assert not (tmp_path / "half").exists()


@pytest.mark.parametrize(("answers", "ran"), [((False,), []), ((True, False), ["refresh"])])
def test_nothing_is_run_without_a_yes(tmp_path: Path, answers: tuple[bool, ...], ran: list[str]) -> None:
    run = Run(tmp_path)
    outcome = run("zlib", say=lambda number: answers[number - 1])
    assert outcome.is_declined
    assert [step.kind for step in outcome.steps] == ran
    assert run.installed == []


def test_what_the_manager_does_not_know_does_not_stop_the_rest(tmp_path: Path) -> None:
    run = Run(tmp_path)
    outcome = run("zlib", "absent-one")
    assert outcome.absent == ("absent-one",)
    assert run.installed == ["zlib"]
    assert run("absent-one").steps == ()


def test_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        Run(tmp_path, Toy(tmp_path, problem="libx : Depends: liby but it is not installable"))("zlib", "xz")
    assert caught.value.message == "toy would not install zlib, xz"
    assert caught.value.context == ("libx : Depends: liby but it is not installable",)


def test_removals_need_a_word(tmp_path: Path) -> None:
    run = Run(tmp_path, Toy(tmp_path, removals=("mta",)))
    with pytest.raises(RemovalError) as caught:
        run("zlib")
    assert caught.value.message == "toy would take something away for zlib"
    assert (caught.value.context, caught.value.hint) == (("remove mta 2",), "`--allow-removals` agrees to that")
    assert run.installed == []
    run("zlib", allow_removals=True)
    assert run.installed == ["zlib"]


def test_a_step_that_fails_names_the_log_and_its_last_words(tmp_path: Path) -> None:
    run = Run(tmp_path)
    with pytest.raises(StepError) as caught:
        run("zlib", "x-fails")
    assert caught.value.message == f"`{tmp_path}/toy install zlib x-fails` ended with 3"
    assert caught.value.context == ("unpacking zlib (quiet)", "working on x-fails", "E: x-fails is broken")
    assert caught.value.hint == f"all that was printed is in {run.log}; what was begun is finished by a second run"
    assert "E: x-fails is broken\n# ended with 3\n" in Path(run.log).read_text()
    assert run.listener.told[-1] == "finish install"


def test_a_progress_bar_is_shown_and_kept_at_its_end(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run("x-moves")
    assert run.listener.told[4:-1] == ["50%\r", "100%", "unpacking x-moves (quiet)"]
    assert "%\r" not in Path(run.log).read_text()
    assert "\n100%\nunpacking x-moves (quiet)\n" in Path(run.log).read_text()


def test_a_step_that_hangs_is_ended(tmp_path: Path) -> None:
    run = Run(tmp_path, limits=Limits(step=0.5, lock=0.1))
    with pytest.raises(StepError) as caught:
        run("x-hangs")
    assert caught.value.message == f"`{tmp_path}/toy install x-hangs` was ended: it took longer than 0.5 s"
    assert caught.value.context == ("waiting",)


def test_a_success_that_is_none(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    toy.failure_message = "^nothing to do for"
    with pytest.raises(StepError) as caught:
        Run(tmp_path, toy)("x-lies", "zlib")
    assert caught.value.message == f"`{tmp_path}/toy install x-lies zlib` ended with 0"
    assert caught.value.context == ("nothing to do for x-lies", "unpacking zlib (quiet)")


def test_an_exit_status_that_is_no_failure(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    toy.success_codes = frozenset({0, 3})
    assert [step.kind for step in Run(tmp_path, toy)("x-fails").steps] == ["refresh", "install"]


def test_a_program_that_is_gone(tmp_path: Path) -> None:
    run = Run(tmp_path)
    (tmp_path / "index").touch()
    (tmp_path / "toy").unlink()
    with pytest.raises(StepError) as caught:
        run("zlib")
    assert caught.value.message == f"`{tmp_path}/toy install zlib` cannot be run here"


def test_a_lock_that_is_let_go_in_time(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    run = Run(tmp_path, limits=Limits(step=30.0, lock=30.0, interval=0.05))
    timer = threading.Timer(0.4, (tmp_path / "lock").unlink)
    timer.start()
    run("x-locked")
    assert run.installed == ["x-locked"]
    assert "another process has locked toy: waiting" in run.listener.told


def test_a_lock_that_is_kept(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    run = Run(tmp_path)
    with pytest.raises(LockedError) as caught:
        run("x-locked")
    assert caught.value.message == "another process has kept the lock of toy for 0.5 s"
    assert caught.value.context == ("E: the lock is held",)
    assert caught.value.hint == f"all that was printed is in {run.log}"


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file, not a directory")
    run = Run(tmp_path)
    run("zlib")
    assert run.installed == ["zlib"]


def test_old_logs_go(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"install-20200101-0000{number:02}-1.log").touch()
    (tmp_path / "mine.txt").touch()
    with Log(str(tmp_path)) as log:
        log.write("x")
    assert len(list(tmp_path.glob("install-*"))) == 20
    assert (tmp_path / "mine.txt").exists()
    assert Path(log.path).read_text() == "x\n"


def test_root_that_cannot_be_had(tmp_path: Path) -> None:
    toy, site = Toy(tmp_path, root=True), make_site(RecordedHost(is_root=False))
    with pytest.raises(NoElevationError) as caught:
        StepMaker(toy, site, "debian", Elevation(is_possible=False, reason="sudo: no"))
    assert caught.value.message == "toy needs root, and there is no way to it"
    assert caught.value.context == ("sudo: no",)
    assert caught.value.hint == "run it as root; `--prefix DIR` needs none (`pip install 'extdeps[conda]'`)"


def test_a_simulation_that_root_alone_may_run(tmp_path: Path) -> None:
    seen: list[bool] = []

    class Asked(Toy):
        preview_needs_root = True

        def preview(self, packages: tuple[str, ...], site: Site, /) -> Preview:
            seen.append(site.host.is_root)
            return super().preview(packages, site)

    site = make_site(RecordedHost(is_root=False))
    for elevation in (Elevation(program="sudo"), Elevation(program="sudo", asks="terminal")):
        StepMaker(Asked(tmp_path, root=True), site, "debian", elevation).examine({"zlib": "zlib"}, allow_removals=False)
    assert seen == [True, False]


def test_variables_go_through_sudo(tmp_path: Path) -> None:
    toy, site = Toy(tmp_path, root=True), make_site(RecordedHost(is_root=False))
    step = (
        StepMaker(toy, site, "debian", Elevation(program="sudo")).examine({"zlib": "zlib"}, allow_removals=False).step
    )
    assert step
    assert step.argv == ("sudo", "env", "TOY_FRONTEND=quiet", f"{tmp_path}/toy", "install", "zlib")
    assert str(step) == f"sudo {tmp_path}/toy install zlib"


def test_the_environment_of_a_step() -> None:
    command = InstallCommand(manager="toy", ecosystem="debian", argv=("toy",), packages=())
    step = Step(kind="install", command=command, environment=(("A", "1"),))
    environ = make_environment({"PATH": "/bin", "LD_PRELOAD": "x", "PYTHONPATH": "y", "LC_TIME": "de_DE"}, step)
    assert environ["PATH"] == "/bin"
    assert environ["A"] == "1"
    assert environ["LC_ALL"] == "C.UTF-8"
    assert not {"LD_PRELOAD", "PYTHONPATH", "LC_TIME"} & set(environ)


def foresee(toy: Toy) -> list[tuple[str, bool]]:
    maker = StepMaker(toy, local_site(), "debian+12", Elevation())
    return [(step.kind, step.preview is not None) for step in maker.foresee({"zlib": "zlib"})]


def test_what_can_be_told_without_running_anything(tmp_path: Path) -> None:
    assert foresee(Toy(tmp_path)) == [("refresh", False), ("install", True)]
    assert foresee(Toy(tmp_path, problem="no index")) == [("refresh", False), ("install", False)]
    assert foresee(Toy(tmp_path, removals=("mta",))) == [("refresh", False), ("install", True)]
    (tmp_path / "index").touch()
    assert foresee(Toy(tmp_path)) == [("install", True)]
    with pytest.raises(RefusedError):
        foresee(Toy(tmp_path, problem="libx is not installable"))
