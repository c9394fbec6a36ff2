"""Locks that are wrong, each with the exact text of its error."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.errors import LockError
from extdeps.lockfile.document import load_lock, parse_lock

MAPPING = f'mapping = "sha256:{64 * "0"}"\n'
HEAD = f'version = 1\n[target."debian+12"]\n{MAPPING}'
ENTRY = '[target."debian+12"."dep:generic/zlib".host]\n'
AT = '`target."debian+12"."dep:generic/zlib".host'
WHOLE = 'packages = ["zlib1g-dev"]\nrequirements = [{ by = "spam" }]\n'
ANEW = "mend it, or remove it and run `extdeps lock` again"


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(LockError) as caught:
        parse_lock(text, "extdeps.lock")
    error = caught.value
    noun = "fault" if len(error.context) == 1 else "faults"
    assert (error.message, error.hint) == (f"`extdeps.lock` has {len(error.context)} {noun}", ANEW)
    assert (error.code, error.exit_code) == ("invalid-lock", 3)
    return error.context


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "`version` is missing"),
        ("version = 1\ntargets = 1\n", "`targets` is unknown; the keys are version, target"),
        ("version = 1\ntarget = 1\n", "`target` is a number, not a table"),
        ("version = 1\n[target]\ndebian = true\n", "`target.debian` is a boolean, not a table"),
        (
            f'version = 1\n[target."Debian 12"]\n{MAPPING}',
            '`target."Debian 12"` is wrong: `Debian 12` is not an ecosystem',
        ),
        ("version = 1\n[target.debian]\n", "`target.debian.mapping` is missing"),
        ("version = 1\n[target.debian]\nmapping = {}\n", "`target.debian.mapping` is a table, not a string"),
        (f"{HEAD}source = 'apt'\n", '`target."debian+12".source` is unknown; the keys are mapping'),
        (
            "version = 1\n[target.debian]\nmapping = 'md5:0'\n",
            "`target.debian.mapping` is `md5:0`, not `sha256:` and 64 hexadecimal digits",
        ),
        (
            f"{HEAD}[target.'debian+12'.gdal.host]\n{WHOLE}",
            '`target."debian+12".gdal` is no identifier: `gdal` does not start with `dep:`',
        ),
        (
            f"{HEAD}[target.'debian+12'.'dep:gdal'.host]\n{WHOLE}",
            '`target."debian+12"."dep:gdal"` is no identifier: `dep:gdal` has no type',
        ),
        (
            f"{HEAD}[target.'debian+12'.'dep:generic/gdal@>=3'.host]\n{WHOLE}",
            '`target."debian+12"."dep:generic/gdal@>=3"` has a version range, which belongs to its `requirements`',
        ),
        (f"{HEAD}[target.'debian+12'.'dep:generic/zlib']\n", '`target."debian+12"."dep:generic/zlib"` has no phase'),
        (
            f"{HEAD}[target.'debian+12'.'dep:generic/zlib'.test]\n{WHOLE}",
            '`target."debian+12"."dep:generic/zlib".test` is unknown; the phases are build, host, run',
        ),
        (f"{HEAD}'dep:generic/zlib' = {{ host = 1.5 }}\n", f"{AT}` is a number, not a table"),
        (f"{HEAD}{ENTRY}packages = []\n", f"{AT}.requirements` is missing"),
        (f"{HEAD}{ENTRY}requirements = [{{ by = 'x' }}]\n", f"{AT}.packages` is missing"),
        (
            f"{HEAD}{ENTRY}packages = 'zlib1g-dev'\nrequirements = [{{ by = 'x' }}]\n",
            f"{AT}.packages` is a string, not an array",
        ),
        (
            f"{HEAD}{ENTRY}packages = [1979-05-27]\nrequirements = [{{ by = 'x' }}]\n",
            f"{AT}.packages[0]` is a date, not a string",
        ),
        (
            f"{HEAD}{ENTRY}packages = ['zlib1g-dev', '-rf']\nrequirements = [{{ by = 'x' }}]\n",
            f"{AT}.packages[1]` is `-rf`, which is no name of a package for apt",
        ),
        (
            f"{HEAD}{ENTRY}ecosystem = 'conda-forge'\npackages = ['a b']\nrequirements = [{{ by = 'x' }}]\n",
            f"{AT}.packages[0]` is `a b`, which is no name of a package for conda",
        ),
        (f"{HEAD}{ENTRY}{WHOLE}ecosystem = 'a b'\n", f"{AT}.ecosystem` is wrong: `a b` is not an ecosystem"),
        (f"{HEAD}{ENTRY}packages = []\nrequirements = []\n", f"{AT}.requirements` is empty: nobody asks for it"),
        (f"{HEAD}{ENTRY}packages = []\nrequirements = ['x']\n", f"{AT}.requirements[0]` is a string, not a table"),
        (f"{HEAD}{ENTRY}packages = []\nrequirements = [{{ range = '>=1' }}]\n", f"{AT}.requirements[0].by` is missing"),
        (
            f"{HEAD}{ENTRY}packages = []\nrequirements = [{{ by = 'x', for = 'y' }}]\n",
            f"{AT}.requirements[0].for` is unknown; the keys are by, range",
        ),
        (
            f"{HEAD}{ENTRY}packages = []\nrequirements = [{{ by = 'x', range = '~=1' }}]\n",
            f"{AT}.requirements[0].range` is no version range: "
            "`~=`: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `~=1`",
        ),
        (f"{HEAD}{ENTRY}{WHOLE}version = ''\n", f"{AT}.version` is empty"),
        (f'{HEAD}{ENTRY}{WHOLE}version = "1\\n2"\n', f"{AT}.version` holds control characters"),
        (
            f"{HEAD}{ENTRY}packages = []\nversion = '3.6.2'\nrequirements = [{{ by = 'spam', range = '>=3.9' }}]\n",
            f"{AT}.version` is 3.6.2, not in >=3.9 as spam asks",
        ),
        (
            f"{HEAD}{ENTRY}{WHOLE}provider = 'dep:generic/zlib-ng'\n",
            f"{AT}.provider` is `dep:generic/zlib-ng`, but only a virtual is provided by something else",
        ),
        (
            f"{HEAD}{ENTRY}{WHOLE}provider = 'zlib'\n",
            f"{AT}.provider` is no identifier: `zlib` does not start with `dep:`",
        ),
        (
            f"{HEAD}{ENTRY}{WHOLE}source = 'apt'\n",
            f"{AT}.source` is unknown; the keys are packages, requirements, provider, ecosystem, version",
        ),
        (
            f"{HEAD}[target.'debian+12'.'dep:github/a/b'.host]\n{WHOLE}[target.'debian+12'.'dep:GitHub/A/B'.host]\n{WHOLE}",
            '`target."debian+12"."dep:GitHub/A/B".host` is there twice: `dep:GitHub/A/B` is `dep:github/a/b`',
        ),
        (
            f"{HEAD}{ENTRY}{WHOLE}\n{ENTRY}{WHOLE}",
            'line 8: [target."debian+12"."dep:generic/zlib".host] stands on line 4 already',
        ),
        ("version = '1'\n", "`version` is a string, not a number"),
        ("version = true\n", "`version` is a boolean, not a number"),
    ],
)
def test_fault(text: str, fault: str) -> None:
    assert faults_of(text) == (fault,)


def test_every_fault_is_said_at_once() -> None:
    text = f"{HEAD}{ENTRY}packages = ['--yes', 3]\nversion = 1.2\ncolour = 'red'\n[target.plan9]\n"
    assert faults_of(text) == (
        f"{AT}.requirements` is missing",
        f"{AT}.colour` is unknown; the keys are packages, requirements, provider, ecosystem, version",
        f"{AT}.packages[0]` is `--yes`, which is no name of a package for apt",
        f"{AT}.packages[1]` is a number, not a string",
        f"{AT}.version` is a number, not a string",
        "`target.plan9.mapping` is missing",
    )


def test_the_range_of_a_virtual_is_that_of_a_standard() -> None:
    text = f"{HEAD}[target.'debian+12'.'dep:virtual/compiler/cxx'.build]\nprovider = 'dep:generic/gcc'\n"
    text += "packages = ['g++']\nversion = '12.2.0'\nrequirements = [{ by = 'spam', range = '>=2017' }]\n"
    assert parse_lock(text, "extdeps.lock").targets[0].entries[0].version == "12.2.0"


def test_an_ecosystem_of_ones_own_has_no_grammar() -> None:
    text = f"version = 1\n[target.site]\n{MAPPING}[target.site.'dep:generic/zlib'.host]\n{WHOLE}"
    assert parse_lock(text, "extdeps.lock").targets[0].entries[0].packages == ("zlib1g-dev",)


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"version = 2\nanything = 1\n", "`{}` has `version = 2`; this extdeps reads 1", "a newer extdeps may read it"),
        (
            b"version = 1\n\nthis is no TOML\n",
            "`{}` is not TOML\nline 3, column 6: Expected '=' after a key in a key/value pair",
            ANEW,
        ),
        (b"version = 1\nx = \xff\n", "`{}` is not TOML\nline 2: not UTF-8", ANEW),
        (b"x = [", "`{}` is not TOML\nInvalid value (at end of document)", ANEW),
        (
            b"version = 1\n<<<<<<< HEAD\n",
            "`{}` has 1 merge conflict\nline 2: merge conflict with `HEAD`, whose end is missing",
            "choose a side of each, or run `extdeps lock` again, which settles them",
        ),
        (
            b"<<<<<<<\n=======\n>>>>>>>\n[target.a]\n"
            b"<<<<<<< x\n[target.b]\n||||||| y\n=======\n[target.c]\n>>>>>>> z w\n",
            "`{}` has 2 merge conflicts\nline 1: merge conflict between `ours` and `theirs`\n"
            "line 5: merge conflict between `x` and `z w`, in [target.b], [target.c]",
            "choose a side of each, or run `extdeps lock` again, which settles them",
        ),
    ],
)
def test_no_lock_at_all(content: bytes, message: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "extdeps.lock"
    path.write_bytes(content)
    with pytest.raises(LockError) as caught:
        load_lock(str(path))
    assert (str(caught.value), caught.value.hint) == (message.format(path), hint)


def test_no_file(tmp_path: Path) -> None:
    path = str(tmp_path / "extdeps.lock")
    with pytest.raises(LockError) as caught:
        load_lock(path)
    assert str(caught.value) == f"`{path}` cannot be read\nNo such file or directory"
    assert caught.value.hint == "`extdeps lock` writes it"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "extdeps.lock"
    with path.open("wb") as file:
        file.truncate(32 * 1024 * 1024 + 1)
    with pytest.raises(LockError, match="is larger than 32 MiB"):
        load_lock(str(path))


def test_tables_within_tables_without_end(tmp_path: Path) -> None:
    with pytest.raises(LockError, match="is not TOML"):
        parse_lock(f"x = {'[' * 100_000}", "extdeps.lock")
