"""One command a module, each with `configure(parser)` and `execute(arguments)`."""
