"""The document that a helper replies with; its schema is `helper-reply.schema.json`."""

from __future__ import annotations

from extdeps.render.json import SCHEMA_VERSION, describe_error, format_finding, format_step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.reply import Reply


def format_reply(reply: Reply, protocol: int) -> dict[str, object]:
    """The document of `extdeps helper` (`pep_draft`, "The helper of an installer").

    Args:
        reply: the answer.
        protocol: that it is of.
    """
    return {
        "protocol": protocol,
        "schema_version": SCHEMA_VERSION,
        "status": reply.status,
        "findings": [format_finding(finding) for finding in reply.report.findings],
        "plan": _format_plan(reply),
        "done": [format_step(step) for step in reply.steps],
        "notes": list(dict.fromkeys((*reply.report.notes, *reply.notes))),
        "error": describe_error(reply.error) if reply.error else None,
    }


def _format_plan(reply: Reply) -> dict[str, object] | None:
    if reply.plan is None:
        return None
    from extdeps.render.plandocument import format_plan

    return format_plan(reply.plan)
