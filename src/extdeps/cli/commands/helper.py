"""`extdeps helper`: answers an installer, which asks once about all that it would install."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(_parser: argparse.ArgumentParser) -> None:
    """There are no options: all that can be asked stands in the request."""


def execute(_arguments: argparse.Namespace) -> int:
    """Read one request, and print one reply; nothing else is printed on stdout, whatever happens."""
    import json

    from extdeps.cli.answering import Answering
    from extdeps.declaration.request import PROTOCOL, REQUEST_LIMIT
    from extdeps.render.reply import format_reply

    content = sys.stdin.buffer.read(REQUEST_LIMIT + 1) if sys.stdin else b""  # it may be closed
    with redirect_stdout(sys.stderr):
        reply = Answering().answer(content)
    print(json.dumps(format_reply(reply, PROTOCOL)))  # in ASCII, which every terminal and every pipe takes
    return reply.exit_code
