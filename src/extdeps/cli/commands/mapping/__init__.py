"""`extdeps mapping`: for packagers, the layout, the faults and the truth of the data, and what is in it."""

from extdeps.cli.actions import Actions

_ACTIONS = Actions(
    package=__name__,
    summaries={
        "search": "say what a word stands for, and what that is called everywhere",
        "format": "bring documents into the canonical layout",
        "lint": "say what is wrong with documents; exit 1 where something is",
        "sync": "write the mapping of a release out of its index; what a person wrote stays",
        "versions": "write which versions the packages of a release have, out of its index",
        "update": "fetch newer data than came with extdeps, or go back to what was before",
        "verify": "compare a mapping with the index of its packages; exit 1 on faults",
        "diff": "say what differs between two documents or directories; exit 1 where something does",
        "new": "suggest the entries of an identifier, where they are lacking",
        "coverage": "say what each ecosystem covers, and what to add next",
    },
)
configure = _ACTIONS.configure
execute = _ACTIONS.execute
