"""The coverage page: whole, escaped, and without anything from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.coverage import Cell, Coverage, Lack
from extdeps.curate.coveragepage import format_page

EVIL = "<script>alert('\"&')</script>"
COVERAGE = Coverage(
    ecosystems=("debian", "nix", EVIL),
    identifiers={
        "dep:generic/alpha": {"debian": "verified", "nix": "named", EVIL: "unknown"},
        "dep:generic/another": {"debian": "verified", "nix": "absent", EVIL: "unknown"},
        "dep:generic/7zip": dict.fromkeys(("debian", "nix", EVIL), "unknown"),
        "dep:virtual/compiler/c": dict.fromkeys(("debian", "nix", EVIL), "named"),
        EVIL: dict.fromkeys(("debian", "nix", EVIL), "named"),
    },
    projects={
        "spam": dict.fromkeys(("debian", "nix", EVIL), Cell(needed=2)),
        EVIL: {
            "debian": Cell(needed=0),
            "nix": Cell(needed=2, lacks=(Lack(identifier=EVIL, phases=("run",), reason="absent", is_optional=False),)),
            EVIL: Cell(
                needed=1,
                lacks=(Lack(identifier="dep:generic/alpha", phases=("run",), reason="unknown", is_optional=True),),
            ),
        },
    },
)


class Page(HTMLParser):
    """Collects the elements of a page, and its cells as text by the label of their table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "div" and (label := dict(attrs).get("aria-label")):
            self._rows = self.tables.setdefault(label, [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th", "tr", "tbody", "table")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._rows[-1][-1] += data


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(format_page(COVERAGE))


def test_tables(page: Page) -> None:
    names = ["debian", "nix", EVIL]
    assert page.tables["Ecosystems"] == [
        [
            *("Ecosystem", "Known", "Verified", "Named", "No package", "Unknown"),
            *("Projects whole", "In part", "Not at all"),
        ],
        ["debian", "80 %", "2", "2", "0", "1", "2", "0", "0"],
        ["nix", "80 %", "0", "3", "1", "1", "1", "1", "0"],
        [EVIL, "40 %", "0", "2", "0", "3", "1", "0", "1"],
    ]
    assert page.tables["What to add next"] == [
        ["Identifier", "Projects", "Asked for by", "Not known in"],
        ["alpha", "1", EVIL, EVIL],
    ]
    assert page.tables["Projects by ecosystem"] == [
        ["Project", *names],
        ["spam", "2/2", "2/2", "2/2"],
        [EVIL, "0/0", "1/2", "0/1"],
    ]
    assert page.tables["Identifiers by initial letter"][:4] == [
        ["Letter", *names],
        ["A (2)", "100", "100", "0"],
        ["0-9 (1)", "0", "0", "0"],
        ["virtual (1)", "100", "100", "100"],
    ]
    assert page.tables["Identifiers: A"] == [
        ["Identifier", *names],
        ["alpha", "\N{CHECK MARK}", "\N{BULLET}", "?\n"],
        ["another", "\N{CHECK MARK}", "\N{EN DASH}", "?\n"],
    ]


def test_nothing_is_from_elsewhere_and_all_is_escaped(page: Page) -> None:
    text = format_page(COVERAGE)
    assert EVIL not in text
    assert text.count("<script>") == text.count("</script>") == 1
    assert not re.search(r"https?:|url\(|@import|//", text)
    assert {"img", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in page.elements)
    assert all("src" not in attributes for _, attributes in page.elements)
    assert all((attributes["href"] or "").startswith("#") for _, attributes in page.elements if "href" in attributes)
    (policy,) = (item["content"] for tag, item in page.elements if item.get("http-equiv") == "Content-Security-Policy")
    assert policy
    assert policy.startswith("default-src 'none';")


def test_every_heading_has_a_scope_and_every_region_a_name(page: Page) -> None:
    assert all(item.get("scope") in ("row", "col") for tag, item in page.elements if tag == "th")
    assert all(item.get("aria-label") for _, item in page.elements if item.get("role") == "region")
    targets = {item["id"] for _, item in page.elements if "id" in item}
    assert {(item["href"] or "")[1:] for _, item in page.elements if "href" in item} <= targets
    assert {item["data-rows"] for tag, item in page.elements if tag == "input"} <= targets


def test_what_they_lack(page: Page) -> None:
    text = format_page(COVERAGE)
    assert "<li>nix: &lt;script&gt;alert(&#x27;&quot;&amp;&#x27;)&lt;/script&gt; (run: there is none)</li>" in text
    assert "alpha (run: none is known, optional)</li>" in text


def test_nothing_to_add() -> None:
    text = format_page(Coverage(ecosystems=("debian",), identifiers={}, projects={"spam": {"debian": Cell(needed=1)}}))
    assert "Nothing: every ecosystem says" in text
    assert "What they lack" not in text


def test_the_shipped_catalogue_makes_a_page_of_bearable_size(tmp_path: Path) -> None:
    output = tmp_path / "coverage.html"
    assert main(["mapping", "coverage", "--format", "html", "--output", str(output)]) == 0
    assert output.read_text().endswith("</html>\n")
    assert output.stat().st_size < 4_000_000
