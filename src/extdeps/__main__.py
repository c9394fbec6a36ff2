"""`python -m extdeps`."""

import sys

from extdeps.cli.main import main

sys.exit(main())
