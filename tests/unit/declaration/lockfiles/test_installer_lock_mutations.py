"""Whatever stands in the lock of an installer, it is read, or refused with an error of ours."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extdeps.declaration.lockfiles.read import read_installer_lock
from extdeps.declaration.member import Member
from extdeps.errors import ExtdepsError
from support.installerlocks import LOCKS, sources_for

FILES = (
    "pylock/pylock.toml",
    "pylock/pylock.pip.toml",
    "uv/uv.lock",
    "poetry/poetry.lock",
    "poetry-1/poetry.lock",
    "pdm/pdm.lock",
)
VALUES = st.sampled_from(
    (
        "1",
        "true",
        '""',
        '"x"',
        "[]",
        "{}",
        "[1]",
        "[{}]",
        '["x"]',
        '{ x = "y" }',
        "1979-05-27",
        "'[::1'",
        '"\\u0000"',
        "'(((('",
        "-1e400",
    )
)


@st.composite
def mutations(draw: st.DrawFn, text: str) -> str:
    """Some lines of a lock left out, doubled, exchanged, cut, or with another value."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "double", "swap", "cut", "value", "insert"))):
            case "drop":
                lines[at] = ""
            case "double":
                lines[at] = f"{lines[at]}\n{lines[at]}"
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "value":
                lines[at] = f"{lines[at].partition(' = ')[0]} = {draw(VALUES)}"
            case _:
                place = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:place] + draw(st.text(max_size=3)) + lines[at][place:]
    return "\n".join(lines)


@pytest.mark.parametrize("file", FILES)
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_mutated_lock(file: str, data: st.DataObject) -> None:
    text = data.draw(mutations((LOCKS / file).read_text()))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, Path(file).name)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            members = read_installer_lock(
                str(path), sources_for(), extras=frozenset({"pg"}), groups=frozenset({"test"})
            )
        except ExtdepsError:
            return
    assert all(isinstance(member, Member) and member.name == member.name.lower() for member in members)
