"""The document of a plan; its schema is `plan.schema.json`."""

from __future__ import annotations

from extdeps.render.json import SCHEMA_VERSION, format_command, format_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Decision, Plan, Unmet
    from extdeps.model.step import Step
    from extdeps.model.transaction import Change, Preview


def format_plan(plan: Plan) -> dict[str, object]:
    """The document of `extdeps plan` (`pep_draft`, "Plans").

    Args:
        plan: what was decided.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "host": format_host(plan.host),
        "ecosystem": plan.ecosystem or None,
        "verified": plan.is_verified,
        "subjects": [{"name": name, "taken": taken or None} for name, taken in plan.subjects],
        "decisions": [_decision(decision) for decision in plan.decisions],
        "unmet": [_unmet(unmet) for unmet in plan.unmet],
        "steps": [_step(step) for step in plan.steps],
        "notes": list(plan.notes),
    }


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "identifier": decision.identifier,
        "phase": decision.phase,
        "asks": [{"requirement": ask.requirement, "requested_by": ask.requested_by} for ask in decision.asks],
        "provider": decision.provider,
        "source": decision.source,
        "ecosystem": decision.ecosystem,
        "version": decision.version or None,
        "packages": list(decision.packages),
    }


def _unmet(unmet: Unmet) -> dict[str, object]:
    return {
        "identifier": unmet.identifier,
        "phase": unmet.phase,
        "requirement": unmet.ask.requirement,
        "requested_by": unmet.ask.requested_by,
        "reason": unmet.reason,
        "details": list(unmet.details),
        "remedies": list(unmet.remedies),
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "kind": step.kind,
        **format_command(step.command),
        "shell": str(step),
        "specs": list(step.command.wanted.values()),
        "preview": _preview(step.preview) if step.preview else None,
    }


def _preview(preview: Preview) -> dict[str, object]:
    return {
        "simulated": preview.is_simulated,
        "download": preview.download,
        "problem": preview.problem,
        "changes": [_change(change) for change in preview.changes],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "package": change.package,
        "before": change.before or None,
        "after": change.after or None,
        "size": change.size or None,
    }
