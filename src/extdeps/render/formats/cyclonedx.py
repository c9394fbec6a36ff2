"""A plan as a bill of materials: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).

There is neither a serial number nor a time in it, both optional, so that the same plan is the same file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import unquote

from extdeps.render.formats.purl import format_generic, format_purl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.plan import Ask, Decision, Plan, Unmet
    from extdeps.model.requirement import Phase

_AS_UPSTREAM = frozenset({"conan", "conda-forge", "nix", "pypi", "spack"})
"""The ecosystems whose packages have the version of what is in them, and no revision beside it."""


@dataclass(slots=True)
class _Part:
    """A component, with all decisions that it has a part in."""

    name: str
    version: str
    decisions: list[Decision] = field(default_factory=list)

    @property
    def phases(self) -> set[Phase]:
        return {decision.phase for decision in self.decisions}


def render_cyclonedx(plans: tuple[Plan, ...]) -> str:
    """Write a bill of the packages that are there or would be.

    Args:
        plans: the one plan, of this machine.
    """
    (plan,) = plans
    parts = _gather(plan)
    subjects = _list_subjects(plan)
    components = [_format_part(purl, part, plan) for purl, part in sorted(parts.items())]
    applications = [_format_subject(plan, subject) for subject in subjects]
    metadata: dict[str, object] = {"tools": {"components": [{"type": "application", "name": "extdeps"}]}}
    if len(applications) == 1:
        metadata["component"] = applications[0]
    else:
        components = [*applications, *components]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {**metadata, **_format_properties(_iter_facts(plan))},
        "components": components,
        "dependencies": [
            {
                "ref": _refer(subject),
                "dependsOn": [purl for purl, part in sorted(parts.items()) if _asks(subject, part)],
            }
            for subject in subjects
        ],
        **_format_compositions(plan.unmet),
    }
    return json.dumps(document, indent=2) + "\n"


def _gather(plan: Plan) -> dict[str, _Part]:
    """The components by package URL; one that serves several decisions stands once."""
    parts: dict[str, _Part] = {}
    for decision in plan.decisions:
        for purl, name, version in _iter_packages(decision, plan):
            parts.setdefault(purl, _Part(name, version)).decisions.append(decision)
    return parts


def _iter_packages(decision: Decision, plan: Plan) -> Iterator[tuple[str, str, str]]:
    """What a decision brings: package URL, name and version.

    Of what is here only that is known which was found; that it came with the packages that could supply it is not.
    """
    if decision.is_here or not decision.packages:
        name = unquote(decision.provider.partition("/")[2])
        yield format_generic(decision.provider, decision.version), name, decision.version
        return
    for package in decision.packages:
        version = _find_version(package, decision, plan)
        yield format_purl(package, _find_ecosystem(decision, plan), version), package, version


def _find_ecosystem(decision: Decision, plan: Plan) -> str:
    """Where its packages come from, with the release where it is that of the machine."""
    return plan.ecosystem if decision.ecosystem in ("", plan.family) else decision.ecosystem


def _find_version(package: str, decision: Decision, plan: Plan) -> str:
    """The version of a package as its manager writes it, or empty: that of the library inside may be another one."""
    for step in plan.steps:
        if step.preview and step.command.manager == decision.source:
            for change in step.preview.changes:
                if change.package == package and change.after:
                    return change.after
    is_own = decision.ecosystem.partition("+")[0] in _AS_UPSTREAM and len(decision.packages) == 1
    return decision.version if is_own else ""


def _format_part(purl: str, part: _Part, plan: Plan) -> dict[str, object]:
    is_tool = part.phases == {"build"}
    return {
        "type": "application" if is_tool else "library",
        "bom-ref": purl,
        "name": part.name,
        **({"version": part.version} if part.version else {}),
        # what a build links may end up in its result, as headers and static libraries do
        "scope": "excluded" if is_tool else "required",
        "purl": purl,
        **_format_properties(trait for decision in part.decisions for trait in _iter_traits(decision, plan)),
    }


def _iter_traits(decision: Decision, plan: Plan) -> Iterator[tuple[str, str]]:
    yield "identifier", decision.identifier
    yield "phase", decision.phase
    yield "source", decision.source
    yield "upstream-version", decision.version
    if decision.provider != decision.identifier:
        yield "provider", decision.provider
    for ask in decision.asks:
        yield "requirement", _describe_ask(ask, decision.phase)
    if decision.is_here:
        for package in decision.packages:
            yield "supplied-by", format_purl(package, _find_ecosystem(decision, plan))


def _describe_ask(ask: Ask, phase: Phase) -> str:
    return f"{ask.requirement} ({phase}), for {ask.requested_by}"


def _list_subjects(plan: Plan) -> list[str]:
    named = [name for name, _ in plan.subjects]
    asking = [ask.requested_by for decision in plan.decisions for ask in decision.asks]
    return list(dict.fromkeys((*named, *asking, *(unmet.ask.requested_by for unmet in plan.unmet))))


def _format_subject(plan: Plan, subject: str) -> dict[str, object]:
    taken = (("taken", text) for name, text in plan.subjects if name == subject)
    return {
        "type": "application",
        "bom-ref": _refer(subject),
        "name": subject,
        **_format_properties(taken),
    }


def _refer(subject: str) -> str:
    return f"subject:{subject}"


def _asks(subject: str, part: _Part) -> bool:
    return any(ask.requested_by == subject for decision in part.decisions for ask in decision.asks)


def _iter_facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "ecosystem", plan.ecosystem
    yield "verified", "true" if plan.is_verified else "false"
    for unmet in plan.unmet:
        said = "; ".join((unmet.reason, *unmet.details, *unmet.remedies))
        yield "unmet", f"{_describe_ask(unmet.ask, unmet.phase)}: {said}"
    for note in plan.notes:
        yield "note", note


def _format_properties(facts: Iterable[tuple[str, str]]) -> dict[str, object]:
    stated = [{"name": f"extdeps:{name}", "value": value} for name, value in sorted(set(facts)) if value]
    return {"properties": stated} if stated else {}


def _format_compositions(unmet: Iterable[Unmet]) -> dict[str, object]:
    """That a subject needs more than the bill says, where it does."""
    references = sorted({_refer(item.ask.requested_by) for item in unmet})
    return {"compositions": [{"aggregate": "incomplete", "dependencies": references}]} if references else {}
