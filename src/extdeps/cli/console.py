"""Where the command line prints: data on stdout, all else on stderr."""

from __future__ import annotations

import os
import sys

from extdeps.render.text import print_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.render.text import Line


def print_styled(lines: Iterable[Line], *, on_stderr: bool = False) -> None:
    """Print lines on stdout, or on stderr, with colours where the terminal has them."""
    print_lines(lines, sys.stderr if on_stderr else sys.stdout, os.environ)
    sys.stdout.flush()  # what is said on stderr afterwards comes afterwards, also in a file that holds both


def print_json(document: dict[str, object]) -> None:
    """Print a document on stdout, which then holds nothing else."""
    import json

    print(json.dumps(document, indent=2, ensure_ascii=False))
