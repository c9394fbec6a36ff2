"""The `[external]` table: every fault with its place, and all of them together."""

import tomllib

import pytest

from extdeps.declaration.external import parse_external
from extdeps.errors import DeclarationError


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(DeclarationError) as caught:
        parse_external(tomllib.loads(text).get("external"), subject=".", origin="pyproject.toml")
    return caught.value.context


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('external = "x"', "external: is a string, not a table"),
        (
            "[external]\nhost_requires = []",
            "external.host_requires: is not a key of `[external]`; did you mean `host-requires`?",
        ),
        ("[external]\nzebra = []", "external.zebra: is not a key of `[external]`"),
        ('[external]\ndependencies = "dep:generic/x"', "external.dependencies: is a string, not an array of strings"),
        ("[external]\ndependencies = [1]", "external.dependencies[0]: is a number, not a string"),
        ("[external]\ndependencies = [['x']]", "external.dependencies[0]: is an array, not a string"),
        (
            '[external]\ndependencies = ["zlib", "dep:generic/x@~=1"]',
            "external.dependencies[1]: `~=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `~=1`",
        ),
        (
            "[external]\ndependencies = [\"zlib; sys_platfrom == 'linux'\"]",
            "external.dependencies[0]: `sys_platfrom == 'linux'` is not an environment marker, "
            "in `zlib; sys_platfrom == 'linux'`; Expected a marker variable or quoted string",
        ),
        ('[external]\ndependencies = [""]', "external.dependencies[0]: `` names nothing"),
        ('[external]\ndependencies = ["dep:generic/"]', "external.dependencies[0]: `dep:generic/` has no name"),
        (
            '[external]\noptional-dependencies = ["zlib"]',
            "external.optional-dependencies: is an array, not a table of arrays",
        ),
        (
            '[external.optional-dependencies]\na = "zlib"',
            "external.optional-dependencies.a: is a string, not an array of strings",
        ),
        (
            "[external.optional-dependencies]\nA_b = []\na-B = []",
            "external.optional-dependencies.a-B: is the same name as `A_b`",
        ),
        (
            '[external.optional-dependencies]\n"-a" = []',
            "external.optional-dependencies.-a: `-a` is not a valid name",
        ),
        (
            "[external.dependency-groups]\ndev = []\nDEV = []",
            "external.dependency-groups.DEV: is the same name as `dev`",
        ),
        (
            '[external.dependency-groups]\ndev = [{ include-group = "x" }]',
            "external.dependency-groups.dev[0]: includes `x`, which is not a group of this table",
        ),
        (
            '[external.dependency-groups]\ndev = [{ include = "x" }]',
            'external.dependency-groups.dev[0]: is a table, but not `{include-group = "NAME"}`',
        ),
        (
            '[external.dependency-groups]\ndev = [{ include-group = "dev" }]',
            "external.dependency-groups.dev: includes itself: dev -> dev",
        ),
        ("[external.dependency-groups]\ndev = 3", "external.dependency-groups.dev: is a number, not an array"),
    ],
)
def test_fault(text: str, fault: str) -> None:
    assert faults_of(text) == (f"pyproject.toml: {fault}",)


def test_all_faults_are_said_together() -> None:
    with pytest.raises(DeclarationError) as caught:
        parse_external(
            {"build-requires": "x", "hots-requires": [], "dependencies": ["ok", "dep:", "a b"]},
            subject=".",
            origin="p.toml",
        )
    assert caught.value.message == "the `[external]` table of `p.toml` has 4 faults"
    assert [line.partition(": ")[2] for line in caught.value.context] == [
        "external.build-requires: is a string, not an array of strings",
        "external.hots-requires: is not a key of `[external]`; did you mean `host-requires`?",
        "external.dependencies[1]: `dep:` has no type",
        "external.dependencies[2]: `a b` is neither a short name with a version range nor a `dep:` URL",
    ]


def test_a_cycle_of_groups_is_said_of_each_member_once() -> None:
    text = """
    [external.dependency-groups]
    a = [{ include-group = "b" }]
    b = [{ include-group = "a" }, "catch2"]
    c = [{ include-group = "a" }]
    """
    assert faults_of(text) == (
        "pyproject.toml: external.dependency-groups.a: includes itself: a -> b -> a",
        "pyproject.toml: external.dependency-groups.b: includes itself: b -> a -> b",
    )


def test_includes_are_expanded_in_place() -> None:
    text = """
    [external.dependency-groups]
    Test = ["catch2", { include-group = "Debug_Tools" }]
    debug-tools = ["valgrind", "gdb; sys_platform == 'linux'"]
    """
    declaration = parse_external(tomllib.loads(text)["external"], subject=".", origin="pyproject.toml")
    assert [(item.group, str(item.requirement.url), item.key) for item in declaration.requirements] == [
        ("test", "dep:generic/catch2", "external.dependency-groups.Test[0]"),
        ("test", "dep:generic/valgrind", "external.dependency-groups.debug-tools[0]"),
        ("test", "dep:generic/gdb", "external.dependency-groups.debug-tools[1]"),
        ("debug-tools", "dep:generic/valgrind", "external.dependency-groups.debug-tools[0]"),
        ("debug-tools", "dep:generic/gdb", "external.dependency-groups.debug-tools[1]"),
    ]


def test_old_spelling_leaves_a_note() -> None:
    declaration = parse_external({"host-requires": ["pkg:generic/openssl"]}, subject=".", origin="pyproject.toml")
    assert declaration.notes == (
        "pyproject.toml: external.host-requires[0]: `pkg:generic/openssl` is the spelling of PEP 725's 2023 draft; "
        "today it is `dep:generic/openssl`",
    )
