"""The code for each shell; a real `sh` evaluates its own, the other shells do in tests/live."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.model.environment import Environment, Variable
from extdeps.render.environment import SHELLS, render_environment
from support.variables import BEFORES, HOSTILE, make_environment, run_shell

PLAIN = Environment(
    variables=(
        Variable(name="CPATH", values=("/p/include",), why="headers"),
        Variable(name="PATH", values=("/p/bin", "/q/bin"), why="programs"),
        Variable(name="XPATH", values=("/x",), why="others", is_last=True),
        Variable(name="LDFLAGS", values=("-Wl,-rpath,/p/lib",), why="run path", separator=" "),
        Variable(name="DYLD_FALLBACK_LIBRARY_PATH", values=("/p/lib",), why="libraries", default="/usr/lib"),
        Variable(name="CUDA_HOME", values=("/opt/cuda",), why="root", separator=""),
    ),
    on_request=(Variable(name="LD_LIBRARY_PATH", values=("/p/lib",), why="costs"),),
    notes=("a note\x1b[2J\nof two lines",),
)
COMMENTS = [
    "# CPATH: headers",
    "# PATH: programs",
    "# XPATH: others",
    "# LDFLAGS: run path",
    "# DYLD_FALLBACK_LIBRARY_PATH: libraries",
    "# CUDA_HOME: root",
    "# not set, `--phase run` sets it: LD_LIBRARY_PATH=/p/lib: costs",
    "# a note\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}of two lines",
]


@pytest.mark.parametrize(
    ("shell", "code"),
    [
        (
            "sh",
            [
                'export CPATH=/p/include"${CPATH:+:$CPATH}";',
                'export PATH=/p/bin:/q/bin"${PATH:+:$PATH}";',
                'export XPATH="${XPATH:+$XPATH:}"/x;',
                'export LDFLAGS=-Wl,-rpath,/p/lib"${LDFLAGS:+ $LDFLAGS}";',
                "export DYLD_FALLBACK_LIBRARY_PATH=/p/lib':'\"${DYLD_FALLBACK_LIBRARY_PATH:-/usr/lib}\";",
                "export CUDA_HOME=/opt/cuda;",
            ],
        ),
        (
            "fish",
            [
                "if test -n \"$CPATH\"; set -gx --path CPATH '/p/include' $CPATH; "
                "else; set -gx --path CPATH '/p/include'; end;",
                "if test -n \"$PATH\"; set -gx --path PATH '/p/bin' '/q/bin' $PATH; "
                "else; set -gx --path PATH '/p/bin' '/q/bin'; end;",
                "if test -n \"$XPATH\"; set -gx --path XPATH $XPATH '/x'; else; set -gx --path XPATH '/x'; end;",
                'if test -n "$LDFLAGS"; set -gx LDFLAGS \'-Wl,-rpath,/p/lib\'" $LDFLAGS"; '
                "else; set -gx LDFLAGS '-Wl,-rpath,/p/lib'; end;",
                'if test -n "$DYLD_FALLBACK_LIBRARY_PATH"; '
                "set -gx --path DYLD_FALLBACK_LIBRARY_PATH '/p/lib' $DYLD_FALLBACK_LIBRARY_PATH; "
                "else; set -gx --path DYLD_FALLBACK_LIBRARY_PATH '/p/lib' '/usr/lib'; end;",
                "set -gx CUDA_HOME '/opt/cuda';",
            ],
        ),
        (
            "powershell",
            [
                "$env:CPATH = '/p/include' + $(if ($env:CPATH) { ':' + $env:CPATH } else { '' });",
                "$env:PATH = '/p/bin:/q/bin' + $(if ($env:PATH) { ':' + $env:PATH } else { '' });",
                "$env:XPATH = $(if ($env:XPATH) { $env:XPATH + ':' } else { '' }) + '/x';",
                "$env:LDFLAGS = '-Wl,-rpath,/p/lib' + $(if ($env:LDFLAGS) { ' ' + $env:LDFLAGS } else { '' });",
                "$env:DYLD_FALLBACK_LIBRARY_PATH = '/p/lib' + $(if ($env:DYLD_FALLBACK_LIBRARY_PATH) "
                "{ ':' + $env:DYLD_FALLBACK_LIBRARY_PATH } else { ':' + '/usr/lib' });",
                "$env:CUDA_HOME = '/opt/cuda';",
            ],
        ),
    ],
)
def test_code_first_and_then_comments(shell: str, code: list[str]) -> None:
    assert list(render_environment(PLAIN, shell)) == [*code, *COMMENTS]


@pytest.mark.parametrize("shell", SHELLS)
def test_nothing_to_set_is_a_comment_alone(shell: str) -> None:
    assert list(render_environment(Environment(notes=("nothing is needed",)), shell)) == ["# nothing is needed"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_comment_stays_on_its_line(shell: str, value: str) -> None:
    environment = make_environment(value)
    comments = list(render_environment(environment, shell))[len(environment.variables) :]
    assert len(comments) == len(environment.variables) + 2
    assert all(line.startswith("# ") and len(line.splitlines()) == 1 for line in comments)


def test_powershell_takes_other_quotes_for_quotes() -> None:
    value = "/a\N{RIGHT SINGLE QUOTATION MARK}'b\N{SINGLE LOW-9 QUOTATION MARK}"
    environment = Environment(variables=(Variable(name="X", values=(value,), why="x", separator=""),))
    doubled = "/a\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}''b"
    doubled += "\N{SINGLE LOW-9 QUOTATION MARK}" * 2
    assert next(render_environment(environment, "powershell")) == f"$env:X = '{doubled}';"


@pytest.mark.parametrize("before", BEFORES, ids=["unset", "empty", "set"])
@pytest.mark.parametrize("value", HOSTILE)
def test_sh_sets_what_is_meant(value: str, before: dict[str, str], tmp_path: Path) -> None:
    environment = make_environment(value)
    code = "set -eu\n" + "\n".join(render_environment(environment, "sh"))
    names = [variable.name for variable in environment.variables]
    shown = run_shell(["/bin/sh", "-c"], code, before, [*names, "LD_LIBRARY_PATH"], str(tmp_path))
    wanted = environment.apply(before)
    assert shown == {**{name: wanted[name] for name in names}, "LD_LIBRARY_PATH": ""}
    assert list(tmp_path.iterdir()) == []


def test_the_quotes_around_the_command_may_be_forgotten(tmp_path: Path) -> None:
    code = "\n".join(render_environment(PLAIN, "sh"))
    (tmp_path / "code").write_text(code)
    shown = run_shell(["/bin/sh", "-c"], "eval $(cat code)", {"CPATH": "/b"}, ["CPATH", "CUDA_HOME"], str(tmp_path))
    assert shown == {"CPATH": "/p/include:/b", "CUDA_HOME": "/opt/cuda"}


def parse_github(text: str) -> dict[str, str]:
    """The variables of a file in the form of `GITHUB_ENV` with delimiters; the last of a name counts."""
    variables = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, mark, delimiter = line.partition("<<")
        assert mark, line
        value = []
        for part in lines:
            if part == delimiter:
                break
            value.append(part)
        else:
            raise AssertionError(f"{name} does not end")
        variables[name] = "\n".join(value)
    return variables


@pytest.mark.parametrize("value", HOSTILE)
def test_github(value: str, tmp_path: Path) -> None:
    environment = make_environment(value)
    code = "\n".join(render_environment(environment, "github"))
    before = {**BEFORES[2], "GITHUB_ENV": str(tmp_path / "env"), "GITHUB_PATH": str(tmp_path / "path")}
    run_shell(["/bin/sh", "-c"], f"set -eu\n{code}", before, [], str(tmp_path))
    wanted = environment.apply(BEFORES[2])
    assert parse_github((tmp_path / "env").read_text()) == {
        item.name: wanted[item.name] for item in environment.variables
    }
    assert [path.name for path in tmp_path.iterdir()] == ["env"]


def test_github_keeps_the_order_of_directories(tmp_path: Path) -> None:
    path = Variable(name="PATH", values=("/first", "/se cond"), why="x")
    (code,) = list(render_environment(Environment(variables=(path,)), "github"))[:1]
    before = {"GITHUB_PATH": str(tmp_path / "path")}
    run_shell(["/bin/sh", "-c"], code, before, [], str(tmp_path))
    # each line is put in front of what the lines before it made
    assert (tmp_path / "path").read_text().splitlines() == ["/se cond", "/first"]
