"""`python -m scidex_client` is the command `scidex-models`."""

import sys

from scidex_client.cli import main

sys.exit(main())
