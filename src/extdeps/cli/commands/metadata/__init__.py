"""`extdeps metadata`: what finished wheels and sdists say about external requirements."""

from extdeps.cli.actions import Actions

_ACTIONS = Actions(
    package=__name__,
    summaries={
        "show": "print the external fields of wheels and sdists",
        "write": "replace them in a finished wheel or sdist, by default without what the wheel carries itself",
    },
)
configure = _ACTIONS.configure
execute = _ACTIONS.execute
