"""The plan as a Dockerfile: Docker's own parser and a linter read it, and the shell of each layer does."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import dockerfile  # type: ignore[import-not-found]
import pytest

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import NASTY_WORDS, decide, make_plan, make_unmet
from support.shells import QUOTED, assert_readable, find_program

UNPINNED = ("DL3008", "DL3013", "DL3018", "DL3033", "DL3037", "DL3041")
"""That versions are not pinned: the release of the base image has one of each, and a plan knows none."""

APART = "DL3059"
"""That two layers could be one: the packages stay as they are when the project changes."""

FAMILIES = FORMATS["dockerfile"].families


def plan_both(*subjects: str, ecosystem: str = "debian+12") -> tuple[Plan, Plan]:
    build = make_plan(
        decide("gcc", "build", "gcc", "libc6-dev", ecosystem=ecosystem),
        decide("gdal", "host", "libgdal-dev", ecosystem=ecosystem),
        decide("proj", "run", "libproj25", "g++", ecosystem=ecosystem),
        ecosystem=ecosystem,
        subjects=subjects,
    )
    run = make_plan(decide("proj", "run", "libproj25", ecosystem=ecosystem), ecosystem=ecosystem, subjects=subjects)
    return build, run


def nasty_plans() -> tuple[Plan, Plan]:
    unmet = tuple(make_unmet(text) for text in NASTY_WORDS)
    decision = decide("gdal", "host", *NASTY_WORDS)
    build = make_plan(decision, unmet=unmet, notes=NASTY_WORDS, subjects=NASTY_WORDS)
    return build, make_plan(decision, unmet=unmet, notes=NASTY_WORDS, subjects=NASTY_WORDS)


PLANS = {
    **{family: plan_both("spam", ecosystem=family) for family in FAMILIES},
    "opensuse+15.6": plan_both(".", ecosystem="opensuse+15.6"),
    "empty": (make_plan(subjects=()), make_plan(subjects=())),
    "nasty": nasty_plans(),
}


def render(plans: tuple[Plan, Plan]) -> str:
    return FORMATS["dockerfile"].render(plans)


def parse(text: str) -> list[Any]:
    """The instructions, by the parser of BuildKit."""
    return list(dockerfile.parse_string(text))


def stages(text: str) -> tuple[list[Any], list[Any]]:
    commands = parse(text)
    first, second = (index for index, command in enumerate(commands) if command.cmd.upper() == "FROM")
    return commands[first:second], commands[second:]


def installed(stage: list[Any]) -> set[str]:
    """The words of the layer that installs, after the last option of the manager."""
    layer = next(command.value[0] for command in stage if command.cmd.upper() == "RUN")
    install = next(part for part in layer.split("&&") if any(word in part for word in (" install ", " add ", " -Syu ")))
    return {word for word in shlex.split(install)[2:] if not word.startswith("-") and word != "install"}


def test_a_file_as_a_person_would_write_it() -> None:
    assert render(plan_both("spam", ecosystem="debian+12")) == (
        "# Made by `extdeps plan spam --target debian+12 --format dockerfile`.\n"
        "ARG BASE=debian:12\n"
        "\n"
        "FROM ${BASE} AS build\n"
        "RUN apt-get update \\\n"
        " && apt-get install -y --no-install-recommends \\\n"
        "      g++ \\\n"
        "      gcc \\\n"
        "      libc6-dev \\\n"
        "      libgdal-dev \\\n"
        "      libproj25 \\\n"
        "      python3 \\\n"
        "      python3-venv \\\n"
        " && rm -rf /var/lib/apt/lists/*\n"
        "RUN python3 -m venv /opt/venv \\\n"
        " && /opt/venv/bin/pip install --no-cache-dir spam\n"
        "\n"
        "FROM ${BASE}\n"
        "RUN apt-get update \\\n"
        " && apt-get install -y --no-install-recommends \\\n"
        "      libproj25 \\\n"
        "      python3 \\\n"
        "      python3-venv \\\n"
        " && rm -rf /var/lib/apt/lists/*\n"
        "COPY --from=build /opt/venv /opt/venv\n"
        "ENV PATH=/opt/venv/bin:$PATH\n"
    )


@pytest.mark.parametrize("name", [*FAMILIES, "opensuse+15.6"])
def test_the_packages_of_each_stage_come_back(name: str) -> None:
    build, run = stages(render(PLANS[name]))
    python = installed(run) - {"libproj25"}
    assert python in ({"python3"}, {"python"}, {"python3", "python3-venv"})
    assert installed(build) == {"gcc", "libc6-dev", "libgdal-dev", "libproj25", "g++"} | python


@pytest.mark.parametrize("name", PLANS)
def test_the_parser_of_docker_sees_what_is_meant(name: str) -> None:
    text = render(PLANS[name])
    commands = parse(text)
    known = {"ARG", "FROM", "RUN", "COPY", "ENV"}
    assert {command.cmd.upper() for command in commands} <= known
    assert not any(command.heredocs for command in commands)
    assert len(commands) == sum(line.split(" ")[0] in known for line in text.splitlines())


@pytest.mark.parametrize("name", PLANS)
def test_the_linter_has_nothing_to_say(name: str, tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(render(PLANS[name]))
    ignored = [f"--ignore={code}" for code in (*UNPINNED, APART, *QUOTED)]
    argv = [find_program("hadolint"), "--no-color", "--format=json", *ignored, str(path)]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")


@pytest.mark.parametrize("name", PLANS)
def test_the_shell_reads_each_layer(name: str) -> None:
    for command in parse(render(PLANS[name])):
        if command.cmd.upper() == "RUN":
            assert_readable(command.value[0])


@pytest.mark.parametrize(
    ("subject", "argument", "is_copied"),
    [
        ("spam", "spam", False),
        ("spam[a,b]>=1.2; python_version>='3.9'", "spam[a,b]>=1.2; python_version>='3.9'", False),
        ("spam @ https://example.org/spam.zip", "spam @ https://example.org/spam.zip", False),
        ("https://example.org/a b.whl", "/src/https:/example.org/a b.whl", True),
        ("https://example.org/spam-1.0.tar.gz", "https://example.org/spam-1.0.tar.gz", False),
        (".", "/src", True),
        ("./packages/egg", "/src/packages/egg", True),
        ("dist/spam-1.0-py3-none-any.whl", "/src/dist/spam-1.0-py3-none-any.whl", True),
        ("./spam-1.0-py3-none-any.whl", "/src/spam-1.0-py3-none-any.whl", True),
        ("../spam", "/src", True),
        ("/home/somebody/spam", "/src", True),
        ("file:///home/somebody/spam", "/src", True),
        ("~/spam", "/src", True),
        ("C:\\spam", "/src", True),
        ("a; touch owned", "/src/a; touch owned", True),
    ],
)
def test_what_pip_is_told(subject: str, argument: str, is_copied: bool) -> None:
    build, run = stages(render(plan_both(subject, "--dep")))
    _, _, install = build[-1].value[0].partition("&& ")
    assert shlex.split(install) == ["/opt/venv/bin/pip", "install", "--no-cache-dir", argument]
    assert any(command.value == (".", "/src") for command in build) == is_copied
    assert not any(command.value == (".", "/src") for command in run)


def test_a_requirement_by_itself_leaves_pip_out() -> None:
    decision = decide("gdal", "host", "libgdal-dev", asks=((">=3.4", "--dep"),))
    plan = make_plan(decision, subjects=("--dep",))
    text = render((plan, make_plan(subjects=("--dep",))))
    assert text.startswith(
        "# Made by `extdeps plan -d 'gdal>=3.4' --target debian+12 --format dockerfile`.\n"
        "# Not known to be met: gdal>=3.4.\nARG"
    )
    assert "pip install" not in text


@pytest.mark.parametrize(
    ("ecosystem", "image"),
    [
        ("alpine", "alpine:3.22"),
        ("arch", "archlinux:base"),
        ("debian", "debian:13"),
        ("debian+sid", "debian:sid"),
        ("debian+12 AS x\nRUN touch owned", "debian:13"),
        ("fedora+42", "fedora:42"),
        ("opensuse", "opensuse/tumbleweed"),
        ("opensuse+20261120", "opensuse/tumbleweed"),
        ("opensuse+15.6", "opensuse/leap:15.6"),
        ("rhel", "rockylinux/rockylinux:9"),
        ("rhel+8.10", "rockylinux/rockylinux:8"),
        ("ubuntu+24.04", "ubuntu:24.04"),
    ],
)
def test_the_base_image_is_that_of_the_release(ecosystem: str, image: str) -> None:
    commands = parse(render(plan_both("spam", ecosystem=ecosystem)))
    assert [command.value for command in commands if command.cmd.upper() == "ARG"] == [(f"BASE={image}",)]


def test_what_is_left_out_stands_at_the_top() -> None:
    mkl = decide("mkl", "host", "mkl", source="conda", ecosystem="conda-forge", asks=((">=2020", "spam"),))
    geos = decide("geos", "host", "libgeos-dev", asks=((">=3.9", "spam"), ("", "eggs"), ("<4", "eggs")))
    known = decide("proj", "host", "libproj-dev", version="9.1.1", asks=((">=9", "spam"),))
    plan = make_plan(mkl, geos, known, unmet=(make_unmet(), make_unmet()), notes=("a note",), is_verified=False)
    assert render((plan, plan)).splitlines()[1:8] == [
        "# Left out: libeggs>=9 (run) for libeggs: nobody has libeggs",
        "#   detail libeggs",
        "#   remedy libeggs",
        "# Left out: mkl (host), from conda-forge: mkl",
        "# Not known to be met: geos>=3.9 for spam, geos<4 for eggs.",
        "# Note: a note",
        "ARG BASE=debian:12",
    ]


def test_a_reason_that_names_the_requirement_is_not_preceded_by_it() -> None:
    unmet = replace(make_unmet(), reason="no version that is here or can be had is libeggs>=9 (run for spam)")
    plan = make_plan(unmet=(unmet,))
    assert render((plan, plan)).splitlines()[1] == f"# Left out: {unmet.reason}"
