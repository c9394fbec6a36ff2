"""Package managers: which are here, and the command that installs."""
