"""The coverage page in a real browser: it shows everything, breaks at no width, and its script has no fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WIDTHS = (1200, 380)
MEASURE = """
<script>
addEventListener("load", () => {
  const count = (name) => document.querySelectorAll(name).length;
  const input = document.querySelector("input[data-rows=identifier-rows]");
  const all = count("#identifier-rows tr[data-row]");
  input.value = "zlib";
  input.dispatchEvent(new Event("input"));
  const kept = count("#identifier-rows tr[data-row]:not([hidden])");
  const open = count("#identifier-rows details[open]");
  input.value = "";
  input.dispatchEvent(new Event("input"));
  for (const part of document.querySelectorAll("details")) part.open = true;
  const facts = {
    "inner": innerWidth, "content": document.documentElement.scrollWidth, "body": document.body.scrollWidth,
    "hidden": count("input[hidden]"), "cells": count("td"), "all": all, "kept": kept, "open": open,
    "shown": count("#identifier-rows tr[data-row]:not([hidden])"),
  };
  parent.postMessage(facts, "*");
});
</script>
</body>
"""
FRAME = """
<!DOCTYPE html>
<body style="margin: 0">
<script>
addEventListener("message", (event) => {{
  for (const [name, value] of Object.entries(event.data)) document.body.setAttribute(`data-${{name}}`, value);
}});
</script>
<iframe src="{source}" width="{width}" height="1000" style="border: 0"></iframe>
</body>
"""
"""A window cannot be narrower than 500 pixels; a frame can."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "coverage.html"
    command = [sys.executable, "-m", "extdeps", "mapping", "coverage", "--format", "html", "--output", str(path)]
    subprocess.run(command, check=True)
    return path


def browse(page: Path, width: int, *options: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("chromium")
    assert program, "install chromium"
    profile = page.with_name(f"profile{width}")
    command = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--hide-scrollbars",
        f"--user-data-dir={profile}", f"--window-size={width},1000", *options, page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_reader_sees(page: Path, width: int) -> None:
    text = page.read_text()
    measured = page.with_name(f"measured{width}.html")
    measured.write_text(text.replace("</body>", MEASURE))
    frame = page.with_name(f"frame{width}.html")
    frame.write_text(FRAME.format(source=measured.name, width=width))
    done = browse(frame, 1300, "--virtual-time-budget=5000", "--dump-dom")
    assert "CONSOLE" not in done.stderr  # neither an error of the script nor a breach of the page's policy
    body = re.search(r"<body[^>]*>", done.stdout)
    assert body
    facts = {name: int(value) for name, value in re.findall(r'data-(\w+)="(\d+)"', body[0])}
    assert facts["inner"] == width
    assert facts["content"] <= width
    assert facts["body"] <= width
    assert facts["hidden"] == 0
    assert facts["cells"] == text.count("<td")
    assert facts["all"] == facts["shown"] > facts["kept"] >= 1
    assert facts["open"] >= 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_picture_of_it(page: Path, width: int) -> None:
    picture = page.with_name(f"{width}.png")
    browse(page, width, f"--screenshot={picture}")
    header = picture.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    assert int.from_bytes(header[16:20], "big") == width
    assert picture.stat().st_size > 20_000  # an empty page is smaller
