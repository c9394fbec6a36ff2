"""Small wheels of extdeps that hold documents, and an index that offers them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from support.archives import make_zip
from support.index import json_page

Pages = dict[str, tuple[str, bytes]]
Entry = Mapping[str, object]

Z: Entry = {"id": "dep:generic/z", "description": "Compression"}
OVERLAY = 'project = "demo"\n[[declaration]]\nexternal = { host-requires = ["dep:generic/z"] }\n'
OWN = "pkg:pypi/extdeps#mappings/{}.mapping.json"


def make_documents(
    *specs: str,
    ecosystems: Mapping[str, str] | None = None,
    further: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The documents of a catalogue with one library.

    Args:
        specs: what Debian calls it.
        ecosystems: addresses of further mappings.
        further: further documents, or others of the same name.
    """
    known = {"debian": {"mapping": OWN.format("debian")}}
    known |= {name: {"mapping": address} for name, address in (ecosystems or {}).items()}
    return {
        "registry.json": _document(definitions=[Z]),
        "probes.json": _document(probes=[{"id": "dep:generic/z", "libraries": ["z"]}]),
        "known-ecosystems.json": _document(ecosystems=known),
        "debian.mapping.json": make_mapping(*specs),
        "projects/demo.toml": OVERLAY,
        **(further or {}),
    }


def make_mapping(*specs: str) -> str:
    """A mapping with one entry."""
    return _document(name="x", mappings=[{"id": "dep:generic/z", "specs": list(specs)}], package_managers=[])


def make_wheel(
    version: str, documents: Mapping[str, str | bytes], *, project: str = "extdeps", root: str = "extdeps/mappings/"
) -> bytes:
    """A wheel of a version, with documents below a directory."""
    files: dict[str, bytes | str] = {f"{root}{name}": content for name, content in documents.items()}
    files[f"{project}-{version}.dist-info/METADATA"] = f"Metadata-Version: 2.4\nName: {project}\nVersion: {version}\n"
    return make_zip(files)


def make_pages(
    wheels: Mapping[str, bytes], *, digests: Mapping[str, str] | None = None, project: str = "extdeps"
) -> Pages:
    """The page of a project with wheels, and the wheels.

    Args:
        wheels: contents by version.
        digests: what the page says of a version that is not so; empty to say nothing.
        project: its name.
    """
    pages: Pages = {}
    rows = []
    for version, content in wheels.items():
        name = f"{project}-{version}-py3-none-any.whl"
        sha256 = (digests or {}).get(version, hashlib.sha256(content).hexdigest())
        rows.append({"filename": name, "url": f"/files/{name}", "hashes": {"sha256": sha256} if sha256 else {}})
        pages[f"/files/{name}"] = ("application/zip", content)
    return {**pages, f"/simple/{project}/": json_page(*rows)}


def _document(**keys: object) -> str:
    return json.dumps({"schema_version": 1, **keys})
