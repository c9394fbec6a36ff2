"""Environment variables that make a build, or a program, find what is installed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.model.requirement import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable and what is added to it, or what it is set to.

    Args:
        name: the variable.
        values: directories or flags, in order.
        why: what it is for, in one sentence without a full stop.
        phases: the phases that need it.
        separator: what stands between values; empty for a variable that is set to its one value.
        is_last: whether the values go behind those that are there, to supply only what nothing else does.
        default: what the variable means where it is not set, which adding to it must not take away.
    """

    name: str
    values: tuple[str, ...]
    why: str
    phases: tuple[Phase, ...] = PHASES
    separator: str = ":"
    is_last: bool = False
    default: str = ""

    @property
    def text(self) -> str:
        """The values as one text."""
        return self.separator.join(self.values)

    def extend(self, current: str) -> str:
        """What the variable is afterwards.

        Args:
            current: what it is now; empty where it is not set.
        """
        kept = current or self.default
        if not (self.separator and kept):
            return self.text
        return f"{kept}{self.separator}{self.text}" if self.is_last else f"{self.text}{self.separator}{kept}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What `extdeps env` says (`pep_draft`, "The environment document").

    Args:
        prefix: the directory of packages of its own that it is about, or empty.
        variables: what to set.
        on_request: what costs more than it gives, and is set only by those who need it.
        notes: what else a person should know, a sentence each.
    """

    prefix: str = ""
    variables: tuple[Variable, ...] = ()
    on_request: tuple[Variable, ...] = ()
    notes: tuple[str, ...] = ()

    def apply(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The variables of a process that has set these too."""
        result = dict(environ)
        for variable in self.variables:
            result[variable.name] = variable.extend(result.get(variable.name, ""))
        return result

    def join(self, other: Environment) -> Environment:
        """This and another, whose variables come behind."""
        return replace(
            self,
            variables=merge_variables((*self.variables, *other.variables)),
            on_request=merge_variables((*self.on_request, *other.on_request)),
            notes=(*self.notes, *other.notes),
        )

    def select(self, phases: Iterable[Phase]) -> Environment:
        """What some phases need; that which is there on request is asked for by naming its phase."""
        wanted = set(phases)
        chosen = (*self.variables, *self.on_request)
        return replace(
            self,
            variables=tuple(variable for variable in chosen if wanted & set(variable.phases)),
            on_request=(),
        )


def merge_variables(variables: Iterable[Variable]) -> tuple[Variable, ...]:
    """One variable of each name: the values of all in order, and every reason once.

    Of a variable that holds one value, the first says what it is.
    """
    merged: dict[tuple[str, bool], Variable] = {}
    for variable in variables:
        key = (variable.name, variable.is_last)
        before = merged.get(key)
        if before is None:
            merged[key] = variable
        elif variable.separator:
            why = before.why if variable.why in before.why.split("; ") else f"{before.why}; {variable.why}"
            values = tuple(dict.fromkeys((*before.values, *variable.values)))
            merged[key] = replace(before, values=values, why=why)
    return tuple(merged.values())
