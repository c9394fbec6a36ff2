"""Documents for programs; their schemas are in `pep_draft/schemas/`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.errors import ExtdepsError
    from extdeps.model.accelerator import Accelerators
    from extdeps.model.declaration import Declaration, DeclaredRequirement
    from extdeps.model.definition import Definitions
    from extdeps.model.environment import Environment, Variable
    from extdeps.model.evidence import Evidence, Finding, InstallCommand, Report
    from extdeps.model.hostfacts import HostFacts, ManagerFacts
    from extdeps.model.step import Step
    from extdeps.model.transaction import Preview

SCHEMA_VERSION = 1

_STATUSES = ("satisfied", "missing", "wrong-version", "incomplete", "unknown", "not-applicable")


def format_report(report: Report, facts: HostFacts, *, strict: bool) -> dict[str, object]:
    """The document of a check (`check-report.schema.json`).

    Args:
        report: what was found.
        facts: the machine.
        strict: whether unknown counts as missing.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "host": format_host(facts),
        "probed": report.probed,
        "subjects": [{"name": name, "taken": taken or None} for name, taken in report.subjects],
        "findings": [format_finding(finding) for finding in report.findings],
        "summary": {
            "satisfied": report.is_satisfied(strict=strict),
            "counts": {status: report.count(status) for status in _STATUSES},  # type: ignore[arg-type]
            "undeclared": list(report.undeclared),
        },
        "commands": [format_command(command) for command in report.commands],
        "notes": list(report.notes),
    }


def format_installation(
    report: Report, facts: HostFacts, steps: Iterable[Step], *, is_run: bool, strict: bool
) -> dict[str, object]:
    """The document of `extdeps install` (`install-report.schema.json`): that of a check, and what was run.

    Args:
        report: what is there, after the steps where they were run.
        facts: the machine.
        steps: in order.
        is_run: false where they were only looked at.
        strict: whether unknown counts as missing.
    """
    return {
        **format_report(report, facts, strict=strict),
        "executed": is_run,
        "steps": [format_step(step) for step in steps],
    }


def format_step(step: Step) -> dict[str, object]:
    """A step that was run, or would be, as every document but a plan has it."""
    return {
        "kind": step.kind,
        **format_command(step.command),
        "preview": _preview(step.preview) if step.preview else None,
    }


def _preview(preview: Preview) -> dict[str, object]:
    return {
        "simulated": preview.is_simulated,
        "download": preview.download,
        "changes": [
            {
                "kind": change.kind,
                "package": change.package,
                "before": change.before or None,
                "after": change.after or None,
            }
            for change in preview.changes
        ],
    }


def describe_error(error: ExtdepsError) -> dict[str, object]:
    """An error as every document has it (`error.schema.json`)."""
    return {"code": error.code, "message": error.message, "context": list(error.context), "hint": error.hint}


def format_declarations(declarations: Iterable[Declaration], identify: dict[str, str]) -> dict[str, object]:
    """The document of `extdeps show` (`declarations.schema.json`).

    Args:
        declarations: what was read.
        identify: the canonical identifier of each requirement's own.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "declarations": [
            {
                "subject": item.subject,
                "origin": item.origin,
                "taken": item.taken or None,
                "declared": not item.is_undeclared,
                "phases": list(item.phases),
                "requirements": [_declared(declared, identify) for declared in item.requirements],
                "notes": list(item.notes),
            }
            for item in declarations
        ],
    }


def _declared(item: DeclaredRequirement, identify: dict[str, str]) -> dict[str, object]:
    requirement = item.requirement
    return {
        "requirement": str(requirement),
        "short": requirement.format_short(),
        "identifier": identify.get(requirement.url.identifier, requirement.url.identifier),
        "phase": item.phase,
        "marker": requirement.marker,
        "key": item.key,
        "extra": item.extra,
        "group": item.group,
    }


def format_finding(finding: Finding) -> dict[str, object]:
    """A finding as every document has it."""
    return {
        "requirement": str(finding.requirement),
        "identifier": finding.identifier,
        "phase": finding.phase,
        "status": finding.status,
        "evidence": [_evidence(item) for item in finding.evidence],
        "requested_by": list(finding.requested_by),
        "packages": {ecosystem: list(names) for ecosystem, names in finding.packages},
        "derived": finding.derived or None,
        "registered": finding.registered,
        "note": finding.note,
    }


def _evidence(item: Evidence) -> dict[str, object]:
    return {
        "kind": item.kind,
        "name": item.name,
        "location": item.location,
        "version": item.version or None,
        "origin": item.origin,
    }


def format_command(command: InstallCommand) -> dict[str, object]:
    """A command as every document has it."""
    return {
        "manager": command.manager,
        "ecosystem": command.ecosystem,
        "argv": [command.elevation, *command.argv] if command.elevation else list(command.argv),
        "shell": str(command),
        "packages": list(command.packages),
        "elevated": bool(command.elevation),
    }


def format_host(
    facts: HostFacts, accelerators: Accelerators | None = None, definitions: Definitions | None = None
) -> dict[str, object]:
    """The document of `extdeps host` (`host.schema.json`).

    Args:
        facts: that decide an answer.
        accelerators: what it computes with; left out of the documents of other commands.
        definitions: the capabilities that people define; left out likewise.
    """
    document: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "name": facts.name,
        "system": facts.system,
        "machine": facts.machine,
        "os": {"id": facts.os_id, "version": facts.os_version, "name": facts.os_name},
        "libc": facts.libc or None,
        "python": {
            "executable": facts.python,
            "version": facts.python_version,
            "distributor": facts.python_distributor,
        },
        "ecosystem": facts.ecosystem or None,
        "managers": [_manager(manager) for manager in facts.managers],
        "root": facts.is_root,
    }
    if accelerators is not None:
        from extdeps.render.acceleratordocument import format_accelerators

        document["accelerators"] = format_accelerators(accelerators)
    if definitions is not None:
        from extdeps.render.definitions import format_definitions

        document["defined"] = format_definitions(definitions)
    return document


def _manager(manager: ManagerFacts) -> dict[str, object]:
    return {
        "name": manager.name,
        "path": manager.path,
        "own": manager.is_own,
        "version": manager.version or None,
        "usable": manager.usable or None,
        "reason": manager.reason or None,
    }


def format_environment(environment: Environment) -> dict[str, object]:
    """The document of `extdeps env` (`environment.schema.json`)."""
    return {
        "schema_version": SCHEMA_VERSION,
        "prefix": environment.prefix or None,
        "variables": [_variable(item) for item in environment.variables],
        "on_request": [_variable(item) for item in environment.on_request],
        "notes": list(environment.notes),
    }


def _variable(item: Variable) -> dict[str, object]:
    return {
        "name": item.name,
        "values": list(item.values),
        "separator": item.separator or None,
        "last": item.is_last,
        "default": item.default or None,
        "phases": list(item.phases),
        "why": item.why,
    }
