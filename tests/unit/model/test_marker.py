"""Markers over capabilities: grammar, located errors, three answers, lowering."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from extdeps.accelerator.capabilities import is_within
from extdeps.errors import RequirementError
from extdeps.model.marker import (
    Comparison,
    Expression,
    Joined,
    Not,
    Value,
    compare_capability,
    evaluate,
    list_comparisons,
    lower,
    parse_marker,
)
from extdeps.model.requirement import parse_requirement

OPERATORS = ("==", "!=", "<=", ">=", "<", ">", "in", "not in")
HERE: dict[str, frozenset[str] | None] = {
    "cuda.driver": frozenset({"12.4"}),
    "cuda.arch": frozenset({"8.0", "9.0"}),
    "gpu.vendor": frozenset({"nvidia", "amd"}),
    "rocm.version": frozenset(),
    "cpu.level": frozenset({"x86-64-v3"}),
    "cpu.flags": frozenset({"avx2", "avx512f"}),
    "kernel.release": None,
}


def answer(text: str) -> bool | None:
    def decide(comparison: Comparison) -> bool | None:
        return compare_capability(comparison, HERE, is_within)

    return evaluate(parse_marker(text), decide)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('cuda.driver >= "12"', True),
        ('cuda.driver >= "12.5"', False),
        ('"12" <= cuda.driver', True),
        ('cuda.driver == "12.4.0"', True),
        ('cuda.arch >= "9"', True),
        ('cuda.arch < "8"', False),
        ('gpu.vendor == "amd"', True),
        ('gpu.vendor != "amd"', False),
        ('gpu.vendor != "intel"', True),
        ('not gpu.vendor == "amd"', False),
        ('rocm.version >= "6"', False),
        ('rocm.version != "6"', True),
        ('cpu.level >= "x86-64-v2"', True),
        ('cpu.level >= "x86-64-v4"', False),
        ('cpu.level >= "armv8.2-a"', False),
        ('"avx512f" in cpu.flags', True),
        ('"amx" not in cpu.flags', True),
        ('gpu.vendor in "intel amd"', True),
        ('gpu.vendor not in "intel"', True),
        ('kernel.release >= "6"', None),
        ('kernel.release >= "6" or cuda.driver >= "12"', True),
        ('kernel.release >= "6" and cuda.driver >= "13"', False),
        ('kernel.release >= "6" and cuda.driver >= "12"', None),
        ('not kernel.release >= "6"', None),
        ('my.thing == "1"', None),
        ('cpu.level >= "x86-64-v3" and not gpu.vendor == "intel"', True),
        ('not (gpu.vendor == "intel" or cuda.driver < "12")', True),
    ],
)
def test_answers(text: str, expected: bool | None) -> None:
    assert answer(text) is expected


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ('cuda.driver >= ', ('cuda.driver >= ->', "a variable or a text in quotes is missing")),
        ('cuda.driver "12"', ('cuda.driver -> "12"', "a comparison is missing")),
        ('a.b >= "12" gpu.vendor == "x"', ('a.b >= "12" -> gpu.vendor == "x"', "nothing more can follow")),
        ('(cuda.driver >= "12"', ('(cuda.driver >= "12"->', "a `)` is missing")),
        ('cuda.driver not "12"', ('cuda.driver not -> "12"', "`in` has to follow `not` here")),
        ('"1" == "2" or a.b == "1"', ('"1" -> == "2" or a.b == "1"', "one side has to be a variable")),
        ('a.b ~= "12"', ('a.b -> ~= "12"', f"a capability is compared with one of {', '.join(OPERATORS)}")),
        ('cuda.driver == cpu.level', ("cuda.driver -> == cpu.level", "a capability is compared with a text")),
        ('cuda.driver >= "12" and driver == "1"',
         ('cuda.driver >= "12" and -> driver == "1"',
          "`driver` is no variable of PEP 508, and no capability, which would have a dot")),
        ('cuda.driver >= 12', ("cuda.driver >= -> 12", "this cannot begin anything")),
        ("a.b == 'x", ("a.b == -> 'x", "this cannot begin anything")),
    ],
)  # fmt: skip
def test_faults_are_located(text: str, context: tuple[str, str]) -> None:
    with pytest.raises(RequirementError) as caught:
        parse_marker(text)
    assert caught.value.message == f"`{text}` is not a marker"
    assert caught.value.context == (context[0].replace("-> ", "-> "), context[1])


def test_a_capability_whose_first_word_ends_with_a_number() -> None:
    assert parse_requirement('openmpi; site2.mpi == "openmpi"').needs_capabilities


def test_a_requirement_with_a_capability() -> None:
    requirement = parse_requirement('cudnn>=9; cuda.driver >= "12" and sys_platform == "linux"')
    assert requirement.needs_capabilities
    assert requirement.applies({"sys_platform": "linux"}) is None
    assert requirement.applies({"sys_platform": "win32"}) is False

    def decide(comparison: Comparison) -> bool | None:
        return compare_capability(comparison, HERE, is_within)

    assert requirement.applies({"sys_platform": "linux"}, frozenset(), decide) is True


def test_a_slip_is_told_as_before() -> None:
    with pytest.raises(RequirementError, match="is not an environment marker"):
        parse_requirement("gdal; pyton == '3'")


@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ('cuda.driver >= "12"', ""),
        ('cuda.driver >= "12" and sys_platform == "linux"', 'sys_platform == "linux"'),
        ('cuda.driver >= "12" or sys_platform == "linux"', ""),
        ('not sys_platform == "win32"', 'sys_platform != "win32"'),
        ('not (sys_platform == "win32" or os_name == "nt")', 'sys_platform != "win32" and os_name != "nt"'),
        ('not python_version ~= "3.8" and os_name == "posix"', 'os_name == "posix"'),
        (
            'not gpu.vendor == "amd" and (os_name == "nt" or os_name == "posix")',
            'os_name == "nt" or os_name == "posix"',
        ),
    ],
)
def test_lowering(text: str, lowered: str) -> None:
    assert lower(parse_marker(text)) == lowered


def make_marker(random: Random, depth: int) -> Expression:
    if depth == 0 or random.random() < 0.3:
        name = random.choice(("a.a", "b.b", "os_name", "sys_platform"))
        return Comparison(Value(name, is_name=True), random.choice(("==", "!=")), Value("1", is_name=False))
    if random.random() < 0.3:
        return Not(make_marker(random, depth - 1))
    return Joined(random.choice(("and", "or")), tuple(make_marker(random, depth - 1) for _ in range(2)))


def test_what_is_printed_means_the_same_and_lowering_excludes_nothing() -> None:
    """By every assignment of true and false to what is compared."""
    random = Random(6)
    for _ in range(300):
        marker = make_marker(random, 4)
        again = parse_marker(str(marker))
        weaker = parse_marker(lower(marker)) if lower(marker) else None
        names = sorted({item.left.text for item in list_comparisons(marker)})
        for values in itertools.product((True, False), repeat=len(names)):
            truth = dict(zip(names, values, strict=True))

            def decide(comparison: Comparison, truth: dict[str, bool] = truth) -> bool:
                return truth[comparison.left.text] == (comparison.operator == "==")

            holds = evaluate(marker, decide)
            assert evaluate(again, decide) is holds
            if holds and weaker:
                assert evaluate(weaker, decide)
