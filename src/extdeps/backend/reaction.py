"""What is missing for a build on this machine, and whether that ends it (`pep_draft`, "Builds")."""

from __future__ import annotations

import sys
from dataclasses import replace

from extdeps.errors import MissingError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from extdeps.model.declaration import Declaration
    from extdeps.model.evidence import Finding, Report

    Reaction = Literal["error", "warn", "ignore"]

SETTING = "extdeps-on-missing"
VARIABLE = "EXTDEPS_ON_MISSING"
_REACTIONS: tuple[Reaction, ...] = ("error", "warn", "ignore")


def react_to_missing(declaration: Declaration, settings: Mapping[str, object], environ: Mapping[str, str]) -> None:
    """Check the build and host phases; say what is missing or unknown, and nothing where all is there.

    Args:
        declaration: of the project.
        settings: of the front end; `extdeps-on-missing` says what follows.
        environ: the variables; `EXTDEPS_ON_MISSING` says the same, and counts less.

    Raises:
        MissingError: something is missing, and that is an error.
        UsageError: what is to follow is none of `error`, `warn` and `ignore`.
    """
    reaction = choose_reaction(settings, environ)
    if reaction == "ignore":
        return
    report = _check(declaration, environ)
    if report.is_satisfied(strict=True):
        return
    error = _describe(report, declaration)
    if reaction == "error" and not report.is_satisfied():
        error.hint = f"`{VARIABLE}=warn` builds without; so does `--config-settings {SETTING}=warn`"
        raise error
    from extdeps.render.error import format_error

    print(format_error(error, word="warning"), file=sys.stderr)


def choose_reaction(settings: Mapping[str, object], environ: Mapping[str, str]) -> Reaction:
    """What follows when something is missing; arguments and errors as of `react_to_missing`."""
    given = settings.get(SETTING)
    if isinstance(given, list):  # a setting that was given several times
        given = given[-1]
    where, text = (f"config setting `{SETTING}`", given) if given else (f"variable `{VARIABLE}`", environ.get(VARIABLE))
    if not text:
        return "error"
    for reaction in _REACTIONS:
        if reaction == text:
            return reaction
    raise UsageError(f"the {where} is `{text}`", hint="it is one of error, warn and ignore")


def _check(declaration: Declaration, environ: Mapping[str, str]) -> Report:
    """The report about this machine and the Python that builds, whatever environment is active around it."""
    from extdeps.accelerator.overrides import read_overrides
    from extdeps.catalog.catalogue import Catalogue, choose_mappings
    from extdeps.checker import Selection, check
    from extdeps.host import LocalHost
    from extdeps.machine import adopt_mapping, describe_machine
    from extdeps.resources import data_directories

    host = LocalHost(environ)
    mappings = choose_mappings(environ)
    catalogue = Catalogue(data_directories(environ, host.system), mappings)
    machine = adopt_mapping(describe_machine(host, catalogue.ecosystems(), sys.executable), mappings.use)
    machine = replace(machine, find_assumed=lambda: read_overrides((), (), environ))
    return check([declaration], machine, catalogue, Selection(phases=("build", "host")))


def _describe(report: Report, declaration: Declaration) -> MissingError:
    from extdeps.render.report import render_open
    from extdeps.render.text import format_plain

    counted = [
        (sum(finding.needs_action for finding in report.findings), "missing"),
        (report.count("unknown"), "unknown"),
    ]
    what = " and ".join(f"{count} {word}" for count, word in counted if count)
    total = len(report.findings) - report.count("not-applicable")
    noun = "dependency" if total == 1 else "dependencies"
    findings = tuple(_locate(finding, declaration) for finding in report.findings)
    return MissingError(
        f"`{declaration.subject}` needs {total} external {noun} to be built: {what}",
        context=(format_plain(render_open(replace(report, findings=findings))).rstrip(),),
    )


def _locate(finding: Finding, declaration: Declaration) -> Finding:
    """The finding with the keys of pyproject.toml that it comes from."""
    keys = dict.fromkeys(
        item.key
        for item in declaration.select(extras=frozenset(), groups=frozenset())
        if item.phase == finding.phase and item.requirement == finding.requirement
    )
    return replace(finding, note="; ".join(filter(None, (", ".join(keys), finding.note))))
