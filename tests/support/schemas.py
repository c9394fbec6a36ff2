"""The schemas of the draft, each with the others that it refers to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

_SCHEMAS = Path(__file__).parents[2] / "pep_draft/schemas"


def get_validator(name: str) -> Draft202012Validator:
    """What says whether a document follows the schema of a name."""
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in _SCHEMAS.iterdir()]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    (schema,) = (schema for schema in schemas if schema["$id"] == f"urn:extdeps:schema:{name}:1")
    return Draft202012Validator(schema, registry=registry)
