"""`extdeps.lock`: what was settled on for each target, kept with a project."""
