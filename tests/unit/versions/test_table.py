"""The table of orders, and what importing the package costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extdeps.errors import InvalidInputError
from extdeps.versions import get_order
from extdeps.versions.table import ORDERS


@pytest.mark.parametrize("scheme", ORDERS)
def test_that_every_row_names_an_order(scheme: str) -> None:
    assert get_order(scheme).compare("1.0", "1.1") < 0


@pytest.mark.parametrize("scheme", ["deb", "rpm", "apk", "alpm", "conda", "pep440", "loose"])
def test_that_an_order_knows_its_name(scheme: str) -> None:
    assert get_order(scheme).name == scheme


def test_that_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        get_order("gem")
    assert str(caught.value) == "no order of versions is called `gem`"
    assert caught.value.hint.startswith("one of `deb`, `rpm`, ")


def test_that_ranges_import_no_more_than_they_need() -> None:
    code = (
        "import sys, extdeps.versions.ranges\n"
        "print(*sorted({'packaging', 'dataclasses', 'inspect', 'extdeps.versions.deb'} & set(sys.modules)))"
    )
    output = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True)
    assert output.stdout == "\n"
