"""The pages of `docs`: the API is what was frozen, its page is up to date, and every example does what it says."""

from __future__ import annotations

import doctest
import inspect
import re
import runpy
from pathlib import Path

import pytest

from support.recorded import load_host
from support.roots import write_root

DOCS = Path(__file__).parents[2] / "docs"
FROZEN = Path(__file__).with_name("public_api.txt")
GENERATOR = runpy.run_path(str(DOCS / "generate_api.py"))
SIGNATURES = list(GENERATOR["iter_signatures"]())


def test_the_api_is_what_was_frozen() -> None:
    """Whoever changes it changes the file too, and says in the commit who has to do what about it."""
    assert [written for _, _, written in SIGNATURES] == FROZEN.read_text(encoding="utf-8").splitlines()


def test_the_page_is_what_the_script_makes() -> None:
    assert (DOCS / "api.md").read_text(encoding="utf-8") == GENERATOR["render_page"](), "run `docs/generate_api.py`"


@pytest.mark.parametrize(("name", "value", "written"), SIGNATURES, ids=[name for name, _, _ in SIGNATURES])
def test_what_is_promised_is_described(name: str, value: object, written: str) -> None:
    text = inspect.getdoc(value)
    assert text
    if "." not in name and "(" in written and not name.endswith("Error"):
        for parameter in inspect.signature(value).parameters:  # type: ignore[arg-type]
            assert f"\n    {parameter}: " in text


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_root(tmp_path / "debian-12", load_host("debian-12"))
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "installers.md").read_text(encoding="utf-8")
    code = re.sub(r"^```.*$", "", text, flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(code, {}, "installers.md", "installers.md", 0)
    assert len(examples.examples) == text.count("\n>>> ")
    failed, attempted = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(examples)
    assert (failed, attempted) == (0, len(examples.examples))
