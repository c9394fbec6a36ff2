"""Clean roots as containers of podman, which needs neither root nor debootstrap."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from shlex import quote

from extdeps.curate.cleanroom.interface import (
    CERTIFICATES,
    SETTINGS,
    environment_inside,
    find_certificates,
    link_archives,
)
from extdeps.errors import EnvironmentFaultError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.child import Completed
    from extdeps.host import Host

_PATIENCE = 1800.0  # seconds for the image
_PREPARE = (
    "set -e; rm -f /etc/apt/apt.conf.d/docker-clean; apt-get update",  # which throws packages away
    "apt-get install -y --no-install-recommends python3 python3-venv ca-certificates",
    "python3 -m venv /venv; rm -rf /var/lib/apt/lists/*; apt-get clean",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Containers:
    """What the roots of one run share.

    Args:
        image: of podman, with Python in `/venv`.
        program: a directory that `python` runs as extdeps; each sees it as `/opt/extdeps`.
        cases: where the directories of cases are made.
        kept: where what they fetch is kept.
    """

    image: str
    program: str
    cases: str
    kept: str


def make_image(directory: str, suite: str, host: Host) -> str:
    """Make sure of the image of a release of Debian.

    Args:
        directory: where what it is made of is written.
        suite: the name of the release.
        host: this machine.

    Returns:
        The name of the image.

    Raises:
        EnvironmentFaultError: podman cannot make it.
    """
    image = f"localhost/extdeps-clean:{suite}"
    there = host.run(("podman", "image", "exists", image), timeout=60.0)
    if there and there.is_success:
        return image
    writes = (f"printf %b {quote(text)} > /{path}; chmod 755 /{path}" for path, text in SETTINGS.items())
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, "Containerfile")
    script = "; ".join((*_PREPARE, *writes)).replace("\n", "\\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"FROM docker.io/library/debian:{suite}-slim\nRUN {script}\n")
    command = ("podman", "build", "--network", "host", "--tag", image, "--file", path, directory)
    done = host.run(command, timeout=_PATIENCE)
    if done is None or not done.is_success:
        said = (done.fault or "\n".join((done.stdout + done.stderr).splitlines()[-5:]),) if done else ()
        raise EnvironmentFaultError(f"podman could not make an image of `{suite}`", context=said)
    return image


class Container:
    """A root for one case.

    Args:
        shared: what it shares with others.
        name: of the case.
        host: this machine.
    """

    def __init__(self, shared: Containers, name: str, host: Host) -> None:
        self._shared, self._host = shared, host
        self._place = os.path.join(shared.cases, name)
        self.case = os.path.join(self._place, "case")
        self._archives = os.path.join(self._place, "archives")
        os.makedirs(self.case)
        link_archives(os.path.join(shared.kept, "archives"), self._archives)

    def run(self, script: str, *, limit: float) -> Completed:
        with open(os.path.join(self.case, "run"), "w", encoding="utf-8") as file:
            file.write(script)
        volumes = {
            self.case: "/case",
            self._archives: "/var/cache/apt/archives",
            os.path.join(self._shared.kept, "downloads"): "/root/.cache/pip/http-v2",
            self._shared.program: "/opt/extdeps:ro",
            find_certificates(self._host): f"{CERTIFICATES}:ro",
        }
        command = [
            *("podman", "run", "--rm", "--network", "host", "--security-opt", "label=disable"),
            *(f"--volume={here}:{there}" for here, there in volumes.items()),
            *(f"--env={name}={value}" for name, value in environment_inside(self._host.environ).items()),
            *(self._shared.image, "sh", "/case/run"),
        ]
        lines: list[str] = []
        done = self._host.follow(command, on_line=lines.append, timeout=limit)
        assert done is not None, "`podman` was there before"
        link_archives(self._archives, os.path.join(self._shared.kept, "archives"))
        return replace(done, stdout="\n".join(lines))

    def remove(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)
