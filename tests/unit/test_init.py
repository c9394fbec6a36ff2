"""The names that `import extdeps` gives."""

from __future__ import annotations

import doctest
import re
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
    text = Path(extdeps.__file__).read_text()
    block = text.partition("if TYPE_CHECKING:\n")[2].partition("\n\n")[0]
    imported = {name for line in re.findall(r"import (.+)", block) for name in line.split(", ")}
    assert sorted(imported) == sorted(extdeps.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError) as caught:
        extdeps.nosuch  # noqa: B018
    assert str(caught.value) == "module 'extdeps' has no attribute 'nosuch'"
