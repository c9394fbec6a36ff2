"""Where no clean root can be made, and the tree that is made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.curate.cleanroom.tree import make_tree
from extdeps.errors import EnvironmentFaultError
from support.recorded import RecordedHost

TARGETS = "http://deb.example/debian/ stable bookworm\nhttp://deb.example/other/ stable trixie\n"


class Debootstrap(RecordedHost):
    """A machine whose debootstrap makes a few directories."""

    def __init__(self, *, says: str = "", is_root: bool = True, executables: Sequence[str] = ()) -> None:
        super().__init__(is_root=is_root, executables=executables)
        self._says = says

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        if argv[0] == "apt-get":
            return Completed(returncode=0, stdout=TARGETS)
        if argv[0] == "debootstrap" and not self._says:
            for path in ("usr/sbin", "etc/apt/apt.conf.d", "etc/dpkg/dpkg.cfg.d", "var/lib/apt/lists"):
                (Path(argv[4]) / path).mkdir(parents=True)
        return Completed(returncode=1 if self._says else 0, stdout=self._says)


def test_made_once(tmp_path: Path) -> None:
    host = Debootstrap(executables=["/usr/bin/debootstrap"])
    tree = make_tree(str(tmp_path), "debian+12", host)
    assert tree == make_tree(str(tmp_path), "debian+12", host) == f"{tmp_path}/tree"
    commands = [argv for argv in host.runs if argv[0] == "debootstrap"]
    assert [(argv[3], argv[5]) for argv in commands] == [("bookworm", "http://deb.example/debian")]
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]
    assert not list((Path(tree) / "var/lib/apt/lists").glob("*_Packages"))


@pytest.mark.parametrize(
    ("host", "message", "context", "hint"),
    [
        (
            Debootstrap(is_root=False),
            "root alone can make a clean root",
            (),
            "run it with `sudo`, or in a container",
        ),
        (
            Debootstrap(),
            "`debootstrap` makes clean roots, and is not here",
            (),
            "apt-get install debootstrap",
        ),
        (
            Debootstrap(executables=["/usr/bin/debootstrap"], says="I: Checking\nE: no such mirror\n"),
            "no clean root of `debian+12` could be made",
            ("I: Checking\nE: no such mirror",),
            "",
        ),
    ],
    ids=["user", "no debootstrap", "failed"],
)
def test_faults(tmp_path: Path, host: Debootstrap, message: str, context: tuple[str, ...], hint: str) -> None:
    with pytest.raises(EnvironmentFaultError) as raised:
        make_tree(str(tmp_path), "debian+12", host)
    assert (raised.value.message, raised.value.context, raised.value.hint) == (message, context, hint)
    assert raised.value.exit_code == 5
    assert list(tmp_path.iterdir()) == []
