"""A plan as a file of somebody else's: a shell script, a Dockerfile, an environment, a list of packages."""
