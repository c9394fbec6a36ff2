"""`extdeps cache`: what was fetched and answered, and is kept."""

from extdeps.cli.actions import Actions

_ACTIONS = Actions(
    package=__name__,
    summaries={
        "info": "say where the cache is, what is in it, and how much it may hold",
        "clear": "remove all of it",
    },
)
configure = _ACTIONS.configure
execute = _ACTIONS.execute
