"""pip and uv of real environments, against wheels made here."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest

from extdeps.database.pypi import Pypi
from extdeps.host import LocalHost, find_executable
from extdeps.interpreter import find_interpreter
from extdeps.manager.interface import Site
from extdeps.manager.pip import Pip
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """Two versions of a library, a tool that takes only the older one, and an sdist that must not be run."""
    directory = tmp_path / "wheels"
    directory.mkdir()
    for name, version, requires in (
        ("demo-lib", "1.0", ""),
        ("demo-lib", "2.0", ""),
        ("demo-tool", "1.0", "Requires-Dist: demo-lib<2\n"),
    ):
        make_wheel(directory, name, version, requires)
    make_sdist(directory, tmp_path / "was-run")
    return directory


def make_wheel(directory: Path, name: str, version: str, requires: str) -> None:
    stem = name.replace("-", "_")
    dist_info = f"{stem}-{version}.dist-info"
    with zipfile.ZipFile(directory / f"{stem}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{stem}.py", "")
        wheel.writestr(f"{dist_info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
        tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{dist_info}/WHEEL", tag)
        wheel.writestr(f"{dist_info}/RECORD", f"{stem}.py,,\n{dist_info}/RECORD,,\n")


def make_sdist(directory: Path, marker: Path) -> None:
    setup = f"open({str(marker)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='demo-src', version='1.0')\n"
    with tarfile.open(directory / "demo-src-1.0.tar.gz", "w:gz") as sdist:
        for name, text in (("setup.py", setup), ("PKG-INFO", "Metadata-Version: 1.0\nName: demo-src\nVersion: 1.0\n")):
            info = tarfile.TarInfo(f"demo-src-1.0/{name}")
            info.size = len(text)
            sdist.addfile(info, BytesIO(text.encode()))


def make_site(tmp_path: Path, wheels: Path, *options: str) -> Site:
    """A fresh environment that knows nothing but the wheels."""
    directory = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", *options, str(directory)], check=True)
    configuration = tmp_path / "uv.toml"
    configuration.write_text(f'[pip]\nno-index = true\nfind-links = ["{wheels}"]\n')
    host = LocalHost(
        {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "UV_CONFIG_FILE": str(configuration),
            "UV_CACHE_DIR": str(tmp_path / "cache"),
        }
    )
    return Site(host=host, interpreter=find_interpreter(host, str(directory / "bin" / "python")))


def install(site: Site, *packages: str) -> int:
    done = site.host.run(Pip().install_command(packages, site, unattended=True), timeout=60.0)
    assert done
    return done.returncode


def installed(site: Site, names: Sequence[str] = ("demo-lib", "demo-tool")) -> dict[str, str]:
    found = Pypi(site.host, site.interpreter).find(names)
    assert found is not None
    return {name: item.version for name, item in found.items()}


def check_the_round(site: Site) -> None:
    """Preview, install, look again, and what a second round would do and lose."""
    assert Pip().preview(("demo-lib",), site).changes == (Change(kind="install", package="demo-lib", after="2.0"),)
    assert installed(site) == {}
    assert install(site, "demo-lib") == 0
    assert installed(site) == {"demo-lib": "2.0"}
    assert Pip().preview(("Demo_Lib",), site) == Preview()

    preview = Pip().preview(("demo-tool",), site)
    loss = Change(kind="downgrade", package="demo-lib", before="2.0", after="1.0")
    assert preview.losses == (loss,)
    assert preview.changes == (loss, Change(kind="install", package="demo-tool", after="1.0"))
    assert Pip().preview(("demo-tool", "demo-lib>=2"), site).problem
    assert installed(site) == {"demo-lib": "2.0"}
    assert install(site, "demo-tool") == 0
    assert installed(site) == {"demo-lib": "1.0", "demo-tool": "1.0"}


def test_pip(tmp_path: Path, wheels: Path) -> None:
    site = make_site(tmp_path, wheels)
    assert Pip().find_version(site).count(".") >= 1
    lib, tool = (
        PackageVersion(name=name, version=version) for name, version in (("demo-lib", "2.0"), ("demo-tool", "1.0"))
    )
    found = Pip().find_available(("demo-lib", "demo-tool", "demo-gone"), site)
    assert found == Availability(packages={"demo-lib": (lib,), "demo-tool": (tool,)})
    check_the_round(site)
    module = Path(site.interpreter.site[0], "demo_tool.py")
    assert Pypi(site.host, site.interpreter).owns("demo-tool", str(module))


def test_uv_where_there_is_no_pip(tmp_path: Path, wheels: Path) -> None:
    site = make_site(tmp_path, wheels, "--without-pip")
    assert find_executable(site.host, "uv"), "install uv"
    assert Pip().find_version(site)
    check_the_round(site)


def test_what_is_not_there_and_what_would_have_to_be_built(tmp_path: Path, wheels: Path) -> None:
    site = make_site(tmp_path, wheels)
    assert Pip().preview(("demo-gone",), site).problem == "No matching distribution found for demo-gone"
    assert Pip().preview(("demo-src",), site).problem == "No matching distribution found for demo-src"
    assert install(site, "demo-src") != 0
    assert not (tmp_path / "was-run").exists()


def test_a_package_that_vanishes_before_it_is_installed(tmp_path: Path, wheels: Path) -> None:
    site = make_site(tmp_path, wheels)
    assert Pip().preview(("demo-tool",), site).problem == ""
    (wheels / "demo_tool-1.0-py3-none-any.whl").unlink()
    assert install(site, "demo-tool") != 0
    assert installed(site) == {}


def test_the_python_of_the_system_is_left_alone(tmp_path: Path) -> None:
    host = LocalHost({"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PIP_BREAK_SYSTEM_PACKAGES": "1"})
    site = Site(host=host, interpreter=find_interpreter(host, "/usr/bin/python3"))
    assert "(PEP 668)" in Pip().preview(("demo-lib",), site).problem
