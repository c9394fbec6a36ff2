"""The house: which part may import which, who may touch the outside, and what a start costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import extdeps

SOURCE = Path(extdeps.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))

# each part may import those of the ranks before its own, and itself; siblings of one rank stay apart
RANKS = [
    {"errors"},
    {"model"},
    {"versions", "atomicfile"},
    {"child"},
    {"follow"},
    {"resources", "host", "fetch", "compression", "describe", "loadercache"},
    {"interpreter", "system", "cache"},
    {"catalog", "database"},
    {"declaration", "probe", "manager", "accelerator"},
    {"machine"},
    {"remedy", "marking", "selection", "unmapped", "buildenv", "contradiction", "variants", "sources"},
    {"checker", "audit"},
    {"resolve", "distribution"},
    {"render", "curate", "execute", "lockfile"},
    {"cli", "condaprefix", "backend"},  # programs
    {"__main__", "__init__"},
]
RANK = {name: index for index, names in enumerate(RANKS) for name in names}
VENDORED = {"packaging", "resolvelib", "distro", "rich", "platformdirs", "urllib3"}
SEAMS = {
    "subprocess": {"child", "follow"},
    "socket": {"fetch"},
    "urllib.request": {"fetch"},
    "urllib3": {"fetch"},
    "rich": {"render", "cli"},
    "tomlkit": {"declaration"},
    "rattler": {"condaprefix"},
}
OPTIONAL = {"tomlkit": "declaration/edit.py", "rattler": "condaprefix/"}


def part_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """The modules that a file imports, and whether it does so at its top level."""
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, id(node) in top) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_follow_the_direction(path: Path) -> None:
    part = part_of(path)
    for name, top_level in imports_of(path):
        head = name.partition(".")[0]
        if head == "extdeps" and name != "extdeps":
            other = name.split(".")[1]
            assert other == part or RANK[other] < RANK[part], f"{part} imports {name}"
            if part == "render":
                assert other in ("model", "errors", "render"), f"render needs only the model, not {name}"
        elif head not in sys.stdlib_module_names and head != "extdeps":
            place = path.relative_to(SOURCE).as_posix()
            assert head in VENDORED or place.startswith(OPTIONAL.get(head, "-")), f"{path} imports {name}"
            assert not top_level, f"{path} imports {name} at its start"
        for seam, parts in SEAMS.items():
            if name == seam or name.startswith(f"{seam}."):
                assert part in parts, f"{path} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_size_and_opening_line(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text)), f"{path} does not say what it is for"


def test_package_modules_only_re_export() -> None:
    for path in MODULES:
        if path.name == "__init__.py" and path.parent != SOURCE:
            kinds = {type(node) for node in ast.parse(path.read_text()).body}
            assert kinds <= {ast.Expr, ast.ImportFrom, ast.Assign}, path


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh Python has loaded after some code, beyond those of its own start."""
    program = f"import sys; before = set(sys.modules)\n{code}\nprint('\\f', *(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("\f")[2].split())


ASK = """
import io
from extdeps.cli.main import main
sys.stdin = io.TextIOWrapper(io.BytesIO(b'{}'))
main(['helper'])
"""


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import extdeps", {"packaging", "argparse", "json", "dataclasses", "re", "extdeps.model"}),
        (
            "from extdeps.cli.main import main; main(['--help'])",
            {
                "packaging",
                "rich",
                "json",
                "subprocess",
                "dataclasses",
                "extdeps.host",
                "extdeps.model",
                "extdeps.catalog",
            },
        ),
        (
            "from extdeps.cli.main import main; main(['check', '-d', 'zlib>=1'])",
            {
                "packaging",
                "rich",
                "urllib3",
                "tomllib",
                "email",
                "concurrent.futures",
                "ssl",
                "resolvelib",
                "extdeps.resolve",
                "extdeps.lockfile",
                "extdeps.accelerator.definer",
                "extdeps.catalog.relations",
            },
        ),
        (
            "from extdeps.cli.main import main\ntry: main(['plan', '--help'])\nexcept SystemExit: pass",
            {"packaging", "rich", "resolvelib", "json", "extdeps.host", "extdeps.resolve", "extdeps.catalog"},
        ),
        (
            "from extdeps.cli.main import main; main(['plan', '-d', 'zlib', '--target', 'debian+12'])",
            {
                "packaging",
                "rich",
                "resolvelib",
                "rattler",
                "zipfile",
                "tarfile",
                "html.parser",
                "tomllib",
                "extdeps.declaration.named",
                "extdeps.resolve.provider",
                "extdeps.resolve.alternatives",
                "extdeps.resolve.remedies",
                "extdeps.resolve.elsewhere",
                "extdeps.resolve.planfile",
                "extdeps.manager.conda",
                "extdeps.manager.rattler",
            },
        ),
        (
            ASK.format(
                '{"protocol": 1, "requirements": [{"requirement": "zlib", "phase": "host", '
                '"requested_by": {"name": "x"}}]}'
            ),
            {
                "packaging",
                "rich",
                "resolvelib",
                "urllib3",
                "tomllib",
                "email",
                "concurrent.futures",
                "ssl",
                "extdeps.resolve",
                "extdeps.execute",
                "extdeps.lockfile",
                "extdeps.declaration.named",
                "extdeps.render.plandocument",
                "extdeps.render.text",
            },
        ),
        (
            ASK.format("{}"),
            {"packaging", "rich", "resolvelib", "subprocess", "extdeps.host", "extdeps.catalog", "extdeps.checker"},
        ),
        (
            "from extdeps.cli.main import main; main(['host'])",
            {"packaging", "rich", "resolvelib", "rattler", "extdeps.resolve", "extdeps.catalog.relations"},
        ),
        ("import extdeps.fetch as it; it.Fetcher().fetch(f'file://{it.__file__}')", {"urllib3"}),
        ("import extdeps.backend", {"packaging", "json", "dataclasses", "re", "tomllib", "extdeps.model"}),
        (
            "from extdeps.backend.reaction import react_to_missing; "
            "from extdeps.declaration.external import parse_external; "
            "table = {'build-requires': ['dep:generic/python']}; "
            "react_to_missing(parse_external(table, subject='x', origin='y'), {}, {})",
            {"packaging", "rich", "urllib3", "email", "zipfile", "tarfile", "resolvelib", "extdeps.render"},
        ),
    ],
    ids=[
        "import",
        "help",
        "check",
        "plan --help",
        "plan",
        "helper",
        "no request",
        "host",
        "a file",
        "import backend",
        "backend",
    ],
)
def test_a_start_loads_no_more_than_it_needs(code: str, absent: set[str]) -> None:
    assert not loaded_by(code) & absent


def test_every_public_name_is_there() -> None:
    assert set(extdeps.__all__) == set(extdeps._HOMES)
    for name in extdeps.__all__:
        assert getattr(extdeps, name).__module__.startswith("extdeps.")
    with pytest.raises(AttributeError, match="has no attribute 'nosuch'"):
        extdeps.nosuch  # noqa: B018
