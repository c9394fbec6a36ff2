"""Providers of wheel variants for a machine that is a tree of files, named by a variable; variantlib loads them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from extdeps.accelerator.detect import find_accelerators
from extdeps.model.accelerator import Accelerators
from extdeps.variants import plugin
from support.machines import Machine
from support.platforms import PYTHON

VARIABLE = "EXTDEPS_TEST_MACHINE"
SETTINGS = "settings.json"


def look(root: Path) -> Accelerators:
    """What a tree computes with; its `settings.json` has the variables and the architecture of the machine."""
    settings = json.loads((root / SETTINGS).read_text())
    host = Machine(root, environ=settings["environ"])
    host.machine = settings["machine"]
    return find_accelerators(host, PYTHON)


class _Simulated:
    @classmethod
    def find_accelerators(cls) -> Accelerators:
        return look(Path(os.environ[VARIABLE]))


class Nvidia(_Simulated, plugin.Nvidia):
    """Of the simulated machine."""


class Amd(_Simulated, plugin.Amd):
    """Of the simulated machine."""


class X86(_Simulated, plugin.X86):
    """Of the simulated machine."""


class Arm(_Simulated, plugin.Arm):
    """Of the simulated machine."""
