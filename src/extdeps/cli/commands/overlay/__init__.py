"""`extdeps overlay`: for those who write overlays, whether what they say is true, and a page of what was tried."""

from extdeps.cli.actions import Actions

_ACTIONS = Actions(
    package=__name__,
    summaries={
        "verify": "build what overlays say, with what they name and nothing else; exit 1 where that fails",
        "page": "write the list of what was tried, and of what was read",
    },
)
configure = _ACTIONS.configure
execute = _ACTIONS.execute
