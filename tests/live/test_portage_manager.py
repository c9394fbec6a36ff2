"""emerge and portageq themselves, about ebuilds that are made here, in a prefix of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.database.portage import Portage as Database
from extdeps.host import LocalHost, RootHost
from extdeps.manager.portage import Portage
from extdeps.manager.table import find_managers
from extdeps.model.transaction import Change
from support.portagetree import PortageTree
from support.recorded import make_site

FOO, BAR, NEW = "dev-libs/foo", "dev-libs/bar", "dev-libs/new"


@pytest.fixture
def tree(tmp_path: Path) -> PortageTree:
    tree = PortageTree(tmp_path)
    tree.add(BAR, "2.1-r1")
    tree.add(FOO, "1.0", needs=BAR)
    tree.add(NEW, "1.0_rc1", needs=f"!{FOO}")
    tree.add("dev-libs/hard", "1", needs=f"!!{BAR}")
    tree.add("dev-libs/test", "1", keywords="~amd64")
    tree.add("virtual/libfoo", "0-r1", needs=f"|| ( {FOO} {NEW} )")
    return tree


def test_the_whole_way(tree: PortageTree) -> None:
    host = LocalHost(tree.environ)
    site, portage = make_site(host), Portage()
    python = site.interpreter

    def installed(*names: str) -> dict[str, str]:
        found = Database(RootHost(str(tree.prefix)), python).find(names)
        return {name: item.packaged for name, item in (found or {}).items()}

    def install(*names: str) -> None:
        done = host.run(portage.install_command(names, site, unattended=True), timeout=120.0, environ={"NO_COLOR": "1"})
        assert done is not None
        assert done.is_success, done.stdout + done.stderr

    assert "emerge" in {found.name for found in find_managers(host)}
    assert portage.find_version(site).startswith("3.")
    names = (FOO, BAR, NEW, "dev-libs/nosuch", "dev-libs/test", "virtual/libfoo")
    available = portage.find_available(names, site)
    assert available.problem == ""
    assert {name: [item.version for item in found] for name, found in available.packages.items()} == {
        FOO: ["1.0"],
        BAR: ["2.1-r1"],
        NEW: ["1.0_rc1"],
        "virtual/libfoo": ["0-r1"],
    }

    preview = portage.preview((FOO,), site)
    new = (Change(kind="install", package=BAR, after="2.1-r1"), Change(kind="install", package=FOO, after="1.0"))
    assert (preview.problem, preview.changes, preview.download) == ("", new, 0)
    assert installed(FOO, BAR) == {}
    install(FOO)
    assert installed(FOO, BAR) == {FOO: "1.0", BAR: "2.1-r1"}
    owner = Database(RootHost(str(tree.prefix)), python)
    assert owner.owns(FOO, f"{tree.prefix}/usr/include/foo0.h")
    assert not owner.owns(BAR, f"{tree.prefix}/usr/include/foo0.h")
    again = portage.preview((FOO,), site)
    assert (again.problem, again.changes) == ("", ())

    newer = tree.add(FOO, "1.1", needs=BAR)
    assert portage.preview((FOO,), site).changes == (Change(kind="upgrade", package=FOO, before="1.0", after="1.1"),)
    install(FOO)
    newer.unlink()
    lost = portage.preview((FOO,), site)
    assert lost.losses == (Change(kind="downgrade", package=FOO, before="1.1", after="1.0"),)
    assert "is soft blocking" in portage.preview((NEW,), site).problem  # foo was asked for, so it is not taken away
    assert host.run(("emerge", "--deselect", "--ask=n", FOO), timeout=60.0) is not None
    removal = portage.preview((NEW,), site)
    assert removal.losses == (Change(kind="remove", package=FOO, before="1.1"),)
    assert installed(FOO, NEW) == {FOO: "1.1"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("dev-libs/nosuch", 'there are no ebuilds to satisfy "dev-libs/nosuch".'),
        ("dev-libs/test", 'All ebuilds that could satisfy "dev-libs/test" have been masked.'),
    ],
)
def test_a_refusal_is_a_problem(tree: PortageTree, name: str, reason: str) -> None:
    preview = Portage().preview((name, FOO), make_site(LocalHost(tree.environ)))
    assert (preview.problem, preview.changes) == (reason, ())
