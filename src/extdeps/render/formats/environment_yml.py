"""A plan as an environment of conda, mamba or micromamba.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#create-env-file-manually
"""

from __future__ import annotations

from extdeps.render.formats.condapackages import CHANNEL, list_conda_packages
from extdeps.render.formats.pythonsubjects import sort_subjects
from extdeps.render.formats.quoting import format_yaml
from extdeps.render.formats.remark import format_comments, list_ranges, list_remarks

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
    remarks = (*list_ranges(packages.unranged), *(f"Not for pip to find by name: {other}" for other in subjects.others))
    lines = [f"name: {format_yaml(subjects.name)}", "channels:", *(f"  - {name}" for name in _CHANNELS)]
    lines += ["dependencies:" if specs else "dependencies: []", *(f"  - {format_yaml(spec)}" for spec in specs)]
    if subjects.wanted:
        lines += ["  - pip:", *(f"      - {format_yaml(str(item))}" for item in subjects.wanted)]
    return format_comments(list_remarks(plans, "environment.yml", lambda _: remarks)) + "\n".join(lines) + "\n"
