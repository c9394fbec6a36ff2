"""`extdeps install` with pip as the manager, which needs neither root nor a network: what it says, and where."""

from __future__ import annotations

import json

import pytest

from extdeps.cli.main import main
from support.pips import Pip, write_wheel
from support.schemas import get_validator
from support.terminal import CTRL_C, CTRL_D, can_open

NEED_NONE = "`--prefix DIR` needs neither root nor a manager (`pip install 'extdeps[conda]'`)"
on_a_terminal = pytest.mark.skipif(not can_open(), reason="there is no terminal to be had here")

NOT_HERE = "error[usage]: nothing is installed on a machine that is not here\n\nhint: `extdeps plan` plans for others\n"


def test_missing_looked_at_installed_and_left_alone(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    missing = "--dep\n  ✗  swig  build  missing\n\n1 external requirement: 0 satisfied, 1 missing.\n"
    plan = f"pip would install 1 package:\n  install  swig  4.3\n\nTo install:\n\n    {pip.command('swig')}\n\n"
    there = f"--dep\n  ✓  swig  build  4.3 at {pip.place}/venv/bin/swig\n\n1 external requirement, all satisfied.\n"
    assert pip.run("-d", "swig", "--dry-run") == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == (missing + plan, "")
    assert not pip.logs.exists()
    assert pip.run("-d", "swig", "--yes") == 0
    said = capsys.readouterr()
    assert said.out == missing + plan + there
    lines = said.err.splitlines()
    assert lines[0] == f"$ {pip.command('swig')}"
    assert lines[-1] == "Successfully installed swig-4.3"
    assert pip.log.read_text().splitlines()[-2:] == ["Successfully installed swig-4.3", "# ended with 0"]
    assert pip.run("-d", "swig") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (there, "")


def test_quiet(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    assert pip.run("-d", "swig", "--yes", "-q") == 0
    said = capsys.readouterr().out
    assert "external requirement" not in said
    assert f"    {pip.command('swig')}\n" in said  # what is run is never kept quiet
    assert pip.run("-d", "swig", "--yes", "-q") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("option", ["--dry-run", "--yes"])
def test_a_document(pip: Pip, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    is_run = option == "--yes"
    assert pip.run("-d", "swig", option, "--format", "json") == (0 if is_run else 1)
    document = json.loads(capsys.readouterr().out)
    get_validator("install-report").validate(document)
    assert (document["executed"], document["summary"]["satisfied"]) == (is_run, is_run)
    (step,) = document["steps"]
    assert (step["kind"], step["packages"], step["elevated"]) == ("install", ["swig"], False)
    assert step["shell"] == pip.command("swig")
    assert step["preview"] == {
        "simulated": True,
        "download": None,
        "changes": [{"kind": "install", "package": "swig", "before": None, "after": "4.3"}],
    }


def test_an_error_as_a_document(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    assert pip.run("-d", "swig", "--format", "json") == 5
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "no-consent"
    assert pip.command("swig") in said.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["--root", "/"],
            NOT_HERE,
        ),
        (
            ["--target", "debian+12"],
            NOT_HERE,
        ),
        (["--for", "nosuch"], "error[usage]: `nosuch` is not a package manager\n\nhint: one of apt, dnf, yum, "),
        (
            ["--timeout", "soon"],
            "error[usage]: argument --timeout: invalid float value: 'soon'\n\nhint: see `extdeps install --help`\n",
        ),
        (["--dry-ru"], "error[usage]: unrecognized arguments: --dry-ru\n\nhint: see `extdeps --help`\n"),
    ],
)
def test_usage(pip: Pip, arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "-d", "swig", *arguments]) == 2
    assert capsys.readouterr().err.startswith(text)


def test_nobody_is_here_to_say_yes(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    assert pip.run("-d", "swig") == 5
    assert capsys.readouterr().err == (
        "error[no-consent]: nothing was run: nobody is here to say yes\n"
        "  pip install swig\n"
        "\n"
        "hint: `--yes` says it beforehand; or run the command yourself\n"
    )
    assert not pip.has_swig


def test_a_manager_that_is_not_here(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "--for", "conda", "-d", "swig", "--yes"]) == 5
    assert capsys.readouterr().err == f"error[no-manager]: `conda` is not on this machine\n\nhint: {NEED_NONE}\n"


def test_what_the_manager_refuses(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    (pip.wheels / "swig-4.3-py3-none-any.whl").unlink()
    write_wheel(pip.wheels, "swig", "5.0", requires="nosuch>=3", program="swig")
    assert pip.run("-d", "swig>=5", "--yes") == 5
    assert capsys.readouterr().err == (
        "error[refused]: pip would not install swig>=5\n  No matching distribution found for nosuch>=3\n"
    )


def test_what_would_be_taken_away(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    for version in ("1.0", "2.0"):
        write_wheel(pip.wheels, "other", version)
    pip.install("other==2.0")
    write_wheel(pip.wheels, "swig", "5.0", requires="other<2", program="swig")
    assert pip.run("-d", "swig", "--yes") == 5
    assert capsys.readouterr().err == (
        "error[would-remove]: pip would take something away for swig\n"
        "  downgrade other 2.0 to 1.0\n"
        "\n"
        "hint: `--allow-removals` agrees to that\n"
    )
    assert not pip.has_swig
    assert pip.run("-d", "swig", "--yes", "--allow-removals") == 0
    assert "  downgrade  other  2.0 → 1.0\n  install    swig   5.0\n" in capsys.readouterr().out


def test_another_run(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    fcntl = pytest.importorskip("fcntl")
    pip.logs.mkdir()
    with (pip.logs / "lock").open("w") as file:
        file.write("4711")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert pip.run("-d", "swig", "--yes", "--lock-timeout", "0") == 5
    assert capsys.readouterr().err == (
        "error[locked]: another run of extdeps (process 4711) has not ended in 0 s\n"
        f"  {pip.logs}/lock\n"
        "\n"
        "hint: try again later\n"
    )


def test_a_step_that_fails(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    write_wheel(pip.wheels, "swig", "5.0", program="swig", is_whole=False)
    assert pip.run("-d", "swig", "--yes") == 5
    error = capsys.readouterr().err.partition("error[")[2].splitlines()
    assert error[0].startswith(f"step-failed]: `{pip.command('swig')}` ")
    assert error[-1] == f"hint: all that was printed is in {pip.log}; what was begun is finished by a second run"
    assert error[-2] == ""


def test_what_is_missing_still(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    write_wheel(pip.wheels, "swig", "5.0")
    assert pip.run("-d", "swig", "--yes") == 5
    error = capsys.readouterr().err.partition("error[")[2].splitlines()
    assert error[0] == "still-missing]: 1 of 1 external requirements is still not satisfied"
    assert error[1].startswith(
        "  swig (build): incomplete; `swig` installed, but its files were not found; found 5.0 at "
    )
    assert error[-1] == f"hint: all that was printed is in {pip.log}"


def test_what_nobody_has(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    assert pip.run("-d", "patchelf", "--yes") == 5
    assert capsys.readouterr().err == (
        "error[still-missing]: 1 of 1 external requirements is still not satisfied\n"
        "  patchelf (build): missing\n"
        "  nobody here has patchelf (build for --dep)\n"
        "    pip knows no `patchelf`\n"
        "    conda-forge has `patchelf` (its version was not looked up): `--prefix DIR` needs no root\n"
    )


@on_a_terminal
@pytest.mark.parametrize(
    ("typed", "code"),
    [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("yea\n", 1), (CTRL_D, 1), (CTRL_C, 130)],
)
def test_the_question(pip: Pip, typed: str, code: int) -> None:
    with pip.sit_at("-d", "swig") as terminal:
        terminal.expect("Run this? [y/N] ")
        assert f"To install:\n\n    {pip.command('swig')}\n\nRun this?" in terminal.said
        terminal.type(typed)
        assert terminal.end() == code
        assert ("Nothing more was run.\n" in terminal.said) == (code == 1)
        assert terminal.said.endswith("interrupted\n") == (code == 130)
        assert "the log is" not in terminal.said  # there is none
    assert pip.has_swig == (code == 0)


@on_a_terminal
def test_the_question_beside_a_document(pip: Pip) -> None:
    with pip.sit_at("-d", "swig", "--format", "json") as terminal:
        terminal.expect(f"    {pip.command('swig')}\n\nRun this? [y/N] ")
        terminal.type("n\n")
        assert terminal.end() == 1


@on_a_terminal
@pytest.mark.parametrize("is_verbose", [False, True])
def test_lines_on_a_terminal(pip: Pip, is_verbose: bool) -> None:
    """One line that changes; all of them where they are asked for."""
    with pip.sit_at("-d", "swig", "--yes", *(["-v"] if is_verbose else [])) as terminal:
        assert terminal.end() == 0
        done = "Successfully installed swig-4.3"
        assert (f"\n{done}\n" in terminal.said) == is_verbose
        assert (f"\r  {done}" in terminal.said) != is_verbose
        assert terminal.said.endswith("1 external requirement, all satisfied.\n")
