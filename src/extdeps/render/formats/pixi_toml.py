"""A plan as a workspace of pixi (https://pixi.sh/latest/reference/pixi_manifest/)."""

from __future__ import annotations

from extdeps.render.formats.condapackages import CHANNEL, list_conda_packages
from extdeps.render.formats.pythonsubjects import sort_subjects
from extdeps.render.formats.quoting import format_key, quote_text
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.hostfacts import HostFacts
    from extdeps.model.plan import Plan
    from extdeps.render.formats.pythonsubjects import Wanted

_SYSTEMS = {"Linux": "linux", "Darwin": "osx", "Windows": "win"}
_MACHINES = {"x86_64": "64", "amd64": "64", "arm64": "arm64", "aarch64": "aarch64"}
_OWN_MACHINES = {"linux": {"arm64": "aarch64"}, "osx": {"aarch64": "arm64"}, "win": {"aarch64": "arm64"}}
_PLATFORM = "linux-64"  # where nothing is known of the machine


def render_pixi_toml(plans: tuple[Plan, ...]) -> str:
    """Write a `pixi.toml` with Python, what the subjects need, and the subjects as dependencies of PyPI.

    Args:
        plans: one, of conda-forge.
    """
    (plan,) = plans
    subjects = sort_subjects(plan)
    packages = list_conda_packages(plan, *(() if subjects.is_empty else ("python",)))
    named = {item.name: item for item in subjects.wanted if not item.marker}
    others = (*subjects.others, *(str(item) for item in subjects.wanted if item.marker))
    remarks = list_remarks(
        plans,
        "pixi.toml",
        left_out=lambda _: (f"{other}, for which there is no place in this file" for other in others),
        unranged=lambda _: packages.unranged,
    )
    lines = [
        *comment(remarks),
        "[workspace]",
        f"name = {quote_text(subjects.name)}",
        f"channels = [{quote_text(CHANNEL)}]",
        f"platforms = [{quote_text(_name_platform(plan.host))}]",
        "",
        "[dependencies]",
        *(f"{format_key(name)} = {quote_text(bounds or '*')}" for name, bounds in packages.ranges.items()),
    ]
    if named:
        lines += ["", "[pypi-dependencies]", *(f"{format_key(name)} = {_format(item)}" for name, item in named.items())]
    return "\n".join(lines) + "\n"


def _format(item: Wanted) -> str:
    version = quote_text(str(item.specifier) or "*")
    extras = ", ".join(map(quote_text, item.extras))
    return f"{{ version = {version}, extras = [{extras}] }}" if extras else version


def _name_platform(host: HostFacts) -> str:
    """What conda calls a kind of machine (https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/base/context/)."""
    system, machine = _SYSTEMS.get(host.system, ""), host.machine.lower()
    if not system or not machine:
        return _PLATFORM
    return f"{system}-{_OWN_MACHINES[system].get(machine) or _MACHINES.get(machine, machine)}"
