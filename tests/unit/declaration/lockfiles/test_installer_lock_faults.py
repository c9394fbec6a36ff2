"""Locks of installers that are wrong, each with the exact text of its error."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.declaration.lockfiles.read import load_installer_lock, read_installer_lock
from extdeps.errors import ExtdepsError, InstallerLockError, RequirementError, UnlockedError
from support.installerlocks import sources_for

PYLOCK = 'lock-version = "1.0"\ncreated-by = "me"\n'
SPAM = '[[packages]]\nname = "spam"\nversion = "1.0"\n'
WHEEL = 'wheels = [{ url = "https://x/spam-1.0-py3-none-any.whl", hashes = { sha256 = "00" } }]\n'
UV = 'version = 1\n[[package]]\nname = "demo"\nversion = "1"\nsource = { virtual = "." }\n'
POETRY = '[metadata]\nlock-version = "2.1"\n'
PDM = '[metadata]\nlock_version = "4.5.0"\n'


def refuse(tmp_path: Path, name: str, text: str | bytes, kind: type[ExtdepsError] = InstallerLockError) -> ExtdepsError:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(kind) as caught:
        read_installer_lock(str(path), sources_for())
    assert type(caught.value) is kind
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("pylock.toml", 'created-by = ""\npackages = []', "`lock-version` is missing"),
        ("pylock.toml", 'lock-version = "1.0"\npackages = []', "`created-by` is missing"),
        ("pylock.toml", PYLOCK, "`packages` is missing"),
        ("pylock.toml", f"{PYLOCK}packages = 1", "`packages` is a number, not an array"),
        ("pylock.toml", f"{PYLOCK}packages = [1]", "`packages[0]` is a number, not a table"),
        (
            "pylock.toml",
            'lock-version = "2.0"\ncreated-by = "me"\npackages = []',
            "`lock-version` is `2.0`; of this format only 1.x is known",
        ),
        (
            "pylock.toml",
            'lock-version = "one"\ncreated-by = "me"\npackages = []',
            "`lock-version` is `one`; of this format only 1.x is known",
        ),
        (
            "pylock.toml",
            'lock-version = 1.0\ncreated-by = "me"\npackages = []',
            "`lock-version` is a number, not a string",
        ),
        ("pylock.toml", f"{PYLOCK}[[packages]]\n{WHEEL}", "`packages[0].name` is missing"),
        (
            "pylock.toml",
            f"{PYLOCK}[[packages]]\nname = '[::1'\n{WHEEL}",
            "`packages[0].name` is `[::1`, which is no name of a project",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}{WHEEL}[[packages]]\nname = 3\n{WHEEL}",
            "`packages[1].name` is a number, not a string",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}",
            "`packages[0]` has to have one of vcs, directory and archive, or sdist and wheels",
        ),
        (
            "pylock.toml",
            f'{PYLOCK}{SPAM}{WHEEL}vcs = {{ type = "git" }}',
            "`packages[0]` has to have one of vcs, directory and archive, or sdist and wheels",
        ),
        ("pylock.toml", f"{PYLOCK}{SPAM}directory = {{}}", "`packages[0].directory.path` is missing"),
        ("pylock.toml", f"{PYLOCK}{SPAM}wheels = [{{}}]", "`packages[0].wheels[0]` has neither a name nor an address"),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}wheels = [{{ name = 1, url = 'https://x/spam-1.0-py3-none-any.whl' }}]",
            "`packages[0].wheels[0].name` is a number, not a string",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}{WHEEL}marker = 'sys_platform = 1'",
            "`packages[0].marker` is no marker: this cannot begin anything",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}{WHEEL}marker = '''{'(' * 9000}os_name == \"posix\"{')' * 9000}'''",
            "`packages[0].marker` is nested too deeply",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}{WHEEL}marker = '''{' ' * 40000}os_name == \"posix\"'''",
            "`packages[0].marker` has 40018 characters, more than 32768",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}{WHEEL}marker = 'os_name ~= \"posix\"'",
            '`packages[0].marker` cannot be evaluated: `os_name ~= "posix"`',
        ),
        (
            "pylock.toml",
            f"{PYLOCK}[[packages]]\nname = 'spam'\nversion = 'one'\n{WHEEL}",
            "`packages[0].version` is `one`, which is no version (PEP 440)",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}requires-python = '3'\npackages = []",
            "`requires-python` is `3`, which is no version range (PEP 440)",
        ),
        (
            "pylock.toml",
            f"{PYLOCK}{SPAM}{WHEEL}[[packages]]\nname = 'spam'\nversion = '2'\nvcs = {{}}",
            "`packages[1]` is `spam` again: `packages[0]` is for this machine too",
        ),
        ("uv.lock", "", "`version` is missing"),
        ("uv.lock", "version = 2", "`version` is `2`; of this format only 1 is known"),
        ("uv.lock", "version = '1'", "`version` is `1`; of this format only 1 is known"),
        ("uv.lock", "version = 1\npackage = {}", "`package` is a table, not an array"),
        ("uv.lock", "version = 1\n[[package]]\nname = 'x'", "`package[0].source` is missing"),
        ("uv.lock", f"{UV}dependencies = ['x']", "`package[0].dependencies[0]` is a string, not a table"),
        ("uv.lock", f"{UV}dependencies = [{{}}]", "`package[0].dependencies[0].name` is missing"),
        (
            "uv.lock",
            f"{UV}dependencies = [{{ name = 'x' }}]",
            "`package[0].dependencies[0]` leads to no packages `x`, not to one",
        ),
        ("uv.lock", f"{UV}optional-dependencies = []", "`package[0].optional-dependencies` is an array, not a table"),
        ("poetry.lock", "", "`metadata` is missing"),
        ("poetry.lock", "[metadata]", "`metadata.lock-version` is missing"),
        (
            "poetry.lock",
            "[metadata]\nlock-version = '3.0'",
            "`metadata.lock-version` is `3.0`; of this format only 1.x and 2.x are known",
        ),
        (
            "poetry.lock",
            f"{POETRY}[[package]]\nname = 'x'\ngroups = 'main'",
            "`package[0].groups` is a string, not an array",
        ),
        (
            "poetry.lock",
            f"{POETRY}[[package]]\nname = 'x'\nversion = '1'\ngroups = ['main']\nmarkers = {{ main = 3 }}",
            "`package[0].markers.main` is a number, not a string",
        ),
        ("pdm.lock", "", "`metadata` is missing"),
        ("pdm.lock", "[metadata]", "`metadata.lock_version` is missing"),
        (
            "pdm.lock",
            "[metadata]\nlock_version = '3'",
            "`metadata.lock_version` is `3`; of this format only 4.x is known",
        ),
        ("pdm.lock", f"{PDM}[[package]]\nname = 'x'", "`package[0].version` is missing"),
        (
            "pdm.lock",
            f"{PDM}[[package]]\nname = 'x'\nversion = '1'\nfiles = [{{ hash = 'sha256:0' }}]",
            "`package[0].files[0]` has neither a name nor an address",
        ),
    ],
)
def test_one_fault(tmp_path: Path, name: str, text: str, fault: str) -> None:
    error = refuse(tmp_path, name, text)
    assert fault in error.context
    count = len(error.context)
    assert error.message == f"`{tmp_path / name}` has {count} fault{'s' if count > 1 else ''}"
    assert (error.code, error.hint) == ("invalid-installer-lock", "the installer that wrote it writes it anew")


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    broken = "[[packages]]\nname = 1\nversion = 2\nmarker = 3\nvcs = {}\n"
    error = refuse(tmp_path, "pylock.toml", f"{PYLOCK}{broken * 30}")
    assert error.message == f"`{tmp_path / 'pylock.toml'}` has 90 faults"
    assert error.context[:3] == (
        "`packages[0].name` is a number, not a string",
        "`packages[0].version` is a number, not a string",
        "`packages[0].marker` is a number, not a string",
    )
    assert (len(error.context), error.context[-1]) == (51, "and 40 more")


def test_what_is_no_toml(tmp_path: Path) -> None:
    error = refuse(tmp_path, "uv.lock", "version")
    assert error.message == f"`{tmp_path / 'uv.lock'}` is not TOML"
    assert len(error.context) == 1
    refuse(tmp_path, "uv.lock", b"\xff")
    refuse(tmp_path, "uv.lock", f"a = {'[' * 100_000}")


def test_a_huge_file(tmp_path: Path) -> None:
    error = refuse(tmp_path, "uv.lock", b"#" * (32 * 1024 * 1024 + 1))
    assert (error.message, error.context) == (f"`{tmp_path / 'uv.lock'}` is larger than 32 MiB", ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InstallerLockError) as caught:
        read_installer_lock(str(tmp_path / "uv.lock"), sources_for())
    assert str(caught.value) == f"`{tmp_path / 'uv.lock'}` cannot be read\nNo such file or directory"


def test_a_circle_ends(tmp_path: Path) -> None:
    extra = "[package.optional-dependencies]\na = [{ name = 'demo' }]"
    path = tmp_path / "uv.lock"
    path.write_text(f"{UV}dependencies = [{{ name = 'demo', extra = ['a'] }}]\n{extra}")
    (member,) = read_installer_lock(str(path), sources_for())
    assert (member.name, sorted(member.extras)) == ("demo", ["a"])


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "pylock.toml",
            'lock-version = "1.7"\ncreated-by = "me"\npackages = []',
            "`lock-version` is 1.7, and only 1.0",
        ),
        ("poetry.lock", "[metadata]\nlock-version = '2.9'", "`metadata.lock-version` is 2.9, and only 2.1"),
        ("pdm.lock", "[metadata]\nlock_version = '4.99.1'", "`metadata.lock_version` is 4.99.1, and only 4.5"),
    ],
)
def test_a_later_minor_version_is_a_note(tmp_path: Path, name: str, text: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    lock = load_installer_lock(str(path), sources_for())
    assert lock.notes == (f"{path}: {told} is known: something may be overlooked",)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "pylock.toml",
            f"{PYLOCK}packages = []\nenvironments = ['os_name == \"nt\"', 'sys_platform == \"darwin\"']",
            '`environments` has nothing that is true here: os_name == "nt"; sys_platform == "darwin"',
        ),
        (
            "uv.lock",
            "version = 1\nsupported-markers = ['os_name == \"nt\"']",
            '`supported-markers` has nothing that is true here: os_name == "nt"',
        ),
    ],
)
def test_a_lock_for_other_machines(tmp_path: Path, name: str, text: str, line: str) -> None:
    error = refuse(tmp_path, name, text, UnlockedError)
    assert (error.message, error.context) == (f"`{tmp_path / name}` is not for this machine", (line,))


def test_members_without_a_file_that_fits(tmp_path: Path) -> None:
    wheel = "wheels = [{ name = 'spam-1.0-cp27-cp27m-win32.whl' }, { name = 'spam-1.0-cp27-cp27m-win_amd64.whl' }]\n"
    text = f"{PYLOCK}{SPAM}{wheel}[[packages]]\nname = 'eggs'\nversion = '2'\nrequires-python = '<3'\n"
    error = refuse(tmp_path, "pylock.toml", f"{text}sdist = {{ name = 'eggs-2.tar.gz' }}", RequirementError)
    path = tmp_path / "pylock.toml"
    assert error.message == f"an installer would find nothing for 2 of 2 packages of `{path}` with Python 3.11.7"
    assert error.context == ("spam 1.0: 2 files, none of which fits", "eggs 2: 1 file, which does not fit")


def test_markers_of_pep_751(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    entries = "".join(
        f'[[packages]]\nname = \'{name}\'\nvcs = {{ type = \'git\' }}\nmarker = """{marker}"""\n'
        for name, marker in (
            ("in-extra", "'Pg_X' in extras"),
            ("not-in-extra", "'pg-x' not in extras"),
            ("in-default", "'main' in dependency_groups and os_name == 'posix'"),
            ("in-group", "'dev' in dependency_groups"),
        )
    )
    head = "extras = ['pg-x']\ndependency-groups = ['dev']\ndefault-groups = ['main']\n"
    path.write_text(f"{PYLOCK}{head}{entries}")

    def names(extras: set[str], groups: set[str]) -> list[str]:
        members = read_installer_lock(str(path), sources_for(), extras=frozenset(extras), groups=frozenset(groups))
        return [member.name for member in members]

    assert names(set(), set()) == ["not-in-extra", "in-default"]
    assert names({"pg-x"}, {"dev"}) == ["in-extra", "in-default", "in-group"]
    lock = load_installer_lock(str(path), sources_for())
    assert (sorted(lock.extras), sorted(lock.groups)) == (["pg-x"], ["dev", "main"])


def test_markers_in_which_uv_encodes_conflicts(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    edges = "".join(
        f"{{ name = '{name}', marker = \"extra == '{encoded}'\" }},"
        for name, encoded in (("cpu", "extra-4-demo-cpu"), ("dev", "group-4-demo-dev"), ("other", "extra-4-spam-cpu"))
    )
    packages = "".join(
        f"[[package]]\nname = '{name}'\nversion = '1'\nsource = {{ git = 'https://x/{name}' }}\n"
        for name in ("cpu", "dev", "other")
    )
    path.write_text(f"{UV}dependencies = [{edges}]\n{packages}")
    members = read_installer_lock(str(path), sources_for(), extras=frozenset({"cpu"}), groups=frozenset({"dev"}))
    assert [member.name for member in members] == ["demo", "cpu", "dev"]
    assert [member.name for member in read_installer_lock(str(path), sources_for())] == ["demo"]


def test_archives_that_are_not_called_as_sdists(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(f"{PYLOCK}{SPAM}archive = {{ url = 'https://x/main.tar.bz2' }}")
    (member,) = read_installer_lock(str(path), sources_for())
    assert (member.kind, member.version, member.file.name if member.file else "") == ("sdist", "1.0", "main.tar.bz2")
    with pytest.raises(RequirementError) as caught:
        read_installer_lock(str(path), sources_for(only_binary=frozenset({"spam"})))
    assert caught.value.context == ("spam 1.0: 1 file, which does not fit",)


def test_sources_of_pdm(tmp_path: Path) -> None:
    path = tmp_path / "pdm.lock"
    path.write_text(
        f"{PDM}"
        "[[package]]\nname = 'a'\nversion = '1'\ngit = 'https://x/a'\nrevision = '0'\n"
        "[[package]]\nname = 'b'\nversion = '1'\npath = './b'\nrequires_python = ''\n"
        "[[package]]\nname = 'c'\nversion = '1'\npath = './c-1.tar.gz'\n"
        "files = [{ file = 'c-1.tar.gz', hash = 'md5:0' }]\n"
    )
    a, b, c = read_installer_lock(str(path), sources_for())
    assert (a.kind, a.file, a.directory) == ("sdist", None, "")
    assert (b.kind, b.file, b.directory) == ("sdist", None, str(tmp_path / "b"))
    assert (c.kind, c.directory, c.file.url if c.file else "") == ("sdist", "", f"file://{tmp_path}/c-1.tar.gz")
