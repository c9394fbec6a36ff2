"""Builds of projects that publish one per accelerator, for a command line that names such projects."""

from __future__ import annotations

from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extdeps.cli.session import Session
    from extdeps.model.selection import Chosen


def select_builds(session: Session, projects: Iterable[str], *, may_leave_out: bool = False) -> tuple[Chosen, ...]:
    """Choose a build of each project for the machine of a session.

    Args:
        session: everything that the command works with.
        projects: requirements without extras and markers.
        may_leave_out: whether a build will do that does not run on all GPUs of a vendor.

    Raises:
        UsageError: nothing is known of builds of a project.
        RequirementError: one is no such requirement.
        UnsatisfiableError: no build of one fits.
    """
    from extdeps.declaration.external import normalize_name
    from extdeps.selection import Situation, select

    selectors, machine = session.catalogue.selectors, session.machine
    environment = machine.marker_environment()
    situation = Situation(
        accelerators=session.accelerators,
        environment=environment,
        table=session.catalogue.compatibility,
        system=environment.get("platform_system", machine.host.system),
        may_leave_out=may_leave_out,
        is_probed=machine.is_probed,
        find_defined=machine.find_defined,
    )
    found = []
    for text in projects:
        name, specifier = _split(text)
        selector = selectors.get(normalize_name(name))
        if selector is None:
            from difflib import get_close_matches

            close = get_close_matches(name, selectors, n=1)
            nearest = f"did you mean `{close[0]}`? " if close else ""
            raise UsageError(f"nothing is known of builds of `{name}`", hint=f"{nearest}known: {', '.join(selectors)}")
        found.append(select(selector, situation, specifier=specifier))
    return tuple(found)


def replace_projects(
    command: Sequence[str], subjects: Sequence[str], session: Session, installer: str
) -> tuple[str, ...]:
    """A command of an installer with the builds that fit the machine.

    Args:
        command: its arguments.
        subjects: those of them that name what is to be installed.
        session: everything that the command works with.
        installer: `pip` or `uv`.

    Raises:
        UsageError: what was chosen needs an index that the rest of the command would be looked for on too.
        UnsatisfiableError: no build of a project fits.
    """
    known = [text for text in subjects if _is_known(text, session)]
    chosen = dict(zip(known, select_builds(session, known), strict=True))
    indexes = {build.index for build in chosen.values() if build.index}
    if len(indexes) > 1 or (indexes and len(chosen) < len(subjects)):
        raise UsageError(
            f"the build of {next(build.project for build in chosen.values() if build.index)} is on an index of its own",
            hint="install it by itself",
        )
    arguments: list[str] = []
    for text in command:
        build = chosen.get(text)
        own = (build.uv_arguments if installer == "uv" else build.pip_arguments) if build else (text,)
        arguments += own
    return tuple(arguments)


def _is_known(text: str, session: Session) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    from extdeps.declaration.external import normalize_name

    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        return False
    is_plain = not (parsed.url or parsed.extras or parsed.marker)
    return is_plain and normalize_name(parsed.name) in session.catalogue.selectors


def _split(text: str) -> tuple[str, str]:
    """The name and the range of a requirement.

    Raises:
        RequirementError: it is none, or asks for more than a range.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    from extdeps.errors import RequirementError

    try:
        parsed = Requirement(text)
    except InvalidRequirement as error:
        raise RequirementError(f"`{text}` is not a requirement", context=(str(error).partition("\n")[0],)) from error
    if parsed.url or parsed.extras or parsed.marker:
        raise RequirementError(f"`{text}` asks for more than a project and its versions")
    return parsed.name, str(parsed.specifier)
