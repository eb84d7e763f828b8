"""The command line `accord`: the top layer, which shows what the layers below know and do.

Needs the extra `cli` (typer, rich); without it `main` says so in one line instead of a traceback.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Entry point of the `accord` command."""
    missing = [name for name in ("typer", "rich") if find_spec(name) is None]
    if missing:
        sys.exit(
            f'The command line needs {" and ".join(missing)}. Write: pip install "accord[cli]"'
        )
    from accord.cli.app import run

    run()
