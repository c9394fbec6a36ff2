"""The real Conan, against recipes exported here, with no remote."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.database.conan import Conan as ConanDatabase
from extdeps.host import LocalHost, find_executable
from extdeps.interpreter import Interpreter
from extdeps.manager.conan import Conan
from extdeps.manager.interface import Site
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview

PYTHON = Interpreter(executable=sys.executable, prefix="/usr", base_prefix="/usr", version="3.11.2")
RECIPE = """
from conan import ConanFile
from conan.tools.files import save


class Recipe(ConanFile):
    name = "{name}"
    version = "{version}"
    settings = "os", "arch"
    requires = {requires!r}

    def package(self):
        save(self, self.package_folder + "/include/{name}.h", "")

    def package_info(self):
        self.cpp_info.set_property("pkg_config_name", "{name}")
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A fresh home of Conan with two versions of one recipe, and one that needs it."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    host = LocalHost({"PATH": path, "HOME": str(tmp_path), "CONAN_HOME": str(tmp_path / "conan")})
    assert find_executable(host, "conan"), "install conan"
    site = Site(host=host, interpreter=PYTHON)
    assert Conan().preview(("foo",), site).problem == "Conan has no profile yet: `conan profile detect` makes one"
    for command in Conan().repair_commands(site):
        run(site, *command)
    assert Conan().repair_commands(site) == ()
    run(site, "conan", "remote", "remove", "*")
    for name, version, requires in (("foo", "1.0", ()), ("foo", "1.1", ()), ("bar", "2.0", ("foo/[>=1.0]",))):
        recipe = tmp_path / f"{name}-{version}" / "conanfile.py"
        recipe.parent.mkdir()
        recipe.write_text(RECIPE.format(name=name, version=version, requires=requires))
        run(site, "conan", "export", str(recipe))
    return site


def run(site: Site, *command: str) -> Completed:
    done = site.host.run(command, timeout=60.0)
    assert done
    assert done.is_success, done.stderr
    return done


def installed(site: Site) -> dict[str, str]:
    found = ConanDatabase(site.host, PYTHON).find(("foo", "bar"))
    assert found is not None
    return {name: item.version for name, item in found.items()}


def test_the_round(site: Site) -> None:
    conan = Conan()
    assert conan.find_version(site).startswith("2.")
    newest, older = (PackageVersion(name="foo", version=version, origin="Local Cache") for version in ("1.1", "1.0"))
    assert conan.find_available(("foo", "nosuch"), site) == Availability(packages={"foo": (newest, older)})

    preview = conan.preview(("bar",), site)
    assert preview == Preview(
        changes=(Change(kind="install", package="bar", after="2.0"), Change(kind="install", package="foo", after="1.1"))
    )
    assert installed(site) == {}
    run(site, *conan.install_command(("bar",), site, unattended=True))
    assert installed(site) == {"foo": "1.1", "bar": "2.0"}
    assert conan.preview(("bar",), site) == Preview()

    location = ConanDatabase(site.host, PYTHON).find(("foo",))
    assert location
    header = f"{location['foo'].location}/include/foo.h"
    assert Path(header).is_file()
    assert ConanDatabase(site.host, PYTHON).owns("foo", header)
    assert not ConanDatabase(site.host, PYTHON).owns("bar", header)


def test_versions_are_beside_each_other(site: Site, tmp_path: Path) -> None:
    conan = Conan()
    spec = conan.constrain("foo", parse_constraints(">=1,<1.1"))
    preview = conan.preview((spec,), site)
    assert preview.changes == (Change(kind="install", package="foo", after="1.0"),)
    own = Site(host=site.host, interpreter=PYTHON, prefix=str(tmp_path / "own"))
    run(own, *conan.install_command((spec,), own, unattended=True))
    assert "Version: 1.0" in (tmp_path / "own" / "foo.pc").read_text()
    run(site, *conan.install_command(("foo",), site, unattended=True))
    assert installed(site) == {"foo": "1.1"}
    assert conan.preview((spec,), site) == Preview()
    assert not conan.preview(("foo",), site).losses


def test_what_is_not_there(site: Site) -> None:
    assert Conan().preview(("nosuch",), site).problem.startswith("Package 'nosuch/[*]' not resolved")
    impossible = Conan().constrain("foo", parse_constraints(">=9"))
    assert "could not be resolved" in Conan().preview((impossible,), site).problem


def test_a_recipe_that_vanishes_before_it_is_installed(site: Site) -> None:
    assert Conan().preview(("foo",), site).problem == ""
    run(site, "conan", "remove", "foo", "--confirm")
    done = site.host.run(Conan().install_command(("foo",), site, unattended=True), timeout=60.0)
    assert done
    assert not done.is_success
    assert installed(site) == {}


def test_a_remote_that_cannot_be_reached(site: Site) -> None:
    run(site, "conan", "remote", "add", "nowhere", "http://127.0.0.1:9")
    problem = Conan().find_available(("foo",), site).problem
    assert problem.startswith("the remote `nowhere` gave no answer: ")
    assert Conan().preview(("nosuch",), site).problem
