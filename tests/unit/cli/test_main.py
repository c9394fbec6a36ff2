"""The command line: exit codes, output on the right stream, and the exact text of errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.cli.main import main

PYPROJECT = """
[project]
name = "demo"
version = "1.0"
[external]
build-requires = ["dep:generic/python"]
host-requires = ["no-such-library>=1"]
[external.optional-dependencies]
geo = ["no-such-program"]
[external.dependency-groups]
dev = ["no-such-tool"]
"""


def run(arguments: list[str]) -> int:
    """The exit code; argparse leaves by itself after printing help."""
    try:
        return main(arguments)
    except SystemExit as error:
        return int(error.code or 0)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "-d", "python"], 0),
        (["check", "-d", "no-such-library"], 1),
        (["check", "-d", "dep:cran/nat"], 0),
        (["check", "-d", "dep:cran/nat", "--strict"], 1),
        (["check"], 1),
        (["check", "."], 1),
        (["check", ".", "--phase", "build"], 0),
        (["show", "."], 0),
        (["host"], 0),
        (["--help"], 0),
        (["--version"], 0),
        ([], 0),
        (["check", "--phase", "compile"], 2),
        (["check", "--no-such-option"], 2),
        (["nosuch"], 2),
        (["check", "-d", "a b"], 3),
        (["check", "./nosuch.whl"], 3),
        (["check", "-d", "python", "--python", "/nosuch"], 5),
    ],
)
def test_exit_code(project: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == code
    output = capsys.readouterr()
    if code >= 2:
        assert output.out == ""
        assert output.err.startswith("error[")
    else:
        assert output.err == ""


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["check", "--phase", "compile", "-d", "x"],
            "error[usage]: `compile` is not a phase\n\nhint: the phases are build, host and run\n",
        ),
        (
            ["check", "-d", "x~=1"],
            "error[invalid-requirement]: `~=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `~=1`\n",
        ),
        (
            ["check", "-d", "x~=1", "-d", "dep:y"],
            "error[invalid-requirement]: 2 requirements are wrong\n"
            "  `~=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `~=1`\n"
            "  `dep:y` has no type\n",
        ),
        (
            ["check", "--root", "/nosuch", "-d", "x"],
            "error[usage]: `/nosuch` is not a directory\n\nhint: `--root` takes a root file system\n",
        ),
        (
            ["check", "--overlay", "/nosuch", "-d", "x"],
            "error[usage]: `/nosuch` is not a directory\n\nhint: `--overlay` takes a directory of overlays\n",
        ),
        (
            ["check", "--python", "/nosuch", "-d", "x"],
            "error[interpreter]: there is no Python at `/nosuch`\n\n"
            "hint: give the path of an executable with `--python`\n",
        ),
        (
            ["check", "--python", "/bin/true", "-d", "x"],
            "error[interpreter]: `/bin/true` is not a Python that answers\n  no answer\n",
        ),
        (["check", "./nosuch"], "error[invalid-input]: `./nosuch` is neither a file nor a directory\n"),
        (
            ["check", ".", "--extra", "geoo"],
            "error[usage]: no subject has `geoo` for `--extra`\n\nhint: there are geo\n",
        ),
        (
            ["check", "-d", "x", "--group", "dev"],
            "error[usage]: no subject has `dev` for `--group`\n\nhint: none has any\n",
        ),
        (["check", "--target", "Debian 12", "-d", "x"], "error[usage]: `Debian 12` is not an ecosystem\n"),
        (
            ["check", "--target", "plan9", "-d", "x"],
            "error[usage]: no mapping for `plan9`\n\nhint: there are mappings for alpine, ",
        ),
        (
            ["check", "--target", "debain+12", "-d", "x"],
            "error[usage]: no mapping for `debain+12`\n\n"
            "hint: did you mean `debian+12`? there are mappings for alpine, ",
        ),
        (
            ["check", "--for", "aptt", "-d", "x"],
            "error[usage]: `aptt` is not a package manager\n\nhint: did you mean `apt`? one of apt, dnf, ",
        ),
        (
            ["check", "--use-mapping", "/nosuch.json", "-d", "x"],
            "error[invalid-document]: `/nosuch.json` cannot be read\n  No such file or directory\n",
        ),
        (["check", "x\x1b[31m.whl"], "error[invalid-input]: `x\N{REPLACEMENT CHARACTER}[31m.whl` cannot be read\n"),
    ],
)
def test_error_text(project: Path, arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) >= 2
    assert capsys.readouterr().err.startswith(text)


def test_nothing_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: there is nothing to check\n\nhint: name a project, a file or a requirement, or use `--dep`\n"
    )


def test_directory_without_pyproject(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 3
    assert capsys.readouterr().err.startswith(f"error[invalid-input]: `{tmp_path}` has no pyproject.toml\n")


def test_every_fault_of_a_table_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text('[external]\nhost-requires = ["a b", 3]\nzebra = 1\n')
    assert main(["check", "."]) == 3
    assert capsys.readouterr().err == (
        "error[invalid-declaration]: the `[external]` table of `./pyproject.toml` has 3 faults\n"
        "  ./pyproject.toml: external.host-requires[0]: `a b` is neither a short name with a version range "
        "nor a `dep:` URL\n"
        "  ./pyproject.toml: external.host-requires[1]: is a number, not a string\n"
        "  ./pyproject.toml: external.zebra: is not a key of `[external]`\n"
        "\nhint: the table is specified in PEP 725: https://peps.python.org/pep-0725/\n"
    )


def test_errors_in_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-d", "a b", "--format", "json"]) == 3
    output = capsys.readouterr()
    document = json.loads(output.out)
    assert document["error"]["code"] == "invalid-requirement"
    assert output.err.startswith("error[invalid-requirement]: ")


def test_a_bug_is_one_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise RuntimeError("unexpected")

    monkeypatch.setattr("extdeps.cli.commands.host.execute", fail)
    assert main(["host", "--format", "json"]) == 70
    output = capsys.readouterr()
    assert json.loads(output.out)["error"]["code"] == "bug"
    assert output.err.startswith("error[bug]: RuntimeError at test_main.py:")
    assert output.err.count("\n") == 3


def test_table(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--extra", "geo", "--group", "dev"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "."
    assert lines[1].split()[:3] == ["✓", "python", "build"]
    assert [line.split()[:3] for line in lines[2:5]] == [
        ["✗", "no-such-tool", "build"],
        ["✗", "no-such-library>=1", "host"],
        ["✗", "no-such-program", "run"],
    ]
    assert lines[-1] == "4 external requirements: 1 satisfied, 3 missing."


def test_quiet_and_verbose(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "-q", "-d", "python", "-d", "no-such-library"])
    assert "python" not in capsys.readouterr().out
    main(["check", "-v", "-d", "python; sys_platform == 'nosuch'"])
    assert "`sys_platform == 'nosuch'` is false here" in capsys.readouterr().out


def test_colours(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["check", "-d", "python"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["check", "-d", "python"])
    assert "\x1b[" not in capsys.readouterr().out


def test_target(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-d", "libxml2", "--phase", "host", "--target", "fedora+42"]) == 0
    assert capsys.readouterr().out == (
        "--dep\n  •  libxml2  host  libxml2-devel\n\nTo get it there:\n\n    dnf install libxml2-devel\n\n"
        "1 external requirement, for a machine that was not probed.\n"
    )


def test_show(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "."]) == 0
    out = capsys.readouterr().out
    assert "dep:generic/no-such-library@>=1" in out
    assert "external.host-requires[0]" in out
    assert "extra geo" in out


def test_patch_mapping(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "patch.json"
    path.write_text('{"mappings": [{"id": "dep:generic/libxml2", "specs": "my-libxml2"}]}')
    arguments = ["check", "-d", "libxml2", "--target", "debian", "--format", "json"]
    main([*arguments, "--patch-mapping", str(path)])
    assert json.loads(capsys.readouterr().out)["findings"][0]["packages"] == {"debian": ["my-libxml2"]}


def test_a_closed_pipe_is_no_error() -> None:
    script = f"{sys.executable} -m extdeps check -d python | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_mapping_of_a_system_that_nobody_maps(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "os-release").write_text("ID=void\n")
    path = project / "void.mapping.json"
    path.write_text('{"mappings": [{"id": "dep:generic/libxml2", "specs": "libxml2-devel"}]}')
    main(["check", "-d", "libxml2", "--root", str(root), "--use-mapping", str(path), "--format", "json"])
    assert json.loads(capsys.readouterr().out)["findings"][0]["packages"] == {"void": ["libxml2-devel"]}


def test_target_with_a_path_for_the_python(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-d", "libxml2", "--target", "debian+12", "--python", sys.executable]) == 0
    assert "libxml2-dev" in capsys.readouterr().out
