"""Whatever a text holds, each format has the same shape, and a shell gets the word."""

from __future__ import annotations

import json
import shlex
import subprocess

import dockerfile  # type: ignore[import-not-found]
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extdeps.model.plan import Plan
from extdeps.render.formats.quoting import quote_word
from extdeps.render.formats.table import FORMATS
from extdeps.render.text import harmless
from support.plans import NASTY_WORDS, decide, make_plan, make_unmet

PIECES = (
    "'",
    '"',
    "\\",
    "`",
    "$",
    "{",
    "}",
    "<<",
    "EOF",
    "#",
    "\n",
    "\r",
    "\t",
    "\0",
    "\u2028",
    "\x85",
    ": ",
    "- ",
    "*/",
)
TEXTS = st.one_of(st.text(), st.sampled_from(NASTY_WORDS), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
WORDS = st.lists(TEXTS, min_size=1, max_size=8).map(tuple)


def make_foreign(words: tuple[str, ...], ecosystem: str) -> Plan:
    return make_plan(
        decide("gdal", "host", *words, ecosystem=ecosystem),
        ecosystem=ecosystem,
        unmet=tuple(make_unmet(word) for word in words),
        subjects=words,
        notes=words,
    )


def split(command: str) -> set[str]:
    return set(shlex.split(command.replace("\\\n", " ")))


@settings(max_examples=60)
@given(WORDS)
def test_a_shell_gets_each_word_on_one_line_and_unexpanded(words: tuple[str, ...]) -> None:
    quoted = [quote_word(word) for word in words]
    assert not any("${" in word or "\n" in word for word in quoted)
    argv = ["sh", "-c", f"printf '%s\\n' {' '.join(quoted)}"]
    done = subprocess.run(argv, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split("\n")[:-1] == [harmless(word) for word in words]


@given(WORDS)
def test_a_dockerfile_has_its_instructions_and_no_others(words: tuple[str, ...]) -> None:
    plan = make_foreign(words, "debian+12")
    commands = dockerfile.parse_string(FORMATS["dockerfile"].render((plan, plan)))
    names = [command.cmd.upper() for command in commands if command.cmd.upper() != "COPY"]
    assert names == ["ARG", "FROM", "RUN", "RUN", "FROM", "RUN", "ENV"]
    assert {harmless(word) for word in words} <= split(commands[2].value[0])


@given(WORDS)
def test_a_step_has_its_keys_and_no_others(words: tuple[str, ...]) -> None:
    (step,) = yaml.safe_load(FORMATS["github"].render((make_foreign(words, "ubuntu+24.04"),)))
    assert step.keys() == {"name", "run"}
    assert {harmless(word) for word in words} <= split(step["run"])


@given(WORDS)
def test_a_devcontainer_has_its_keys_and_no_others(words: tuple[str, ...]) -> None:
    lines = FORMATS["devcontainer"].render((make_foreign(words, "debian+12"),)).split("\n")
    document = json.loads("\n".join(line for line in lines if not line.startswith("//")))
    assert document.keys() == {"image", "onCreateCommand"}
    assert {harmless(word) for word in words} <= split(document["onCreateCommand"])
