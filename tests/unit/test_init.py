"""The names that `import extdeps` gives."""

from __future__ import annotations

import ast
import doctest
from pathlib import Path

import pytest

import extdeps


def test_the_example() -> None:
    result = doctest.testmod(extdeps, raise_on_error=True)
    assert (result.failed, result.attempted) == (0, 2)


@pytest.mark.parametrize("name", extdeps.__all__)
def test_every_name_is_there(name: str) -> None:
    value = getattr(extdeps, name)
    assert value.__name__ == name
    assert value.__doc__


def test_every_name_is_known_to_a_type_checker() -> None:
    tree = ast.parse(Path(extdeps.__file__).read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imported = {name.name for node in block.body if isinstance(node, ast.ImportFrom) for name in node.names}
    assert sorted(imported) == sorted(extdeps.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError) as caught:
        extdeps.nosuch  # noqa: B018
    assert str(caught.value) == "module 'extdeps' has no attribute 'nosuch'"
