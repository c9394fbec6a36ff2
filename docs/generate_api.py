"""Writes `docs/api.md`, the page of all public names, from their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import extdeps

PAGE = Path(__file__).with_name("api.md")

_INTRODUCTION = """\
# The Python API

Every name that `from extdeps import ...` gives, with its signature and docstring. `docs/generate_api.py` writes this
page. A name, a parameter or a member that stands here is neither removed nor given another meaning within a major
version; what does not stand here may change at any time. [installers.md](installers.md) shows how they are used
together.

Names are imported when they are first used. Nothing prints, prompts or exits. Values are frozen, and made with
keywords. All errors are of one tree, which [errors.py](../src/extdeps/errors.py) draws.
"""
_MADE_BY = {"Machine": "describe_machine", "Sources": "open_sources"}
"""Values that are handed on, of which nothing else is promised."""

_MEMBERS: dict[str, tuple[str, ...]] = {
    "Catalogue": ("ecosystems",),
    "Declaration": (),
    "LocalHost": (),  # those of a host
    "Plan": ("new", "packages"),
    "Requirement": ("constraints", "format_short"),
    "RootHost": (),
    **dict.fromkeys(_MADE_BY, ()),
}
"""The members that are promised of a class, where not all are that it has."""

_SECTION = re.compile(r"^(Args|Returns|Raises|Attributes):$", re.MULTILINE)
_ITEM = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


class _Written:
    """An annotation or a default as it is written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def iter_signatures() -> Iterator[tuple[str, Any, str]]:
    """Each public name or member of one (`Report.count`), with what it is, and how it is written."""
    for name in extdeps.__all__:
        value = getattr(extdeps, name)
        yield name, value, name if name in _MADE_BY else name + _format_signature(value)
        for key, member in vars(value).items() if inspect.isclass(value) else ():
            own = f"{name}.{key}"
            if key.startswith("_") or key not in _MEMBERS.get(name, (key,)):
                continue
            if isinstance(member, property) and member.fget:
                yield own, member, f"{own} -> {inspect.get_annotations(member.fget)['return']}"
            elif callable(member):
                yield own, member, own + _format_signature(member)


def _format_signature(value: Any) -> str:
    """The parameters; of a class those that it is made with, and of a protocol, which is not made, none."""
    if inspect.isclass(value) and value.__init__ is object.__init__:
        return ""
    signature = inspect.signature(value)
    parameters = [
        parameter.replace(annotation=_bare(parameter.annotation), default=_simple(parameter.default))
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    is_class = inspect.isclass(value)
    result = inspect.Signature.empty if is_class else _bare(signature.return_annotation)
    return str(signature.replace(parameters=parameters, return_annotation=result))


def _bare(annotation: Any) -> Any:
    return _Written(annotation) if isinstance(annotation, str) else annotation


def _simple(default: Any) -> Any:
    """A default as it is written, or an ellipsis for one that is made or called."""
    is_plain = default in (inspect.Parameter.empty, None, ()) or isinstance(default, bool | int | float | str | tuple)
    return default if is_plain or default == frozenset() else _Written("...")


def render_page() -> str:
    """The page."""
    parts = [_INTRODUCTION]
    for name, value, signature in iter_signatures():
        mark = "###" if "." in name else "##"
        parts.append(f"{mark} {name}\n\n```text\n{signature}\n```\n\n{_describe(name, value)}\n")
    return "\n".join(parts)


def _describe(name: str, value: Any) -> str:
    text = inspect.getdoc(value) or ""
    maker = _MADE_BY.get(name)
    if maker:
        summary = text.partition("\n")[0]
        return f"{summary} It is made by [{maker}](#{maker}); what it consists of is not promised."
    rendered = _render_docstring(text)
    if inspect.isclass(value) and issubclass(value, extdeps.ExtdepsError):
        rendered += f"\n\n`code` is `{value.code}`, `exit_code` {value.exit_code}."
    return rendered


def _render_docstring(text: str) -> str:
    """A docstring as Markdown: its sections become lists, with the names as code."""
    text = _ITEM.sub(r"- `\1`: ", _SECTION.sub(r"**\1**\n", text))
    return re.sub(r"\n {4}(?=\S)", "\n", re.sub(r"\n {8}(?=\S)", "\n  ", text))


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
