"""The style and the script of the coverage page, which stand in the page itself."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f5f6f8; --text: #1c2128; --soft: #59636e; --line: #d5dae0; --link: #0b5cad;
  --good: 29 120 116; --warn: 196 118 0; --bad: 186 47 60; --off: 128 138 150;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --panel: #1d232a; --text: #e6e9ed; --soft: #a0a9b4; --line: #363f49; --link: #7db7f0;
    --good: 58 168 160; --warn: 226 150 40; --bad: 232 92 104; --off: 128 138 150;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2.5rem) 4rem; max-width: 90rem;
  background: var(--ground); color: var(--text);
  font: 0.95rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 0.25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0.25rem; }
p { margin: 0.25rem 0 0.75rem; max-width: 65ch; }
.soft { color: var(--soft); }
nav a { color: var(--link); margin-right: 1rem; white-space: nowrap; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.9em; overflow-wrap: anywhere; }
.scroll {
  overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; width: fit-content;
  max-width: 100%;
}
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
tbody tr:last-child > * { border-bottom: 0; }
thead th {
  position: sticky; top: 0; z-index: 2; background: var(--panel); vertical-align: bottom; white-space: nowrap;
}
th[scope=row] {
  position: sticky; left: 0; z-index: 1; background: var(--ground); font-weight: 500; white-space: nowrap;
}
thead th:first-child { left: 0; z-index: 3; }
tbody tr:hover > * { background-image: linear-gradient(rgb(var(--off) / 0.12), rgb(var(--off) / 0.12)); }
td.n, .numbers thead th:not(:first-child) { text-align: right; }
.map th[scope=col]:not(:first-child) { padding: 0.5rem 0.1rem; }
.map thead span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; font-weight: 500; }
.map td {
  padding: 0.2rem; min-width: 2rem; text-align: center; white-space: nowrap;
  border-left: 1px solid var(--line);
}
.map tbody th {
  padding: 0.2rem 0.6rem; font-size: 0.9rem; max-width: 45vw; overflow: hidden; text-overflow: ellipsis;
}
.map td { font-size: 0.85rem; }
.g { background-color: rgb(var(--good) / var(--a, 0.3)); }
.w { background-color: rgb(var(--warn) / 0.35); font-weight: 600; }
.b { background-color: rgb(var(--bad) / 0.4); font-weight: 600; }
.o { background-color: rgb(var(--off) / 0.22); }
.u { color: var(--soft); }
.v { background-color: rgb(var(--good) / 0.45); }
.legend {
  display: flex; flex-wrap: wrap; gap: 0.4rem 1.25rem; list-style: none; margin: 0.25rem 0 0.75rem;
  padding: 0; font-size: 0.9rem;
}
.legend b {
  display: inline-block; min-width: 2.2rem; padding: 0 0.35rem; margin-right: 0.35rem; text-align: center;
  border: 1px solid var(--line); border-radius: 3px; font-weight: inherit;
}
details { margin: 0.35rem 0; }
summary { cursor: pointer; padding: 0.15rem 0; }
details .scroll { margin: 0.35rem 0 0.75rem; }
.lacks { margin: 0; padding-left: 1.1rem; }
.lacks li { margin: 0.1rem 0; overflow-wrap: anywhere; }
input[type=search] {
  font: inherit; padding: 0.3rem 0.6rem; margin: 0 0 0.6rem; width: min(22rem, 100%); color: inherit;
  background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
}
.wrap { white-space: normal; min-width: 14rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
"""

SCRIPT = """
for (const input of document.querySelectorAll("input[data-rows]")) {
  input.hidden = false;
  input.addEventListener("input", () => {
    const word = input.value.trim().toLowerCase();
    const part = document.getElementById(input.dataset.rows);
    for (const row of part.querySelectorAll("tr[data-row], li[data-row]"))
      row.hidden = word !== "" && !row.textContent.toLowerCase().includes(word);
    for (const group of part.querySelectorAll("details[data-group]")) {
      const found = group.querySelector("[data-row]:not([hidden])") !== null;
      group.hidden = !found;
      group.open = word !== "" && found;
    }
  });
}
"""
