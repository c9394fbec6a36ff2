"""One verification, in a clean root: extdeps gets what the overlay names, pip builds, and what was built is used."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from shlex import join, quote
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extdeps.child import Completed
    from extdeps.curate.cleanroom.interface import Root
    from extdeps.curate.cleanroom.verification import Verification

_PATIENCE = 2400.0  # seconds for one project
_SHOWN = 30  # of the last lines of what failed

# each part says its name before it starts, so that the last name is that of what failed
_SCRIPT = """cd /case
extdeps() {{ /venv/bin/python /opt/extdeps "$@"; }}
part() {{ echo "$1" > /case/part; log=/case/$1.log; shift; "$@" > "$log" 2>&1 || exit 1; }}
part prepare /venv/bin/pip install --quiet --upgrade pip
{exports}echo check > part
extdeps check --format json {options} > found.json 2> check.log || [ $? = 1 ] || exit 1
part install extdeps install --yes {options}
part pip /venv/bin/pip install {options}
cd /  # where nothing shadows what was installed
part smoke timeout 120 /venv/bin/python -c {smoke}
part recheck extdeps check {options}
"""
_PARTS = {
    "": "its root could not be entered",
    "prepare": "pip could not be had",
    "check": "`extdeps check` failed",
    "install": "`extdeps install` failed",
    "pip": "`pip install` failed",
    "smoke": "the smoke test failed",
    "recheck": "`extdeps check` misses something that was installed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a verification.

    Args:
        verification: what was tried.
        fault: what failed, or empty.
        said: the last lines of what failed.
        logs: the directory that has all of it, or empty.
        commands: what extdeps ran to get what lacked.
        seconds: how long it took.
    """

    verification: Verification
    fault: str
    said: tuple[str, ...]
    logs: str
    commands: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the overlay's claim is true."""
        return not self.fault


def try_out(verification: Verification, make: Callable[[str], Root], logs: str) -> Outcome:
    """Do a verification in a root of its own.

    Args:
        verification: what to try.
        make: makes a clean root for a case of a name.
        logs: a directory, in which what failed leaves a directory of its name.
    """
    started = monotonic()
    name = f"{verification.project}-{verification.version}"
    root, own = make(name), os.path.join(logs, name)
    try:
        for name, lines in _constraints(verification).items():
            with open(os.path.join(root.case, name), "w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        done = root.run(_write_script(verification), limit=_PATIENCE)
        fault, said = ("", ()) if done.is_success else _explain(done, root.case)
        commands = _read_commands(root.case)
        shutil.rmtree(own, ignore_errors=True)
        if fault:
            shutil.copytree(root.case, own)
    finally:
        root.remove()
    return Outcome(
        verification=verification,
        fault=fault,
        said=said,
        logs=own if fault else "",
        commands=commands,
        seconds=monotonic() - started,
    )


def _constraints(verification: Verification) -> dict[str, tuple[str, ...]]:
    return {"constraints": verification.constraints, "build-constraints": verification.build_constraints}


def _write_script(verification: Verification) -> str:
    environ = dict(verification.environment)
    if verification.build_constraints:
        environ["PIP_BUILD_CONSTRAINT"] = "/case/build-constraints"
    exports = "".join(f"export {name}={quote(value)}\n" for name, value in environ.items())
    return _SCRIPT.format(exports=exports, options=join(_options(verification)), smoke=quote(verification.smoke))


def _options(verification: Verification) -> Iterator[str]:
    """What `pip install` and `extdeps` are both given."""
    own = (verification.project,) if verification.is_build else ()
    if built := ",".join(dict.fromkeys((*own, *verification.no_binary))):
        yield from ("--no-binary", built)
    if verification.constraints:
        yield from ("--constraint", "/case/constraints")
    yield f"{verification.project}=={verification.version}"


def _explain(done: Completed, case: str) -> tuple[str, tuple[str, ...]]:
    """What failed, and its last lines."""
    part = _read(os.path.join(case, "part")).strip()
    said = _read(os.path.join(case, f"{part}.log")) if part else done.stdout
    fault = f"{_PARTS[part]}: {done.fault}" if done.fault else _PARTS[part]
    return fault, tuple(said.rstrip().splitlines()[-_SHOWN:])


def _read_commands(case: str) -> tuple[str, ...]:
    try:
        report = json.loads(_read(os.path.join(case, "found.json")))
    except ValueError:
        return ()
    return tuple(command["shell"] for command in report.get("commands", ()))


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
