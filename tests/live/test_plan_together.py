"""Plans of several managers on a real machine: apt beside a conda prefix, and apt beside pip, run with one consent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.condachannel import index_channel
from support.debianroot import USER, DebianRoot, Said, layer_over
from support.debrepository import clear_lists, write_repository
from support.together import (
    CHANNEL,
    INTO,
    PREFIX,
    library_deb,
    library_of_channel,
    make_place,
    make_program_wheel,
    program_deb,
    program_of_channel,
)

PNG = {"module": "libpng", "header": "png.h", "library": "png16"}
LZ4 = {"module": "liblz4", "header": "lz4.h", "library": "lz4"}
BOTH = (*INTO, "--for", "apt,conda")
PLAN = "/srv/plan.json"
BREW = "homebrew has `libpng` (its version was not looked up): brew is not here\n"
PACKAGES = (
    library_deb("libpng-dev", "1.6.39-2", **PNG),
    library_deb("liblz4-dev", "1.9.4-1", **LZ4),
    program_deb("bison", "3.8.2"),
    program_deb("swig", "4.1.0"),
    program_deb("flex", "2.6.4", postinst="[ -e /srv/mended ] || { echo sorry >&2; exit 3; }"),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian whose apt has an old libpng and a new lz4, while its channel has them the other way round."""
    root = tmp_path_factory.mktemp("together") / "base"
    make_place(root, PACKAGES, "python3-venv")
    library_of_channel(root, "libpng", "1.6.44", **PNG)
    library_of_channel(root, "lz4-c", "1.8.3", **LZ4)
    program_of_channel(root, "bison", "3.8.2")
    program_of_channel(root, "swig", "4.3.0")
    program_of_channel(root, "m4", "1.4.19")
    index_channel(root / CHANNEL.lstrip("/"))
    (root / "srv/wheels").mkdir()
    make_program_wheel(root / "srv/wheels", "swig", "4.4.0")
    DebianRoot(root).do("python3", "-m", "venv", "/srv/venv")
    return root


@pytest.fixture
def root(base: Path, tmp_path: Path) -> Iterator[DebianRoot]:
    with layer_over(base, tmp_path) as root:
        yield root


def plan(root: DebianRoot, *arguments: str, code: int = 0) -> dict[str, Any]:
    """The document of a plan."""
    said = root.run(*arguments, "--format", "json", command="plan")
    assert said.code == code, said
    document: dict[str, Any] = json.loads(said.out)
    return document


def sources(document: dict[str, Any]) -> dict[str, str]:
    """Which manager meets what."""
    return {item["identifier"].rpartition("/")[2]: item["source"] for item in document["decisions"]}


def commands(said: Said) -> list[str]:
    """The programs that were run."""
    return [line.split()[1] for line in said.err.splitlines() if line.startswith("$ ")]


def in_prefix(root: DebianRoot) -> dict[str, str]:
    """The packages of the prefix."""
    records = (json.loads(path.read_text()) for path in (root / PREFIX.lstrip("/")).glob("conda-meta/*.json"))
    return {record["name"]: record["version"] for record in records}


def test_apt_has_too_old_a_version(root: DebianRoot) -> None:
    """All that ends in the process comes from the channel, though apt has one half of it; the program stays apt's."""
    asked = ("-d", "libpng>=1.6.40", "-d", "lz4", "-d", "bison")
    assert sources(plan(root, *BOTH, *asked)) == {"libpng": "rattler", "lz4": "rattler", "bison": "apt"}
    said = root.run(*BOTH, *asked, "--yes")
    assert said.code == 0, said
    assert commands(said) == ["apt-get", "/usr/bin/python3"]
    assert in_prefix(root) == {"libpng": "1.6.44", "lz4-c": "1.8.3"}
    assert root.installed["bison"] == "3.8.2"
    assert not {"libpng-dev", "liblz4-dev"} & set(root.installed)
    assert said.out.endswith("3 external requirements, all satisfied.\n")
    assert said.err.endswith(f'note: a build finds it after `eval "$(extdeps env --prefix {PREFIX})"`\n')
    again = root.run(*BOTH, *asked, "--yes")
    assert (again.code, commands(again)) == (0, [])


def test_the_channel_has_too_old_a_version(root: DebianRoot) -> None:
    asked = ("-d", "libpng", "-d", "lz4>=1.9")
    assert sources(plan(root, *BOTH, *asked)) == {"libpng": "apt", "lz4": "apt"}
    said = root.run(*BOTH, *asked, "--yes")
    assert said.code == 0, said
    assert commands(said) == ["apt-get"]
    assert {"libpng-dev", "liblz4-dev"} <= set(root.installed)
    assert "eval" not in said.err  # there is no prefix
    assert in_prefix(root) == {}


def test_a_program_of_the_channel_beside_a_library_of_apt(root: DebianRoot) -> None:
    said = root.run(*BOTH, "-d", "lz4>=1.9", "-d", "swig>=4.2", "--yes")
    assert said.code == 0, said
    assert (in_prefix(root), root.installed["liblz4-dev"]) == ({"swig": "4.3.0"}, "1.9.4-1")


def test_the_prefix_alone(root: DebianRoot) -> None:
    """`--prefix` without `--for` is the prefix and nothing else; a settled manager does not change that."""
    root.write("root/.config/extdeps/config.toml", 'manager = "apt"\n')
    assert sources(plan(root, *INTO, "-d", "libpng", "-d", "bison")) == {"libpng": "rattler", "bison": "rattler"}
    assert sources(plan(root, *INTO, "--for", "apt", "-d", "libpng")) == {"libpng": "apt"}
    assert sources(plan(root, *BOTH, "--without", "conda", "-d", "libpng")) == {"libpng": "apt"}
    assert sources(plan(root, *BOTH, "--without", "apt", "-d", "libpng")) == {"libpng": "rattler"}


def test_nobody_has_it(root: DebianRoot) -> None:
    lines = (
        "no version that is here or can be had is libpng>=1.7 (host for --dep)\n",
        "  there is 1.6.39 of apt, 1.6.44 of rattler\n",
    )
    said = root.run(*BOTH, "-d", "libpng>=1.7", command="plan")
    assert (said.code, said.err) == (4, "")
    assert said.out == f"✗ {lines[0]}  {lines[1]}    {BREW}\n1 external requirement: 1 cannot be met.\n"
    said = root.run(*BOTH, "-d", "libpng>=1.7", "--yes")
    assert said.code == 5
    assert said.err == (
        "error[still-missing]: 1 of 1 external requirements is still not satisfied\n"
        f"  libpng>=1.7 (host): missing\n  {lines[0]}  {lines[1]}    {BREW}"
    )


def test_two_libraries_that_no_manager_has_both(root: DebianRoot) -> None:
    said = root.run(*BOTH, "-d", "libpng>=1.6.40", "-d", "lz4>=1.9", command="plan")
    assert said.code == 4
    assert (
        "✗ lz4>=1.9 (host for --dep) does not go with libpng>=1.6.40 (host for --dep)\n"
        "    libpng>=1.6.40 is 1.6.44 of rattler\n"
        "    lz4>=1.9 is 1.9.4 of apt\n"
        "    the libraries of one Python process come from one ecosystem\n"
    ) in said.out


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1)])
def test_one_question_for_both(root: DebianRoot, answer: str, code: int) -> None:
    with root.sit_at(*BOTH, "-d", "libpng>=1.6.40", "-d", "bison") as terminal:
        terminal.expect("Run this? [y/N] ")
        asked = terminal.said
        assert asked.index("apt would install 1 package") < asked.index("rattler would install 1 package")
        assert asked.count("To install:") == 2
        assert root.logs == []
        terminal.type(answer)
        assert terminal.end(timeout=60) == code
        assert terminal.said.count("Run this?") == 1
    there = (bool(in_prefix(root)), "bison" in root.installed)
    assert there == ((True, True) if code == 0 else (False, False))


def test_nobody_is_here_to_say_yes(root: DebianRoot) -> None:
    said = root.run(*BOTH, "-d", "libpng>=1.6.40", "-d", "bison")
    assert said.code == 5
    prefix = f"-m extdeps.condaprefix install --prefix {PREFIX} --channel file://{CHANNEL}"
    assert said.err == (
        "error[no-consent]: nothing was run: nobody is here to say yes\n"
        "  apt-get install bison\n"
        f"  /usr/bin/python3 -P {prefix} -- 'libpng>=1.6.40'\n"
        "\n"
        "hint: `--yes` says it beforehand; or run the command yourself\n"
    )


def test_without_root_apt_is_left_out(root: DebianRoot) -> None:
    for name in ("sudo", "doas"):
        (root / "usr/bin" / name).unlink()
    into = ("--prefix", f"/home/{USER}/p", *INTO[2:], "--for", "apt,conda")
    said = root.run(*into, "-d", "libpng", "-d", "bison", "--yes", user=USER)
    assert said.code == 0, said
    reason = "apt needs root, and there is no way to it (none of sudo, doas, run0 and pkexec is here)"
    assert said.err.startswith(f"note: {reason}: left out\n")
    assert commands(said) == ["/usr/bin/python3"]


def test_the_second_manager_fails(root: DebianRoot) -> None:
    """What the first has done stays; a second run does the rest."""
    (archive,) = (root / CHANNEL.lstrip("/")).glob("*/libpng-*.conda")
    whole = archive.read_bytes()
    archive.write_bytes(b"not an archive")
    asked = (*BOTH, "-d", "libpng>=1.6.40", "-d", "bison", "--yes")
    said = root.run(*asked)
    assert said.code == 5
    assert said.error.startswith("error[step-failed]: `/usr/bin/python3 -P -m extdeps.condaprefix install ")
    log = root.name_of(root.logs[0])
    assert said.error.endswith(f"hint: all that was printed is in {log}; what was begun is finished by a second run\n")
    assert [line for line in root.logs[0].read_text().splitlines() if line.startswith("# ended")] == [
        "# ended with 0",
        "# ended with 5",
    ]
    assert (root.installed["bison"], in_prefix(root)) == ("3.8.2", {})
    archive.write_bytes(whole)
    said = root.run(*asked)
    assert said.code == 0, said
    assert commands(said)[-1] == "/usr/bin/python3"
    assert "apt-get" not in commands(said)
    assert in_prefix(root) == {"libpng": "1.6.44"}


def test_the_first_manager_fails(root: DebianRoot) -> None:
    """Nothing of the second is begun."""
    asked = (*BOTH, "-d", "libpng>=1.6.40", "-d", "flex", "--yes")
    said = root.run(*asked)
    assert said.code == 5
    assert (commands(said), in_prefix(root)) == (["apt-get"], {})
    root.write("srv/mended", "")
    said = root.run(*asked)
    assert said.code == 0, said
    assert (in_prefix(root), root.installed["flex"]) == ({"libpng": "1.6.44"}, "2.6.4")


def test_an_index_that_was_never_fetched(root: DebianRoot) -> None:
    """apt is relied on until its index is there; what it turns out not to have goes to the next manager."""
    clear_lists(root.path)
    document = plan(root, *BOTH, "-d", "m4", "-d", "bison")
    assert sources(document) == {"m4": "apt", "bison": "apt"}
    assert document["notes"] == ["apt: its index has not been fetched yet, so versions were not looked up"]
    said = root.run(*BOTH, "-d", "m4", "-d", "bison", "--yes")
    assert said.code == 0, said
    assert commands(said) == ["apt-get", "apt-get", "/usr/bin/python3"]
    assert (in_prefix(root), "bison" in root.installed) == ({"m4": "1.4.19"}, True)


def test_no_before_the_index_is_fetched(root: DebianRoot) -> None:
    clear_lists(root.path)
    with root.sit_at(*BOTH, "-d", "m4") as terminal:
        terminal.expect("Run this? [y/N] ")
        assert "apt-get update" in terminal.said
        terminal.type("n\n")
        assert terminal.end() == 1
        assert terminal.said.count("Run this?") == 1
    assert (root.logs, in_prefix(root)) == ([], {})


def test_a_program_that_apt_has_too_old_comes_as_a_wheel(root: DebianRoot) -> None:
    path = "/srv/venv/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # the environment is active
    root.write("etc/pip.conf", "[global]\nno-index = true\nfind-links = /srv/wheels\n")
    asked = ("--python", "/srv/venv/bin/python", "--for", "apt,pip", "-d", "swig>=4.4", "-d", "lz4>=1.9")
    said = root.run(*asked, command="plan", PATH=path)
    assert said.code == 0, said
    assert "swig>=4.4  build  4.4.0  pip: swig\n" in said.out
    assert "lz4>=1.9   host   1.9.4  apt: liblz4-dev\n" in said.out
    said = root.run(*asked, "--yes", PATH=path)
    assert said.code == 0, said
    assert commands(said) == ["apt-get", "/srv/venv/bin/python"]
    assert "swig" not in root.installed
    assert root.do("/srv/venv/bin/swig", "-version") == "swig 4.4.0\n"


def save(root: DebianRoot, *arguments: str) -> dict[str, Any]:
    said = root.run(*arguments, "--format", "json", "-o", PLAN, command="plan")
    assert (said.code, said.out, said.err) == (0, "", "")
    document: dict[str, Any] = json.loads((root / PLAN.lstrip("/")).read_text())
    return document


@pytest.fixture
def document(root: DebianRoot, base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A plan that was made on another machine of the same kind, and brought to this one."""
    with layer_over(base, tmp_path_factory.mktemp("other")) as other:
        made = save(other, *BOTH, "-d", "libpng>=1.6.40", "-d", "bison")
    bring(root, made)
    return made


def bring(root: DebianRoot, document: dict[str, Any]) -> None:
    root.write(PLAN.lstrip("/"), json.dumps(document))


def test_a_plan_is_run_on_another_machine_of_its_kind(root: DebianRoot, document: dict[str, Any]) -> None:
    assert (document["host"]["ecosystem"], document["ecosystem"]) == ("debian+12", "debian+12")
    said = root.run("--plan", PLAN)
    assert (said.code, said.err) == (
        2,
        f"error[usage]: `{PLAN}` needs a conda prefix\n\nhint: `--prefix DIR` names it\n",
    )
    said = root.run("--plan", PLAN, *INTO, "--yes")
    assert said.code == 0, said
    assert commands(said) == ["apt-get", "/usr/bin/python3"]
    assert (in_prefix(root), root.installed["bison"]) == ({"libpng": "1.6.44"}, "3.8.2")


def test_the_same_package_of_two_managers_stays_where_it_was_planned(root: DebianRoot) -> None:
    save(root, *INTO, "-d", "bison")
    said = root.run("--plan", PLAN, *INTO, "--yes")
    assert said.code == 0, said
    assert ("bison" in in_prefix(root), "bison" in root.installed) == (True, False)


def test_no_command_of_a_plan_is_run(root: DebianRoot, document: dict[str, Any]) -> None:
    for step in document["steps"]:
        step["argv"] = ["touch", "/srv/owned"]
        step["specs"] = step["packages"] = ["evil"]
    bring(root, document)
    said = root.run("--plan", PLAN, *INTO, "--yes")
    assert said.code == 0, said
    assert not (root / "srv/owned").exists()
    assert "bison" in root.installed


def test_another_kind_of_machine(root: DebianRoot, document: dict[str, Any]) -> None:
    release = (root / "etc/os-release").read_text().replace('VERSION_ID="12"', 'VERSION_ID="13"')
    (root / "etc/os-release").unlink()
    root.write("etc/os-release", release)
    said = root.run("--plan", PLAN, *INTO, "--yes")
    assert (said.code, said.err) == (
        5,
        f"error[other-machine]: `{PLAN}` is for another kind of machine\n"
        "  ecosystem: the plan has `debian+12`, this machine `debian+13`\n"
        "\n"
        "hint: plan again here\n",
    )


def test_what_was_planned_has_gone(root: DebianRoot, document: dict[str, Any]) -> None:
    write_repository(root.path, [program_deb("swig", "4.1.0")])
    root.do("apt-get", "update")
    said = root.run("--plan", PLAN, *INTO, "--yes")
    assert said.code == 5
    assert said.error.startswith(
        "error[still-missing]: 1 of 2 external requirements is still not satisfied\n"
        "  bison (build): missing\n"
        "  nobody here has bison (build for --dep)\n"
        "    apt knows no `bison`\n"
        "    `bison` of apt was decided before, and there is 3.8.2 of rattler (`bison`)\n"
    )


def test_what_was_planned_is_too_old_now(root: DebianRoot) -> None:
    save(root, "-d", "lz4>=1.9")
    write_repository(root.path, [library_deb("liblz4-dev", "1.8.0-1", **LZ4)])
    root.do("apt-get", "update")
    said = root.run("--plan", PLAN, "--yes")
    assert said.code == 5
    assert (
        "  no version that is here or can be had is lz4>=1.9 (host for --dep)\n    there is 1.8.0 of apt" in said.error
    )
    assert "liblz4-dev" not in root.installed


def tamper(document: dict[str, Any], **values: object) -> dict[str, Any]:
    """A plan whose first decision says something else."""
    first, *others = document["decisions"]
    return {**document, "decisions": [{**first, **values}, *others]}


OPTION = "-oDpkg::Pre-Invoke::=touch /srv/owned"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"packages": [OPTION]}, f"dep:generic/bison (build): `{OPTION}` is no name of a package of apt"),
        ({"packages": ["bison", "../x.deb"]}, "dep:generic/bison (build): `../x.deb` is no name of a package of apt"),
        ({"packages": ["bison-"]}, "dep:generic/bison (build): `bison-` is no name of a package of apt"),
        ({"source": "curl"}, "dep:generic/bison (build): `curl` is not a package manager"),
        ({"phase": "boot"}, "`decisions[0]`: `phase` is not build, host or run"),
    ],
)
def test_a_plan_that_somebody_has_changed(
    root: DebianRoot, document: dict[str, Any], values: dict[str, object], said: str
) -> None:
    bring(root, tamper(document, **values))
    done = root.run("--plan", PLAN, *INTO, "--yes")
    message = f"error[invalid-document]: `{PLAN}` is no plan that could be run\n  {said}\n\nhint: plan again\n"
    assert (done.code, done.out, done.err) == (3, "", message)
    assert not (root / "srv/owned").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[]",
            f"`{PLAN}` is no plan\n\nhint: `extdeps plan --format json` writes one",
        ),
        (
            '{"schema_version": 2, "decisions": []}',
            f"`{PLAN}` is of schema version 2; this extdeps reads 1\n\nhint: plan again",
        ),
        (
            "bison\n",
            f"`{PLAN}` is not JSON\n  Expecting value: line 1 column 1 (char 0)\n\n"
            "hint: `extdeps plan --format json` writes one",
        ),
    ],
)
def test_a_file_that_is_no_plan(root: DebianRoot, text: str, said: str) -> None:
    root.write(PLAN.lstrip("/"), text)
    done = root.run("--plan", PLAN, "--yes")
    assert (done.code, done.err) == (3, f"error[invalid-document]: {said}\n")


def test_a_script_installs_it(root: DebianRoot) -> None:
    asked = " ".join((*BOTH, "-d", "'libpng>=1.6.40'", "-d", "bison"))
    root.do("sh", "-euc", f"extdeps plan {asked} --format sh | sh")
    assert (in_prefix(root), root.installed["bison"]) == ({"libpng": "1.6.44"}, "3.8.2")


def test_a_script_fetches_the_index_first(root: DebianRoot) -> None:
    clear_lists(root.path)
    root.do("sh", "-euc", "extdeps plan -d bison --format sh | sh")
    assert root.installed["bison"] == "3.8.2"
