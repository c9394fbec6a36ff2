"""A plan as an environment of conda, mamba or micromamba.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#create-env-file-manually
"""

from __future__ import annotations

from extdeps.render.formats.condapackages import CHANNEL, list_conda_packages
from extdeps.render.formats.pythonsubjects import sort_subjects
from extdeps.render.formats.quoting import format_yaml
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan

_CHANNELS = (CHANNEL, "nodefaults")  # or conda mixes in its configured channels, which may be of another build

_RANKS = {"python": 0, "pip": 2}
"""Where people look for them: Python at the top, and pip beside what it installs."""


def render_environment_yml(plans: tuple[Plan, ...]) -> str:
    """Write an `environment.yml` with Python, what the subjects need, and for pip the subjects themselves.

    Args:
        plans: one, of conda-forge.
    """
    (plan,) = plans
    subjects = sort_subjects(plan)
    packages = list_conda_packages(plan, *(() if subjects.is_empty else ("python", "pip")))
    specs = [f"{name} {bounds}".rstrip() for name, bounds in packages.ranges.items()]
    specs.sort(key=lambda spec: _RANKS.get(spec.split()[0], 1))
    remarks = list_remarks(
        plans,
        "environment.yml",
        left_out=lambda _: (f"{other}, which pip would not find from here" for other in subjects.unlisted),
        unranged=lambda _: packages.unranged,
    )
    lines = [*comment(remarks), f"name: {format_yaml(subjects.name)}"]
    lines += ["channels:", *(f"  - {name}" for name in _CHANNELS)]
    lines += ["dependencies:" if specs else "dependencies: []", *(f"  - {format_yaml(spec)}" for spec in specs)]
    if subjects.listed:
        lines += ["  - pip:", *(f"      - {format_yaml(item)}" for item in subjects.listed)]
    return "\n".join(lines) + "\n"
