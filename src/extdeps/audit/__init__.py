"""Which shared libraries a wheel carries, whose they are, and what it would weigh without them."""
