"""Variables as code of a shell: only code, and comments behind it, so that `eval` takes it as it is."""

from __future__ import annotations

import re
from shlex import quote

from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.environment import Environment, Variable

_DELIMITER = "EXTDEPS_END_OF_VALUE"
_POWERSHELL_QUOTES = re.compile("(['\N{LEFT SINGLE QUOTATION MARK}-\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}])")
"""What PowerShell takes for a single quote; doubled, each stands for itself."""


def render_environment(environment: Environment, shell: str) -> Iterator[str]:
    """The lines for one shell.

    The code comes first: whoever forgets the quotes around `$(extdeps env)` joins the lines,
    and a comment ends whatever follows it.

    Args:
        environment: what to set.
        shell: `sh`, `fish`, `powershell` or `github`.
    """
    for variable in environment.variables:
        yield _SHELLS[shell](variable)
    for variable in environment.variables:
        yield f"# {variable.name}: {harmless(variable.why)}"
    for variable in environment.on_request:
        values = harmless(variable.text)
        yield f"# not set, `--phase run` sets it: {variable.name}={values}: {harmless(variable.why)}"
    for note in environment.notes:
        yield f"# {harmless(note)}"


def _sh(variable: Variable) -> str:
    return f"export {variable.name}={_sh_value(variable)};"


def _sh_value(variable: Variable) -> str:
    """POSIX shell: what is there is kept; an empty variable adds no separator, since an empty directory is `.`."""
    name, separator, text = variable.name, variable.separator, quote(variable.text)
    if not separator:
        return text
    if variable.default:
        kept = f'"${{{name}:-{variable.default}}}"'
        return f"{kept}'{separator}'{text}" if variable.is_last else f"{text}'{separator}'{kept}"
    if variable.is_last:
        return f'"${{{name}:+${name}{separator}}}"{text}'
    return f'{text}"${{{name}:+{separator}${name}}}"'


def _github(variable: Variable) -> str:
    """A shell step of GitHub Actions: what is appended to these files holds for the steps after it."""
    if variable.name == "PATH" and not variable.is_last and "\n" not in variable.text:
        values = " ".join(quote(value) for value in reversed(variable.values))
        return f"printf '%s\\n' {values} >> \"$GITHUB_PATH\";"
    delimiter = _DELIMITER
    while delimiter in variable.text:
        delimiter += "_"
    form = f"{variable.name}<<{delimiter}\\n%s\\n{delimiter}\\n"
    return f"printf '{form}' {_sh_value(variable)} >> \"$GITHUB_ENV\";"


def _fish(variable: Variable) -> str:
    name = variable.name
    if variable.separator == ":":
        words = " ".join(map(_quote_fish, variable.values))
        kept = " ".join(map(_quote_fish, variable.default.split(":"))) if variable.default else ""
        new = f"{kept} {words}" if variable.is_last else f"{words} {kept}"
        joined = f"${name} {words}" if variable.is_last else f"{words} ${name}"
        option = "--path "
    else:
        new = _quote_fish(variable.text)
        separator = variable.separator
        joined = f'"${name}{separator}"{new}' if variable.is_last else f'{new}"{separator}${name}"'
        option = ""
    if not variable.separator:
        return f"set -gx {name} {new};"
    return f'if test -n "${name}"; set -gx {option}{name} {joined}; else; set -gx {option}{name} {new.strip()}; end;'


def _quote_fish(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _powershell(variable: Variable) -> str:
    name, text, separator = f"$env:{variable.name}", _quote_powershell(variable.text), f"'{variable.separator}'"
    if not variable.separator:
        return f"{name} = {text};"
    default = _quote_powershell(variable.default) if variable.default else "''"
    if variable.is_last:
        kept = f"$(if ({name}) {{ {name} + {separator} }} else {{ {default} }})"
        return f"{name} = {kept} + {text};"
    default = f"{separator} + {default}" if variable.default else default
    return f"{name} = {text} + $(if ({name}) {{ {separator} + {name} }} else {{ {default} }});"


def _quote_powershell(text: str) -> str:
    return "'" + _POWERSHELL_QUOTES.sub(r"\1\1", text) + "'"


_SHELLS = {"sh": _sh, "fish": _fish, "powershell": _powershell, "github": _github}

SHELLS = tuple(_SHELLS)
"""The shells that can be written for."""
