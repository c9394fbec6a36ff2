"""Styled lines: harmless text, columns, and colours where they are wanted."""

from __future__ import annotations

import io

import pytest

from extdeps.render.text import Span, columns, harmless, print_lines, wants_colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Ünï ✓ 漢字", "Ünï ✓ 漢字"),
        ("a\x1b[31mred", "a\N{REPLACEMENT CHARACTER}[31mred"),
        ("a\nb\tc\r", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}"),
        ("\x9b2J\x07\x7f\0", "\N{REPLACEMENT CHARACTER}2J" + "\N{REPLACEMENT CHARACTER}" * 3),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "a\N{REPLACEMENT CHARACTER}b"),
        ("a\N{NO-BREAK SPACE}\N{LINE SEPARATOR}", "a" + "\N{REPLACEMENT CHARACTER}" * 2),
        ("\udc80", "\N{REPLACEMENT CHARACTER}"),
        ("", ""),
    ],
)
def test_control_characters_are_made_visible(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    ("environ", "is_terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm"}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": ""}, False, False),
    ],
)
def test_where_colours_are_wanted(environ: dict[str, str], is_terminal: bool, colour: bool) -> None:
    assert wants_colour(Terminal() if is_terminal else io.StringIO(), environ) == colour


LINES = [
    (Span("zlib", "bold"), Span("  ok  ", "green")),
    (),
    (Span("[red] plain"),),
]


def test_plain_lines() -> None:
    stream = io.StringIO()
    print_lines(LINES, stream, {})
    assert stream.getvalue() == "zlib  ok\n\n[red] plain\n"


def test_lines_with_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("NO_COLOR", "COLORTERM", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    print_lines(LINES, stream, {"TERM": "xterm"})
    assert stream.getvalue() == "\x1b[1mzlib\x1b[0m\x1b[32m  ok  \x1b[0m\n\n\x1b[39m[red] plain\x1b[0m\n"


def test_what_a_stream_cannot_say() -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii")
    print_lines([(Span("✓ zlib"),)], stream, {})
    stream.flush()
    assert buffer.getvalue() == b"? zlib\n"


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [
        [Span("a", "bold"), Span("bbb"), Span("c")],
        [Span("aaaa"), Span("b", "dim"), Span("a longer last one")],
        [Span("a")],
        [],
    ]
    lines = columns(rows, indent=2)
    assert ["".join(span.text for span in line) for line in lines] == [
        "  a     bbb  c",
        "  aaaa  b    a longer last one",
        "  a",
        "  ",
    ]
    assert lines[0] == (Span("  "), Span("a     ", "bold"), Span("bbb  "), Span("c"))
    assert columns([[Span("a"), Span("b")]], gap=1) == [(Span("a "), Span("b"))]
    assert columns([]) == []
