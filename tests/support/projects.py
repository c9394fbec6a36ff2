"""Small projects as real installers take them: wheels, sdists and source trees, built by a backend of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from support.archives import make_tar, make_zip

BACKEND = '''\
"""Builds the project that it lies in, and leaves a file that says so."""
import os
import zipfile
from pathlib import Path

FIELDS = """{fields}"""
if "{fault}":
    raise SystemExit("{fault}")


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    return _write(Path(directory))


def _write(place):
    Path("{trace}").touch()
    about = place / "{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(FIELDS)
    (about / "WHEEL").write_text("Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    return about.name


def build_wheel(directory, config_settings=None, metadata_directory=None):
    title = "{name}-{version}-py3-none-any.whl"
    about = Path(directory) / _write(Path(directory))
    files = [*about.iterdir()]
    (about / "RECORD").write_text("".join(f"{{about.name}}/{{file.name}},,\\n" for file in files))
    with zipfile.ZipFile(os.path.join(directory, title), "w") as archive:
        for file in about.iterdir():
            archive.write(file, f"{{about.name}}/{{file.name}}")
    return title


prepare_metadata_for_build_editable, build_editable = prepare_metadata_for_build_wheel, build_wheel
'''
BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def make_fields(
    name: str,
    version: str,
    requires: Sequence[str] = (),
    *,
    extras: Sequence[str] = (),
    external: Sequence[str] = (),
    python: str = "",
) -> str:
    """The METADATA of a project."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {python}"] if python else []
    lines += [f"Requires-Dist: {text}" for text in requires]
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += [f"Requires-External-Dep: {text}" for text in external]
    return "\n".join((*lines, ""))


class Shelf:
    """A directory of distribution files.

    Args:
        place: the directory.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.trace = place / "built"

    @property
    def is_built(self) -> bool:
        """Whether a backend was run since the last time that this was asked."""
        found = self.trace.exists()
        self.trace.unlink(missing_ok=True)
        return found

    def wheel(self, name: str, version: str = "1.0", requires: Sequence[str] = (), **fields: Sequence[str]) -> Path:
        """Add a wheel."""
        about = f"{name}-{version}.dist-info"
        files = {
            f"{about}/METADATA": make_fields(name, version, requires, **fields),  # type: ignore[arg-type]
            f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
        path = self.place / f"{name}-{version}-py3-none-any.whl"
        path.write_bytes(make_zip(files))
        return path

    def sdist(
        self,
        name: str,
        version: str = "1.0",
        requires: Sequence[str] = (),
        *,
        fault: str = "",
        table: str = "",
        **fields: Sequence[str],
    ) -> Path:
        """Add an sdist.

        Args:
            name: of the project.
            version: of it.
            requires: what it depends on.
            fault: why it cannot be built, or empty.
            table: the rest of its pyproject.toml.
            fields: others of its metadata.
        """
        files = self._source(make_fields(name, version, requires, **fields), name, version, fault, table)  # type: ignore[arg-type]
        path = self.place / f"{name}-{version}.tar.gz"
        path.write_bytes(make_tar({f"{name}-{version}/{title}": content for title, content in files.items()}))
        return path

    def tree(self, directory: Path, project: str, requires: Sequence[str] = (), **fields: Sequence[str]) -> Path:
        """Make a source tree, which would be built with other dependencies than a static `project` has."""
        directory.mkdir(exist_ok=True)
        about = make_fields("tree", "1.0", requires, **fields)  # type: ignore[arg-type]
        for title, content in self._source(about, "tree", "1.0", "", project).items():
            (directory / title).write_text(content)
        return directory

    def _source(self, about: str, name: str, version: str, fault: str, table: str) -> dict[str, str]:
        backend = BACKEND.format(fields=about, fault=fault, trace=self.trace, name=name, version=version)
        return {"PKG-INFO": about, "pyproject.toml": f"{BUILD_SYSTEM}\n{table}", "backend.py": backend}
