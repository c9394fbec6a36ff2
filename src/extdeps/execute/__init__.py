"""Running what a plan says: consent, elevation, a log, and a look at what came of it."""
