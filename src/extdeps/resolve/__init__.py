"""Which manager can deliver all of it, together, at versions that satisfy everyone."""
