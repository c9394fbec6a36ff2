"""A conda environment made by py-rattler, as a program of its own: `python -m extdeps.condaprefix`."""
