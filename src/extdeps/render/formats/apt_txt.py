"""A plan as the list of packages that Binder installs with apt.

https://repo2docker.readthedocs.io/en/latest/configuration/system.html
"""

from __future__ import annotations

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Plan


def render_apt_txt(plans: tuple[Plan, ...]) -> str:
    """Write an `apt.txt`: one package a line, of which the version cannot be said.

    Args:
        plans: one, of Debian or of Ubuntu.
    """
    (plan,) = plans
    lines = [*comment(list_remarks(plans, "apt.txt")), *list_packages(plan)]
    return "\n".join(lines) + "\n"
