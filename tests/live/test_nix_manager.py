"""The real nix with a flake and a channel of a few packages, a store of its own and no network."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from extdeps.database.nix import Nix as Profiles
from extdeps.host import LocalHost
from extdeps.manager.interface import Site
from extdeps.manager.nix import Nix
from extdeps.manager.table import find_managers
from extdeps.model.transaction import Change, PackageVersion
from support.recorded import make_site

FLAKE = """\
{
  outputs = { self }: {
    legacyPackages = builtins.listToAttrs (map (system: { name = system; value = import ./. { inherit system; }; })
      [ "x86_64-linux" "aarch64-linux" ]);
  };
}
"""

# outputs are as those of nixpkgs, where `zlib` is one thing and `zlib.dev` another
PACKAGES = """\
{ system ? builtins.currentSystem }:
let
  make = pname: version: outputs: outputsToInstall:
    let
      meta = { inherit outputsToInstall; };
      whole = derivation {
        name = "${pname}-${version}";
        inherit system outputs pname version;
        builder = "/bin/sh";
        PATH = "/usr/bin:/bin";
        args = [ "-c" "for o in $outputs; do eval p=\\\\$$o; mkdir -p $p/$o; echo $version > $p/$o/$pname.txt; done" ];
      };
      part = name: { inherit name; value = whole.${name} // { outputSpecified = true; inherit meta; }; };
    in whole // { inherit meta; } // builtins.listToAttrs (map part outputs);
in {
  zlib = make "zlib" "@VERSION@" [ "out" "dev" "static" ] [ "out" ];
  openssl = make "openssl" "3.0.8" [ "bin" "dev" "out" "man" ] [ "bin" "man" ];
  removed = throw "removed was removed";
  python3Packages = { recurseForDerivations = true; numpy = make "python3.11-numpy" "1.24.0" [ "out" ] [ "out" ]; };
}
"""


def publish(directory: Path, version: str) -> None:
    (directory / "default.nix").write_text(PACKAGES.replace("@VERSION@", version))


@pytest.fixture
def channel(tmp_path: Path) -> Path:
    directory = tmp_path / "nixpkgs"
    directory.mkdir()
    (directory / "flake.nix").write_text(FLAKE)
    publish(directory, "1.3.1")
    return directory


@pytest.fixture
def site(tmp_path: Path, channel: Path) -> Site:
    target = {"type": "path", "path": str(channel)}
    flake = {"exact": True, "from": {"id": "nixpkgs", "type": "indirect"}, "to": target}
    registry = tmp_path / "registry.json"
    registry.write_text(json.dumps({"version": 2, "flakes": [flake]}))
    configuration = tmp_path / "etc" / "nix.conf"
    configuration.parent.mkdir()
    configuration.write_text(f"sandbox = false\nbuild-users-group =\nsubstituters =\nflake-registry = {registry}\n")
    (tmp_path / "home").mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "NIX_CONF_DIR": str(configuration.parent),
        "NIX_STORE_DIR": str(tmp_path / "store"),
        "NIX_STATE_DIR": str(tmp_path / "state"),
        "NIX_LOG_DIR": str(tmp_path / "log"),
        "NIX_REMOTE": "local",
        "NIX_PATH": f"nixpkgs={channel}",
    }
    return make_site(LocalHost(environ))


def run(site: Site, *argv: str) -> tuple[int, str]:
    lines: list[str] = []
    done = site.host.follow(argv, on_line=lines.append, timeout=60.0)
    assert done is not None
    return done.returncode, "\n".join(lines)


def install(site: Site, *packages: str) -> None:
    returncode, said = run(site, *Nix().install_command(packages, site, unattended=True))
    assert returncode == 0, said


def installed(site: Site, *names: str) -> dict[str, str]:
    found = Profiles(site.host, site.interpreter).find(names) or {}  # None before there is any profile
    return {name: item.packaged for name, item in found.items()}


def test_what_is_here_and_what_it_has(site: Site) -> None:
    assert "nix" in {found.name for found in find_managers(site.host)}
    assert Nix().find_version(site).count(".") >= 1
    names = ("zlib", "zlib.dev", "openssl", "python3Packages.numpy", "python3Packages", "removed", "nosuch")
    available = Nix().find_available(names, site)
    assert available.problem == ""
    assert available.packages == {
        name: (PackageVersion(name=name, version=version, origin="nixpkgs"),)
        for name, version in {
            "zlib": "1.3.1",
            "zlib.dev": "1.3.1",
            "openssl": "3.0.8",
            "python3Packages.numpy": "1.24.0",
        }.items()
    }


def test_an_installation_and_a_second_one(site: Site) -> None:
    names = ("zlib", "python3Packages.numpy")
    preview = Nix().preview(names, site)
    assert preview.problem == ""
    assert preview.changes == (
        Change(kind="install", package="python3.11-numpy", after="1.24.0"),
        Change(kind="install", package="zlib", after="1.3.1"),
    )
    assert preview.download == 0
    assert installed(site, *names) == {}

    install(site, *names)
    assert installed(site, *names, "openssl") == {"zlib": "1.3.1", "python3Packages.numpy": "1.24.0"}
    file = f"{site.host.environ['HOME']}/.nix-profile/out/zlib.txt"
    profiles = Profiles(site.host, site.interpreter)
    assert profiles.owns("zlib", file)
    assert not profiles.owns("python3Packages.numpy", file)

    again = Nix().preview(names, site)
    assert (again.changes, again.problem, again.download) == ((), "", 0)
    install(site, *names)
    assert installed(site, *names) == {"zlib": "1.3.1", "python3Packages.numpy": "1.24.0"}


def test_an_output(site: Site) -> None:
    install(site, "zlib.dev")
    assert installed(site, "zlib.dev") == {"zlib.dev": "1.3.1"}
    assert site.host.exists(f"{site.host.environ['HOME']}/.nix-profile/dev/zlib.txt")


def test_what_is_not_there(site: Site) -> None:
    install(site, "openssl")
    assert "nosuch" in Nix().preview(("zlib", "nosuch"), site).problem
    assert "removed was removed" in Nix().preview(("removed",), site).problem
    returncode, said = run(site, *Nix().install_command(("zlib", "nosuch"), site, unattended=True))
    assert returncode != 0
    assert "nosuch" in said
    assert installed(site, "zlib", "openssl") == {"openssl": "3.0.8"}


def test_what_the_profile_has_stays_as_it_is(site: Site, channel: Path) -> None:
    install(site, "zlib")
    publish(channel, "1.3.2")
    assert Nix().find_available(("zlib",), site).packages["zlib"][0].version == "1.3.2"
    assert "`zlib` in another version" in Nix().preview(("zlib", "openssl"), site).problem


def test_a_profile_of_nix_env(site: Site, channel: Path) -> None:
    assert run(site, "nix-env", "--file", "<nixpkgs>", "--install", "--attr", "zlib")[0] == 0
    assert installed(site, "zlib") == {"zlib": "1.3.1"}
    assert Nix().install_command(("zlib",), site)[0] == "nix-env"

    publish(channel, "1.3.2")
    assert Nix().find_available(("zlib",), site).packages["zlib"][0].version == "1.3.2"
    preview = Nix().preview(("zlib", "openssl"), site)
    upgrade = Change(kind="upgrade", package="zlib", before="1.3.1", after="1.3.2")
    assert preview.changes == (upgrade, Change(kind="install", package="openssl", after="3.0.8"))
    install(site, "zlib", "openssl")
    assert installed(site, "zlib", "openssl") == {"zlib": "1.3.2", "openssl": "3.0.8"}

    publish(channel, "1.2.13")
    loss = Change(kind="downgrade", package="zlib", before="1.3.2", after="1.2.13")
    assert Nix().preview(("zlib",), site).losses == (loss,)
    assert Nix().preview(("nosuch",), site).problem
    assert run(site, "nix-env", "--query")[0] == 0  # it still is a profile of its own


def test_a_daemon_that_is_not_there(site: Site, tmp_path: Path) -> None:
    environ = {**site.host.environ, "NIX_REMOTE": f"unix://{tmp_path / 'nosuch'}"}
    without = make_site(LocalHost(environ))
    assert Nix().preview(("zlib",), without).problem
    assert Nix().find_available(("zlib",), without).problem
