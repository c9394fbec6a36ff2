"""What all tests need of the process that runs them."""

from __future__ import annotations

import signal

# whoever starts the tests in the background may have switched interrupts off, for all that the tests start too
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
