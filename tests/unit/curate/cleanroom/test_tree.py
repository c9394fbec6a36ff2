"""Where no clean root can be made, and the tree and the image that are made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.curate.cleanroom.batch import try_all
from extdeps.curate.cleanroom.podman import make_image
from extdeps.curate.cleanroom.tree import make_tree
from extdeps.errors import EnvironmentFaultError
from extdeps.host import LocalHost
from support.recorded import RecordedHost

TARGETS = "http://deb.example/debian/ stable bookworm\nhttp://deb.example/other/ stable trixie\n"


class Debootstrap(RecordedHost):
    """A machine whose debootstrap makes a few directories."""

    def __init__(self, *, says: str = "") -> None:
        super().__init__()
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
    host = Debootstrap()
    tree = make_tree(str(tmp_path), "bookworm", host)
    assert tree == make_tree(str(tmp_path), "bookworm", host) == f"{tmp_path}/tree"
    commands = [argv for argv in host.runs if argv[0] == "debootstrap"]
    assert [(argv[3], argv[5]) for argv in commands] == [("bookworm", "http://deb.example/debian")]
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]
    assert not list((Path(tree) / "var/lib/apt/lists").glob("*_Packages"))


class Podman(RecordedHost):
    """A machine whose podman makes an image, or does not."""

    def __init__(self, *, is_there: bool, code: int = 0) -> None:
        super().__init__(is_root=False)
        self._is_there, self._code = is_there, code

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        if argv[1] == "image":
            return Completed(returncode=0 if self._is_there else 1, stdout="")
        return Completed(returncode=self._code, stdout="STEP 1/2\n", stderr="Error: no such image\n")


def test_an_image_made_once(tmp_path: Path) -> None:
    host = Podman(is_there=False)
    assert make_image(str(tmp_path), "trixie", host) == "localhost/extdeps-clean:trixie"
    assert host.runs[1][:2] == ("podman", "build")
    made, script = (tmp_path / "Containerfile").read_text().splitlines()
    assert made == "FROM docker.io/library/debian:trixie-slim"
    assert "printf %b 'force-unsafe-io\\n' > /etc/dpkg/dpkg.cfg.d/99clean" in script
    host = Podman(is_there=True)
    assert make_image(str(tmp_path), "trixie", host) == "localhost/extdeps-clean:trixie"
    assert host.runs == [("podman", "image", "exists", "localhost/extdeps-clean:trixie")]


@pytest.mark.parametrize(
    ("make", "host", "message", "context"),
    [
        (
            make_tree,
            Debootstrap(says="I: Checking\nE: no such mirror\n"),
            "debootstrap could not make a tree of `bookworm`",
            ("I: Checking\nE: no such mirror",),
        ),
        (
            make_image,
            Podman(is_there=False, code=125),
            "podman could not make an image of `bookworm`",
            ("STEP 1/2\nError: no such image",),
        ),
    ],
)
def test_what_fails(
    tmp_path: Path,
    make: Callable[[str, str, RecordedHost], str],
    host: RecordedHost,
    message: str,
    context: tuple[str, ...],
) -> None:
    with pytest.raises(EnvironmentFaultError) as raised:
        make(str(tmp_path), "bookworm", host)
    assert (raised.value.message, raised.value.context, raised.value.exit_code) == (message, context, 5)
    assert not (tmp_path / "tree").exists()


@pytest.mark.parametrize(
    ("is_root", "executables", "faults"),
    [
        (True, (), ("`debootstrap` is not here", "`podman` is not here")),
        (False, ("/usr/bin/debootstrap",), ("you are not root", "`podman` is not here")),
    ],
)
def test_nothing_makes_them_here(
    tmp_path: Path, is_root: bool, executables: tuple[str, ...], faults: tuple[str, ...]
) -> None:
    host = CachedHost(str(tmp_path), is_root=is_root, executables=executables)
    with pytest.raises(EnvironmentFaultError) as raised:
        list(try_all((), system="debian+12", data="mappings", jobs=1, host=host))
    assert raised.value.message == "clean roots are made by `debootstrap`, as root, or by `podman`"
    assert (raised.value.context, raised.value.hint) == (faults, "install one of them")


class CachedHost(LocalHost):
    """This machine, with a cache and few programs."""

    def __init__(self, cache: str, *, is_root: bool, executables: tuple[str, ...]) -> None:
        super().__init__({"EXTDEPS_CACHE_DIR": cache, "PATH": "/usr/bin"})
        self.is_root = is_root
        self._executables = executables

    def is_executable(self, path: str, /) -> bool:
        return path in self._executables
