"""Requirements files."""

from pathlib import Path

import pytest

from extdeps.declaration.installer.requirementsfile import read_requirements_file
from extdeps.errors import InvalidInputError


def test_reads_as_pip_does(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "a.txt").write_text(
        "# comment\n"
        "lxml >= 5  # why\n"
        "psycopg2==2.9.9 \\\n    --hash=sha256:00 --hash=sha256:11\n"
        "-r more/b.txt\n"
        "-c more/c.txt\n"
        "-e ./here\n"
        "--no-binary lxml\n"
        "--index-url=https://x/simple\n"
        "--pre\n"
        "--unknown-option value\n"
        "name @ https://x/${TOKEN}/name-1.0.tar.gz\n"
    )
    (tmp_path / "more" / "b.txt").write_text("h5py\n")
    (tmp_path / "more" / "c.txt").write_text("h5py<4\n")
    found = read_requirements_file(str(tmp_path / "a.txt"), {"TOKEN": "abc"})
    assert found.subjects == ("lxml >= 5", "psycopg2==2.9.9", "h5py", "./here", "name @ https://x/abc/name-1.0.tar.gz")
    assert found.constraints == ("h5py<4",)
    assert found.options == {"no-binary": ("lxml",), "index-url": ("https://x/simple",), "pre": ("",)}


def test_circle(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("-r a.txt\n")
    with pytest.raises(InvalidInputError) as caught:
        read_requirements_file(str(path), {})
    assert caught.value.message == f"`{tmp_path}/a.txt` includes itself"


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_requirements_file(str(tmp_path / "no.txt"), {})
    assert caught.value.message == f"the requirements file `{tmp_path}/no.txt` cannot be read"


def test_find_links_beside_the_file_come_first(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    path = tmp_path / "requirements.txt"
    path.write_text("--find-links wheels\n-f elsewhere\n-f https://example.org/wheels\n")
    found = read_requirements_file(str(path), {})
    assert found.options["find-links"] == (str(tmp_path / "wheels"), "elsewhere", "https://example.org/wheels")
