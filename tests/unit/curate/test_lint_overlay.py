"""What is wrong with an overlay."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.curate.fault import Fault
from extdeps.curate.lint import lint
from support.checks import CATALOGUE

READ = '[[declaration.read]]\nversion = "1.0"\ndate = 2026-11-23\nfiles = ["setup.py"]\n'


def faults(tmp_path: Path, *declarations: str) -> list[Fault]:
    path = tmp_path / "spam.toml"
    path.write_text('project = "spam"\n' + "".join(f"[[declaration]]\n{text}\n" for text in declarations))
    return list(lint(str(path), CATALOGUE))


@pytest.mark.parametrize(
    ("declarations", "expected"),
    [
        ((f'[declaration.external]\ndependencies = ["dep:generic/zlib"]\n{READ}',), []),
        (
            ('[declaration.external]\ndependencies = ["dep:generic/zlib"]',),
            [(0, "unverified", "says neither when it was tried nor what was read")],
        ),
        (
            (f'[declaration.external]\ndependencies = ["dep:generic/spamlib"]\n{READ}',),
            [(4, "unregistered", "`dep:generic/spamlib` is not in the registry")],
        ),
        (
            (f'[declaration.external]\ndependencies = ["dep:generic/java"]\n{READ}',),
            [(4, "alias", "`dep:generic/java` is an alias of `dep:generic/openjdk`")],
        ),
        (
            (f"[declaration.external]\n{READ}", 'versions = "<1"\n[declaration.external]'),
            [(0, "unreachable", "what follows `{path}`: `declaration[0]` never counts")],
        ),
        (
            (f"[declaration.external]\n{READ.replace('files', 'file')}",),
            [(0, "unreadable", "`{path}`: `declaration[0]`: `read`: `file` is not a key of it")],
        ),
    ],
    ids=["good", "unverified", "unregistered", "alias", "unreachable", "unreadable"],
)
def test_faults(tmp_path: Path, declarations: tuple[str, ...], expected: list[tuple[int, str, str]]) -> None:
    path = str(tmp_path / "spam.toml")
    found = [(fault.line, fault.code, fault.message) for fault in faults(tmp_path, *declarations)]
    assert found == [(line, code, message.format(path=path)) for line, code, message in expected]
