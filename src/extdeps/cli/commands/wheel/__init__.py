"""`extdeps wheel`: what is in wheels."""

from extdeps.cli.actions import Actions

_ACTIONS = Actions(
    package=__name__,
    summaries={
        "audit": "say which shared libraries wheels carry, whose they are, and what would supply them here instead",
    },
)
configure = _ACTIONS.configure
execute = _ACTIONS.execute
