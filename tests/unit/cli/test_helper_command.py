"""`extdeps helper`: one request in, one reply out, whatever is asked."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extdeps.cli.answering import Answering
from extdeps.cli.main import main
from extdeps.declaration.request import PROTOCOL, REQUEST_LIMIT
from extdeps.host import LocalHost
from extdeps.render.reply import format_reply
from support.pips import Pip, write_wheel
from support.recorded import load_host
from support.schemas import get_validator

Say = pytest.CaptureFixture[str]
VALIDATOR = get_validator("helper-reply")


def ask(*requirements: tuple[str, str, str], **members: object) -> dict[str, object]:
    """A request for what each of some asks for in a phase."""
    asked = [
        {"requirement": text, "phase": phase, "requested_by": {"name": name}} for text, phase, name in requirements
    ]
    return {"protocol": 1, "requirements": asked, **members}


def check_reply(code: int, document: dict[str, Any]) -> dict[str, Any]:
    """A reply that follows the schema, with the exit status of its own."""
    assert list(VALIDATOR.iter_errors(document)) == []
    codes = {"satisfied": {0}, "done": {0}, "missing": {1}, "unresolvable": {4}, "failed": {2, 3, 4, 5, 70}}
    assert code in codes[document["status"]]
    return document


def answer(request: object, host: str = "debian-12") -> dict[str, Any]:
    """The reply of a recorded machine."""
    reply = Answering(load_host(host)).answer(json.dumps(request).encode())
    return check_reply(reply.exit_code, format_reply(reply, PROTOCOL))


def run(content: bytes, *, environ: dict[str, str] | None = None) -> tuple[int, dict[str, Any], str]:
    """The reply of a real process to what stands in a pipe."""
    variables = {**(os.environ if environ is None else environ), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-m", "extdeps", "helper"], input=content, capture_output=True, env=variables, check=False
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stdout.isascii()
    return done.returncode, check_reply(done.returncode, json.loads(done.stdout)), done.stderr.decode()


def test_all_who_ask_are_in_the_finding() -> None:
    reply = answer(ask(("quirc", "host", "spam"), ("dep:generic/quirc", "host", "eggs"), ("quirc", "run", "eggs")))
    assert (reply["status"], reply["plan"], reply["done"], reply["error"]) == ("missing", None, [], None)
    assert [(item["identifier"], item["phase"], item["requested_by"]) for item in reply["findings"]] == [
        ("dep:generic/quirc", "host", ["spam", "eggs"]),
        ("dep:generic/quirc", "run", ["eggs"]),
    ]


def test_nothing_is_asked() -> None:
    reply = answer(ask())
    assert (reply["status"], reply["findings"], reply["notes"]) == ("satisfied", [], [])


def test_a_marker_that_is_false() -> None:
    reply = answer(ask(("quirc; sys_platform == 'win32'", "host", "spam")))
    assert (reply["status"], reply["findings"][0]["status"]) == ("satisfied", "not-applicable")


def test_a_plan_for_a_machine_that_is_not_here() -> None:
    reply = answer(ask(("zlib>=1.2", "host", "spam"), target="fedora", consent="plan"))
    assert reply["status"] == "missing"
    assert [step["packages"] for step in reply["plan"]["steps"]] == [["zlib-devel"]]
    assert reply["findings"][0]["status"] == "unknown"
    assert answer(ask(("zlib>=1.2", "host", "spam"), target="fedora"))["status"] == "missing"


def test_what_nobody_has() -> None:
    reply = answer(ask(("no-such-thing", "host", "spam"), target="debian+12", consent="plan"))
    assert reply["status"] == "unresolvable"
    assert [item["requested_by"] for item in reply["plan"]["unmet"]] == ["spam"]


@pytest.mark.parametrize(
    ("request_", "code", "message", "context"),
    [
        ({"protocol": 3}, "unknown-protocol", "protocol 3 is not known", []),
        (
            ask(("a/b", "host", "spam")),
            "invalid-request",
            "the request has 1 fault",
            [
                "requirements[0].requirement: `a/b` is neither a short name with a version range nor a `dep:` URL",
            ],
        ),
        (ask(target="plan9"), "usage", "no mapping for `plan9`", []),
        (ask(("zlib", "host", "x"), managers=["nosuch"]), "usage", "`nosuch` is not a package manager", []),
        (ask(python="/no/such/python"), "interpreter", "there is no Python at `/no/such/python` in `debian-12`", []),
        (
            ask(target="fedora", consent="install"),
            "usage",
            "nothing is installed on a machine that is not here",
            [],
        ),
        (
            ask(("zlib>=2", "host", "spam"), ("zlib<1", "host", "spam")),
            "contradictory-ranges",
            "no version can meet what is declared",
            ["the request: requirements[0]: `zlib>=2` and requirements[1]: `zlib<1` have no version in common"],
        ),
    ],
)
def test_an_error(request_: object, code: str, message: str, context: list[str]) -> None:
    reply = answer(request_)
    assert (reply["status"], reply["findings"]) == ("failed", [])
    assert (reply["error"]["code"], reply["error"]["message"]) == (code, message)
    assert reply["error"]["context"] == context


class Broken(LocalHost):
    """A machine on which everything is a bug."""

    def read_bytes(self, path: str, /) -> bytes | None:
        raise KeyError(path)


def test_a_bug_is_a_reply() -> None:
    reply = Answering(Broken()).answer(json.dumps(ask(("zlib", "host", "spam"))).encode())
    document = check_reply(reply.exit_code, format_reply(reply, PROTOCOL))
    assert (reply.exit_code, document["error"]["code"]) == (70, "bug")
    assert document["error"]["message"].startswith("KeyError at test_helper_command.py:")


def test_in_a_pipe() -> None:
    code, reply, said = run(json.dumps(ask(("dep:generic/python", "run", "späm"))).encode())
    assert (code, reply["status"], said) == (0, "satisfied", "")
    assert reply["findings"][0]["requested_by"] == ["späm"]


def test_in_a_pipe_with_nothing_in_it() -> None:
    code, reply, said = run(b"")
    assert (code, reply["error"]["message"], said) == (3, "the request is not JSON in UTF-8", "")


def test_where_nothing_can_be_read() -> None:
    closed = ["sh", "-c", 'exec "$0" -m extdeps helper <&-', sys.executable]
    done = subprocess.run(closed, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (3, b"")
    assert json.loads(done.stdout)["error"]["message"] == "the request is not JSON in UTF-8"


def test_more_than_is_read_is_not_waited_for() -> None:
    """The rest of what is too large is left in the pipe."""
    with subprocess.Popen(
        [sys.executable, "-m", "extdeps", "helper"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b" " * (REQUEST_LIMIT + 1))
        process.stdin.flush()
        reply = json.loads(process.stdout.read())
        assert process.wait() == 3
    assert reply["error"]["message"] == "the request is larger than 16 MiB"


def test_there_are_no_options(capsys: Say) -> None:
    assert main(["helper", "zlib"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "error[usage]: unrecognized arguments: zlib\n\nhint: see `extdeps --help`\n"


SWIG = ("swig", "build", "spam")


def ask_pip(pip: Pip, consent: str, *requirements: tuple[str, str, str]) -> tuple[int, dict[str, Any], str]:
    request = ask(*requirements, consent=consent, python=pip.python, managers=["pip"])
    return run(json.dumps(request).encode(), environ=pip.environ)


def test_planned_installed_and_left_alone(pip: Pip) -> None:
    code, reply, said = ask_pip(pip, "plan", SWIG)
    assert (code, reply["status"], reply["done"], said) == (1, "missing", [], "")
    assert [step["shell"] for step in reply["plan"]["steps"]] == [pip.command("swig")]
    assert not pip.has_swig
    code, reply, said = ask_pip(pip, "install", SWIG)
    assert (code, reply["status"]) == (0, "done")
    assert [step["packages"] for step in reply["done"]] == [["swig"]]
    assert [item["version"] for item in reply["findings"][0]["evidence"]] == ["4.3"]
    assert reply["plan"]["unmet"] == []
    assert said.startswith(f"$ {pip.command('swig')}\n")
    assert said.endswith("Successfully installed swig-4.3\n")
    code, reply, said = ask_pip(pip, "install", SWIG)
    assert (code, reply["status"], reply["plan"], reply["done"], said) == (0, "satisfied", None, [], "")


def test_all_or_nothing(pip: Pip) -> None:
    code, reply, said = ask_pip(pip, "install", SWIG, ("no-such-thing", "build", "eggs"))
    assert (code, reply["status"], reply["done"]) == (4, "unresolvable", [])
    assert [item["identifier"] for item in reply["plan"]["unmet"]] == ["dep:generic/no-such-thing"]
    assert said == "Nothing more was run.\n"
    assert not pip.has_swig
    code, reply, said = ask_pip(pip, "install", ("no-such-thing", "build", "eggs"))
    assert (code, reply["status"], reply["done"], said) == (4, "unresolvable", [], "")


def test_a_step_that_fails(pip: Pip) -> None:
    (pip.wheels / "swig-4.3-py3-none-any.whl").unlink()
    write_wheel(pip.wheels, "swig", program="swig", is_whole=False)
    code, reply, _ = ask_pip(pip, "install", SWIG)
    assert (code, reply["status"], reply["done"]) == (5, "failed", [])
    assert (reply["error"]["code"], reply["error"]["message"]) == (
        "step-failed",
        f"`{pip.command('swig')}` ended with 1",
    )
    assert [item["status"] for item in reply["findings"]] == ["missing"]
    assert reply["plan"]["unmet"] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ).map(lambda value: json.dumps(value).encode()),
        st.builds(
            lambda texts, phase, name, target: json.dumps(
                ask(*((text, phase, name) for text in texts), target=target, consent="plan")
            ).encode(),
            st.lists(st.text(max_size=6) | st.sampled_from(["zlib", "gdal>=3", "dep:virtual/compiler/c"]), max_size=3),
            st.sampled_from(["build", "host", "run"]),
            st.text(min_size=1, max_size=4),
            st.sampled_from(["debian+12", "fedora", "nosuch", ""]),
        ),
    )
)
def test_anything_gives_one_reply(monkeypatch: pytest.MonkeyPatch, capsys: Say, content: bytes) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        code = main(["helper"])
    check_reply(code, json.loads(capsys.readouterr().out))
