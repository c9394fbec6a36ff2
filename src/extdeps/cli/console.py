"""Where the command line prints: data on stdout, all else on stderr."""

from __future__ import annotations

import os
import sys

from extdeps.render.text import print_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.render.text import Line


def print_styled(lines: Iterable[Line]) -> None:
    """Print lines on stdout, with colours where the terminal has them."""
    print_lines(lines, sys.stdout, os.environ)
    sys.stdout.flush()  # what comes on stderr next comes after it, also in a file with both


def print_json(document: dict[str, object]) -> None:
    """Print a document on stdout, which then holds nothing else."""
    import json

    print(json.dumps(document, indent=2, ensure_ascii=False))
