"""Version ranges of Poetry."""

from __future__ import annotations

import pytest

from extdeps.declaration.lockfiles.constraint import satisfies_constraint


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        ("*", "0 1.2 9a1", ""),
        ("", "0", ""),
        (">=3.8,<4", "3.8 3.11.7", "3.7 4.0"),
        (">=3.8, <4.0", "3.8", "4.0"),
        ("^1.2.3", "1.2.3 1.9", "1.2.2 2.0"),
        ("^0.2.3", "0.2.3 0.2.9", "0.3 1.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0", "0.9", "1.0"),
        ("~1.2.3", "1.2.3 1.2.9", "1.3"),
        ("~1.2", "1.2.9", "1.3"),
        ("~1", "1.9", "2"),
        ("~=1.2", "1.9", "2"),
        ("1.2.*", "1.2.9", "1.3"),
        ("1.2", "1.2 1.2.0", "1.2.1"),
        ("=1.2", "1.2", "1.3"),
        ("!=3.0.*,>=2.7", "2.7 3.1", "3.0.1 2.6"),
        (">=2.7,<2.8 || >=3.5", "2.7.1 3.5", "3.4"),
        ("^2.7 | ^3.6", "2.7 3.6", "3.5"),
        ("===1.0", "1.0", "1.1"),
        ("whatever", "1", ""),
    ],
)
def test_versions_inside_and_outside(constraint: str, inside: str, outside: str) -> None:
    assert [version for version in inside.split() if not satisfies_constraint(version, constraint)] == []
    assert [version for version in outside.split() if satisfies_constraint(version, constraint)] == []
