"""What all tests need of the process that runs them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

# whoever starts the tests in the background may have switched interrupts off, for all that the tests start too
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# nothing of what tests fetch is kept among what their user has
os.environ.setdefault("EXTDEPS_CACHE_DIR", "")

# what is tested about a project is not tested about all that pip would install with it, but where a test asks for that
os.environ.setdefault("PIP_NO_DEPS", "1")


@pytest.fixture(scope="module")
def with_dependencies() -> Iterator[None]:
    """Lets pip install what projects depend on, for tests that need what it installs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PIP_NO_DEPS", raising=False)
        yield
