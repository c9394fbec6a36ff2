"""Variables with hostile values, and the programs that show what a shell has made of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from extdeps.model.environment import Environment, Variable

SHOW = "import json, os, sys; print(json.dumps({name: os.environ.get(name, '') for name in sys.argv[1:]}))"
HOSTILE = (
    "/a b/include",
    '/it\'s/"quoted"',
    "/$HOME/${X:-y}/$(touch pwned)/`touch pwned`",
    "/back\\slash\\",
    "/line\nbreak # no comment",
    "/semi;colon & ampersand | pipe > file * ? [a] ~ !x %s",
    "/EXTDEPS_END_OF_VALUE\nEXTDEPS_END_OF_VALUE",
    "-n",
    "/\N{RIGHT SINGLE QUOTATION MARK}; touch pwned; \N{LEFT SINGLE QUOTATION MARK}",
    "/ümlaut/雪",
)


def make_environment(value: str) -> Environment:
    """Every kind of variable, with one value and a reason that hold the same text."""
    why = f"because of {value}"
    return Environment(
        variables=(
            Variable(name="CPATH", values=(value, "/second"), why=why),
            Variable(name="XPATH", values=(value,), why=why, is_last=True),
            Variable(name="DYLD_FALLBACK_LIBRARY_PATH", values=(value,), why=why, default="/usr/local/lib:/usr/lib"),
            Variable(name="LDFLAGS", values=(value, "-s"), why=why, separator=" "),
            Variable(name="CUDA_HOME", values=(value,), why=why, separator=""),
        ),
        on_request=(Variable(name="LD_LIBRARY_PATH", values=(value,), why=why),),
        notes=(f"note {value}",),
    )


BEFORES: tuple[dict[str, str], ...] = (
    {},
    {"CPATH": "", "XPATH": "", "LDFLAGS": "", "DYLD_FALLBACK_LIBRARY_PATH": "", "CUDA_HOME": ""},
    {
        "CPATH": "/before:/and it's",
        "XPATH": "/before",
        "LDFLAGS": "-O1 -Wl,x",
        "DYLD_FALLBACK_LIBRARY_PATH": "/d",
        "CUDA_HOME": "/c",
    },
)


def run_shell(
    shell: Sequence[str], code: str, before: dict[str, str], names: Sequence[str], cwd: str
) -> dict[str, str]:
    """What programs see that a shell starts after some code; the code must print nothing.

    Args:
        shell: the shell with the option before its code.
        code: what is evaluated.
        before: the environment before.
        names: the variables to look at.
        cwd: where it runs.
    """
    quoted = " ".join(names)
    script = f'{code}\n"$EXTDEPS_PYTHON" -c "$EXTDEPS_SHOW" {quoted}'
    environ = {"PATH": "/usr/bin:/bin", "HOME": cwd, "LC_ALL": "C.UTF-8", "EXTDEPS_PYTHON": sys.executable}
    environ |= {"EXTDEPS_SHOW": SHOW, **before}
    done = subprocess.run([*shell, script], env=environ, cwd=cwd, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    shown: dict[str, str] = json.loads(done.stdout)
    return shown
