"""`extdeps plan` where managers have what a test says: what is printed, where, and with which exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.errors import EnvironmentFaultError, ExtdepsError, UsageError
from support.schemas import get_validator
from support.stocked import ZLIB, StockedHost, run_plan

Say = pytest.CaptureFixture[str]

APT = {
    "libgdal-dev": "3.6.2+dfsg-1+b2",
    "libhdf5-dev": "1.10.8+repack1-1",
    "cmake": "3.25.1-1",
    "libopenblas-dev": "0.3.21+ds-4",
    "libblas-dev": "3.11.0-2",
    "liblapack-dev": "3.11.0-2",
    "libopenmpi-dev": "4.1.4-3",
    "libmpich-dev": "4.0.2-3",
    "libcurl4-openssl-dev": "7.88.1-10",
    "libcurl4-gnutls-dev": "7.88.1-10",
    "libavcodec-dev": "7:5.1.6-0",
    "libgtk-3-dev": "3.24.38-2",
}
PIP = {"cmake": ("4.1.0", "3.31.6"), "ninja": ("1.13.0",)}
CONDA = {"libgdal": ("3.9.2", "3.6.2"), "hdf5": ("1.14.3",), "ffmpeg": ("7.1", "6.1"), "cmake": ("4.1.0", "3.31.6")}
APT_GET = "apt-get install "
PIP_INSTALL = "pip install "
ELSEWHERE = "(its version was not looked up): `--prefix DIR` needs no root"


def here(**more: object) -> StockedHost:
    return StockedHost(APT, files=ZLIB, **more)  # type: ignore[arg-type]


def deps(*texts: str) -> list[str]:
    return [part for text in texts for part in ("-d", text)]


def by_apt(*names: str) -> str:
    """What is said of an installation by apt."""
    width = max(map(len, names))
    rows = "".join(f"  install  {name.ljust(width)}  {APT[name]}\n" for name in sorted(names))
    noun = "package" if len(names) == 1 else "packages"
    head = f"apt would install {len(names)} {noun}, and fetch 0 B:\n{rows}\n"
    return f"{head}To install:\n\n    {APT_GET}{' '.join(names)}\n\n"


def by_pip(spec: str, version: str) -> str:
    name = spec.strip("'").partition(">")[0].partition("<")[0]
    return f"pip would install 1 package:\n  install  {name}  {version}\n\nTo install:\n\n    {PIP_INSTALL}{spec}\n\n"


CASES = {
    "all is here": (here(), deps("zlib"), "--dep\n  ✓  zlib  host  1.2.13  here\n\n1 external requirement: 1 here.\n"),
    "all is here, quietly": (here(), [*deps("zlib"), "-q"], ""),
    "something to install": (
        here(),
        deps("zlib", "gdal>=3.4"),
        "--dep\n  ✓  zlib       host  1.2.13  here\n  +  gdal>=3.4  host  3.6.2   apt: libgdal-dev\n\n"
        + by_apt("libgdal-dev")
        + "2 external requirements: 1 here, 1 to be installed.\n",
    ),
    "quietly": (
        here(),
        [*deps("zlib", "gdal>=3.4"), "-q"],
        "--dep\n  +  gdal>=3.4  host  3.6.2  apt: libgdal-dev\n\n" + by_apt("libgdal-dev"),
    ),
    "unmet, with what would help": (
        here(),
        deps("hdf5>=99", "gdal>=3.4"),
        "--dep\n  +  gdal>=3.4  host  3.6.2  apt: libgdal-dev\n\n"
        "✗ no version that is here or can be had is hdf5>=99 (host for --dep)\n"
        "    there is 1.10.8 of apt\n"
        f"    conda-forge has `hdf5` {ELSEWHERE}\n\n"
        + by_apt("libgdal-dev")
        + "2 external requirements: 1 to be installed, 1 cannot be met.\n",
    ),
    "a program from another manager, in a range": (
        here(pip=PIP),
        deps("cmake>=3.26,<4", "hdf5"),
        "--dep\n  +  cmake>=3.26,<4  build  3.31.6  pip: cmake\n"
        "  +  hdf5            host   1.10.8  apt: libhdf5-dev\n\n"
        + by_apt("libhdf5-dev")
        + by_pip("'cmake>=3.26,<4'", "3.31.6")
        + "2 external requirements: 2 to be installed.\n",
    ),
    "without a manager that would be taken": (
        here(pip=PIP),
        [*deps("cmake"), "--without", "apt"],
        "--dep\n  +  cmake  build  4.1.0  pip: cmake\n\n"
        + by_pip("cmake", "4.1.0")
        + "1 external requirement: 1 to be installed.\n",
    ),
    "without a manager that alone would do": (
        here(pip=PIP),
        [*deps("cmake>=4"), "--without", "pip"],
        "✗ no version that is here or can be had is cmake>=4 (build for --dep)\n"
        "    there is 3.25.1 of apt\n"
        "    cmake 4.1.0 of pip would do, but pip is not to be used\n"
        f"    conda-forge has `cmake` {ELSEWHERE}\n"
        "    debian+sid has cmake 4.3.4\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "for one manager": (
        here(pip=PIP),
        [*deps("cmake"), "--for", "pip"],
        "--dep\n  +  cmake  build  4.1.0  pip: cmake\n\n"
        + by_pip("cmake", "4.1.0")
        + "1 external requirement: 1 to be installed.\n",
    ),
    "one world": (
        here(conda=CONDA),
        deps("hdf5>=1.12", "gdal>=3.4"),
        "--dep\n  +  hdf5>=1.12  host  1.14.3  conda: hdf5\n  +  gdal>=3.4   host  3.9.2   conda: libgdal\n\n"
        "conda would install 2 packages, and fetch 0 B:\n  install  hdf5     1.14.3\n  install  libgdal  3.9.2\n\n"
        "To install:\n\n"
        "    conda install --channel conda-forge 'hdf5>=1.12' 'libgdal>=3.4'\n\n"
        "2 external requirements: 2 to be installed.\n",
    ),
    "a module is not numbered as its package": (
        here(conda=CONDA),
        [*deps("libavcodec>=58"), "--for", "conda"],
        "--dep\n  +  libavcodec>=58  host  version not looked up  conda: ffmpeg\n\n"
        "conda would install 1 package, and fetch 0 B:\n  install  ffmpeg  7.1\n\n"
        "To install:\n\n    conda install --channel conda-forge ffmpeg\n\n"
        "1 external requirement: 1 to be installed.\n",
    ),
    "modules": (
        here(),
        deps("libavcodec>=58", "gtk+-3.0>=3.20"),
        "--dep\n  +  libavcodec>=58  host  version not looked up  apt: libavcodec-dev\n"
        "  +  gtk+-3.0>=3.20  host  3.24.38                apt: libgtk-3-dev\n\n"
        + by_apt("libavcodec-dev", "libgtk-3-dev")
        + "2 external requirements: 2 to be installed.\n",
    ),
    "the ecosystem's own choice": (
        here(),
        deps("blas"),
        "--dep\n  +  blas  host  netlib-blas 3.11.0  apt: libblas-dev\n\n"
        + by_apt("libblas-dev")
        + "1 external requirement: 1 to be installed.\n",
    ),
    "a virtual beside its provider": (
        here(),
        deps("blas", "openblas"),
        "--dep\n  +  blas      host  openblas 0.3.21  apt: libopenblas-dev\n"
        "  +  openblas  host  0.3.21           apt: libopenblas-dev\n\n"
        + by_apt("libopenblas-dev")
        + "2 external requirements: 2 to be installed.\n",
    ),
    "the range of an interface": (
        here(),
        deps("mpi>=4", "openmpi"),
        "--dep\n  +  mpi>=4  host  mpich 4.0.2  apt: libmpich-dev\n\n"
        "✗ openmpi (host for --dep) does not go with mpi>=4 (host for --dep)\n"
        "    mpi>=4 is 4.0.2 of apt\n"
        "    openmpi is 4.1.4 of apt\n"
        "    intel-mpi and mpich and openmpi cannot live together\n"
        f"    conda-forge has `openmpi` {ELSEWHERE}\n\n"
        + by_apt("libmpich-dev")
        + "2 external requirements: 1 to be installed, 1 cannot be met.\n",
    ),
    "what cannot live together": (
        here(),
        deps("libcurl", "libcurl-gnutls"),
        "--dep\n  +  libcurl  host  7.88.1  apt: libcurl4-openssl-dev\n\n"
        "✗ libcurl-gnutls (host for --dep) does not go with libcurl (host for --dep)\n"
        "    libcurl is 7.88.1 of apt\n"
        "    libcurl-gnutls is 7.88.1 of apt\n"
        "    libcurl and libcurl-gnutls cannot live together\n\n"
        + by_apt("libcurl4-openssl-dev")
        + "2 external requirements: 1 to be installed, 1 cannot be met.\n",
    ),
    "a capability": (
        here(),
        [*deps("nvidia-driver"), "--phase", "run"],
        "✗ this machine does not have nvidia-driver (run for --dep)\n"
        "    it is a capability of the machine, which no manager installs\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "a closed repository": (
        here(),
        deps("cuda"),
        "✗ nobody here has cuda (host for --dep)\n"
        "    nvidia-cuda-toolkit: in `non-free` of debian+12, which is not enabled here\n"
        f"    conda-forge has `cuda-toolkit` {ELSEWHERE}\n"
        "    debian+13 has cuda 12.4.131, debian+sid 12.4.131\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "no index, not root": (
        StockedHost(APT, has_index=False, is_root=False),
        deps("gdal>=3.4"),
        "--dep\n  +  gdal>=3.4  host  version not looked up  apt: libgdal-dev\n\n"
        "note: apt: its index has not been fetched yet, so versions were not looked up\n\n"
        "The index of apt is absent or older than a day. To fetch it:\n\n    sudo apt-get update\n\n"
        + by_apt("libgdal-dev").replace(APT_GET, f"sudo {APT_GET}")
        + "1 external requirement: 1 to be installed.\n",
    ),
    "a manager that cannot be asked, and could help": (
        StockedHost(conda={}, broken={"conda": "no network"}),
        deps("gdal"),
        "✗ nobody here has gdal (host for --dep)\n"
        "    apt knows no `libgdal-dev`\n"
        "    homebrew has `gdal` (its version was not looked up): brew is not here\n"
        "    debian+13 has gdal 3.10.3, debian+sid 3.13.3\n\n"
        "note: conda could not be asked: `conda search` failed with 1: no network\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "a name that nobody knows": (
        here(conda={}, broken={"conda": "no network"}),
        deps("gdla"),
        "✗ nobody here has gdla (host for --dep)\n    no registry knows `dep:generic/gdla`; did you mean `gdl`?\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "installed, and its files are gone": (
        here(installed={"libgdal-dev": APT["libgdal-dev"]}),
        deps("gdal"),
        "✗ nobody here has gdal (host for --dep)\n"
        "    libgdal-dev of apt: installed already, and no help\n"
        f"    conda-forge has `libgdal` {ELSEWHERE}\n"
        "    debian+13 has gdal 3.10.3, debian+sid 3.13.3\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "unknown whether it is here": (
        here(),
        deps("zlib", "ccid"),
        "--dep\n  ✓  zlib  host  1.2.13  here\n\n"
        "note: nobody can tell whether it is here: ccid; `--strict` plans as if not\n\n"
        "1 external requirement: 1 here.\n",
    ),
    "nothing else, and unknown whether it is here": (
        here(),
        deps("ccid"),
        "note: nobody can tell whether it is here: ccid; `--strict` plans as if not\n\n"
        "Nothing external is needed, as far as can be told.\n",
    ),
    "unknown, strictly": (
        here(),
        [*deps("ccid"), "--strict"],
        "✗ nobody here has ccid (host for --dep)\n"
        "    nix has `ccid` (its version was not looked up): nix is not here\n\n"
        "1 external requirement: 1 cannot be met.\n",
    ),
    "coherent virtuals": (
        here(),
        deps("blas", "dep:virtual/interface/lapack"),
        "--dep\n  +  blas    host  netlib-blas 3.11.0  apt: libblas-dev\n"
        "  +  lapack  host  lapack 3.11.0       apt: liblapack-dev\n\n"
        + by_apt("libblas-dev", "liblapack-dev")
        + "2 external requirements: 2 to be installed.\n",
    ),
    "coherent virtuals beside a provider": (
        here(),
        [*deps("blas", "dep:virtual/interface/lapack", "openblas"), "-q", "-v"],
        "--dep\n  +  blas      host  openblas 0.3.21  apt: libopenblas-dev\n"
        "  +  lapack    host  openblas 0.3.21  apt: libopenblas-dev\n"
        "  +  openblas  host  0.3.21           apt: libopenblas-dev\n\n" + by_apt("libopenblas-dev"),
    ),
    "a release, by the data": (
        here(),
        [*deps("zlib"), "--target", "debian+13"],
        "--dep\n  +  zlib  host  1.3.1  apt: zlib1g-dev\n\nnote: apt: versions are as of 2026-09-12\n\n"
        "To install:\n\n    apt-get install zlib1g-dev\n\n"
        "1 external requirement: 1 to be installed. Versions of debian+13 were not verified.\n",
    ),
    "a release of which no versions are known": (
        here(),
        [*deps("zlib"), "--target", "fedora+42"],
        "--dep\n  +  zlib  host  version not looked up  dnf: zlib-devel\n\nnote: dnf: versions were not looked up\n\n"
        "To install:\n\n    dnf install zlib-devel\n\n"
        "1 external requirement: 1 to be installed. Versions of fedora+42 were not verified.\n",
    ),
}


@pytest.mark.parametrize(("host", "arguments", "expected"), CASES.values(), ids=CASES)
def test_table(host: StockedHost, arguments: list[str], expected: str, capsys: Say) -> None:
    assert run_plan(host, *arguments) == (4 if "✗" in expected else 0)
    said = capsys.readouterr()
    assert (said.out, said.err) == (expected, "")


@pytest.mark.parametrize(("host", "arguments", "expected"), CASES.values(), ids=CASES)
def test_document(host: StockedHost, arguments: list[str], expected: str, capsys: Say) -> None:
    assert run_plan(host, *arguments, "--format", "json") == (4 if "✗" in expected else 0)
    document = json.loads(capsys.readouterr().out)  # and nothing else is there
    get_validator("plan").validate(document)
    assert bool(document["unmet"]) == ("✗" in expected)


def test_the_name_of_a_module_is_kept(capsys: Say) -> None:
    run_plan(here(), *deps("gtk+-3.0>=3.20"), "--format", "json")
    (decision,) = json.loads(capsys.readouterr().out)["decisions"]
    assert decision["identifier"] == "dep:generic/gtk3"
    assert decision["asks"] == [{"requirement": "dep:generic/gtk+-3.0@>=3.20", "requested_by": "--dep"}]


def test_several_ranges_of_one_name(capsys: Say) -> None:
    arguments = [*deps("gdal>=3.4", "gdal<3.9", "gdal>=3.4"), "--for", "conda", "--format", "json"]
    assert run_plan(here(conda=CONDA), *arguments) == 0
    document = json.loads(capsys.readouterr().out)
    (decision,), (step,) = document["decisions"], document["steps"]
    assert [ask["requirement"] for ask in decision["asks"]] == ["dep:generic/gdal@>=3.4", "dep:generic/gdal@<3.9"]
    assert decision["version"] == "3.6.2"
    assert step["argv"][-1] == "libgdal>=3.4,<3.9"


WHY = {
    "here": (here(), deps("zlib"), "zlib", "  asked: zlib for --dep\n  →  1.2.13 here (zlib1g-dev)  chosen\n"),
    "a range": (
        here(pip=PIP),
        deps("cmake>=3.26,<4"),
        "dep:generic/cmake",
        "  asked: cmake>=3.26,<4 for --dep\n"
        "     3.25.1 of apt (cmake)  not in the range of cmake>=3.26,<4\n"
        "     4.1.0 of pip (cmake)   not in the range of cmake>=3.26,<4\n"
        "  →  3.31.6 of pip (cmake)  chosen\n",
    ),
    "refused": (
        here(),
        deps("gdal>=99"),
        "gdal",
        "  asked: gdal>=99 for --dep\n"
        "     3.6.2 of apt (libgdal-dev)  not in the range of gdal>=99\n"
        "  no version that is here or can be had is gdal>=99 (host for --dep)\n"
        "  there is 3.6.2 of apt\n",
    ),
    "a clash": (
        here(conda=CONDA),
        deps("gdal>=3.4", "hdf5>=1.12"),
        "gdal",
        "  asked: gdal>=3.4 for --dep\n"
        "     3.6.2 of apt (libgdal-dev)  does not go with 1.14.3 of conda for hdf5>=1.12 "
        "(the libraries of one Python process come from one ecosystem)\n"
        "  →  3.9.2 of conda (libgdal)    chosen\n"
        "     3.6.2 of conda (libgdal)    possible: the newest comes first\n",
    ),
    "refused beside another": (
        here(),
        deps("libcurl", "libcurl-gnutls"),
        "libcurl-gnutls",
        "  asked: libcurl-gnutls for --dep\n"
        "     7.88.1 of apt (libcurl4-gnutls-dev)  does not go with the rest\n"
        "  libcurl-gnutls (host for --dep) does not go with libcurl (host for --dep)\n"
        "  libcurl is 7.88.1 of apt\n"
        "  libcurl-gnutls is 7.88.1 of apt\n"
        "  libcurl and libcurl-gnutls cannot live together\n",
    ),
}


@pytest.mark.parametrize(("host", "arguments", "name", "expected"), WHY.values(), ids=WHY)
def test_why(host: StockedHost, arguments: list[str], name: str, expected: str, capsys: Say) -> None:
    assert run_plan(host, *arguments, "--why", name) == 0
    head, _, rest = capsys.readouterr().out.partition("\n")
    assert head.startswith(f"dep:generic/{name.removeprefix('dep:generic/')}  ")
    assert rest == f"{expected}\n"
    run_plan(host, *arguments, "--why", name, "--format", "json")
    get_validator("why").validate(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("name", ["blas", "openblas"])
def test_why_a_provider_is_not_chosen(name: str, capsys: Say) -> None:
    assert run_plan(here(), *deps("blas"), "--why", name) == 0
    assert capsys.readouterr().out == (
        "dep:virtual/interface/blas  host\n"
        "  asked: blas for --dep\n"
        "  →  netlib-blas 3.11.0 of apt (libblas-dev)   chosen\n"
        "     openblas 0.3.21 of apt (libopenblas-dev)  possible: the ecosystem's own choice comes first\n"
        "  libmkl-dev: in `non-free` of debian+12, which is not enabled here\n"
        "  apt knows no `libatlas-base-dev`\n"
        "  apt knows no `libblis-dev`\n\n"
    )


def test_why_of_what_nobody_asks_for() -> None:
    with pytest.raises(UsageError) as caught:
        run_plan(here(), *deps("zlib"), "--why", "gdal")
    assert (caught.value.message, caught.value.hint) == (
        "nobody asks for `dep:generic/gdal`",
        "asked for: dep:generic/zlib",
    )


def test_why_as_a_script() -> None:
    with pytest.raises(UsageError) as caught:
        run_plan(here(), *deps("zlib"), "--why", "zlib", "--format", "sh")
    assert (caught.value.message, caught.value.hint) == (
        "`--why` is not said as `sh`",
        "`--format` is table or json here",
    )


@pytest.mark.parametrize("option", ["--for", "--prefer", "--without"])
def test_no_such_manager(option: str) -> None:
    with pytest.raises(ExtdepsError) as caught:
        run_plan(here(), *deps("gdal"), option, "atp")
    assert caught.value.message == "`atp` is not a package manager"
    assert caught.value.hint.startswith("did you mean `apt`? one of apt, dnf, ")
    assert caught.value.exit_code == 2


def test_a_target_nobody_maps() -> None:
    with pytest.raises(ExtdepsError) as caught:
        run_plan(here(), *deps("gdal"), "--target", "debain")
    assert caught.value.message == "no mapping for `debain`"
    assert caught.value.hint.startswith("did you mean `debian`? there are mappings for alpine, ")
    assert caught.value.exit_code == 2


def test_output(tmp_path: Path, capsys: Say) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("an older one")
    assert run_plan(here(), *deps("zlib"), "--output", str(path)) == 0
    assert path.read_text() == CASES["all is here"][2]
    assert [item.name for item in tmp_path.iterdir()] == ["plan.txt"]
    assert run_plan(here(), *deps("hdf5>=99"), "--format", "json", "-o", str(path)) == 4
    get_validator("plan").validate(json.loads(path.read_text()))
    assert capsys.readouterr().out == ""
    with pytest.raises(EnvironmentFaultError) as caught:
        run_plan(here(), *deps("zlib"), "-o", f"{path}/below")
    assert str(caught.value) == f"`{path}/below` cannot be written\nNot a directory"


def test_as_many_processes_for_many_names_as_for_one(capsys: Say) -> None:
    one, many = here(pip=PIP), here(pip=PIP)
    names = [f"nosuch{number}" for number in range(44)]
    run_plan(one, *deps("gdal", "cmake>=4", "nosuch", "ninja"))
    run_plan(many, *deps("gdal", "cmake>=4", "hdf5", "openblas", "libcurl", "ninja", "libavcodec", *names))
    capsys.readouterr()
    assert len(many.runs) == len(one.runs)


def test_another_root(tmp_path: Path, capsys: Say) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
    assert main(["plan", *deps("gdal"), "--root", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "  +  gdal  host  version not looked up  apt: libgdal-dev\n" in said
    assert said.endswith("1 external requirement: 1 to be installed.\n")


def test_errors_of_the_command_line(capsys: Say) -> None:
    assert main(["plan", *deps("zlib"), "--phase", "nosuch"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: `nosuch` is not a phase\n\nhint: the phases are build, host and run\n"
    )
    assert main(["plan", *deps("zlib>=1", "zlib<0.5")]) == 3
    assert capsys.readouterr().err.startswith("error[contradictory-ranges]: ")
