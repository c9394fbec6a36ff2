"""NVIDIA's libraries are asked once for each boot, as long as all is well."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from extdeps.accelerator.nvidiaanswer import ask
from extdeps.child import Completed
from extdeps.host import LocalHost

GPU = {"name": "A100", "uuid": "GPU-1", "address": "0000:01:00.0", "architecture": "8.0", "memory": 1}


class Counted(LocalHost):
    """This machine, whose children answer what a test says."""

    def __init__(self, place: Path, answer: dict[str, object]) -> None:
        super().__init__({"EXTDEPS_CACHE_DIR": str(place)})
        self.answer = answer
        self.count = 0

    def run(
        self,
        argv: Sequence[str],
        /,
        *,
        timeout: float = 10.0,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        self.count += 1
        return Completed(returncode=0, stdout=json.dumps({"subject": "nvml", "library": "x", **self.answer}) + "\n")


@pytest.mark.parametrize(
    ("answer", "children"),
    [({"code": 0, "devices": [GPU]}, 1), ({"code": 0, "devices": []}, 2), ({"code": 18, "devices": []}, 2)],
    ids=["found", "no device", "mismatch"],
)
def test_only_what_is_well_is_kept(tmp_path: Path, answer: dict[str, object], children: int) -> None:
    host = Counted(tmp_path, answer)
    first = ask(host, (), ("nvml",), 5.0)
    assert ask(host, (), ("nvml",), 5.0) == first
    assert host.count == children
