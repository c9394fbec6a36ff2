"""Clean roots, in which what an overlay says is built, or used, with what it names and nothing else."""
