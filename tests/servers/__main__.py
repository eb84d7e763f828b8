"""From a shell, with `tests` on PYTHONPATH:

    python -m servers install postgresql18 mariadb mysql   fetch what local servers need
    python -m servers run postgresql -- command …          with its ACCORD_TEST_…_URL set
    python -m servers table                                what there is

Exit status 75 means that something could not be downloaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from servers.provide import UNDELIVERED, LocalServer, Provider, Unavailable, Undelivered
from servers.table import table, wanted


def install(names: list[str]) -> int:
    """Fetches the software of every server named, and says how each went."""
    status = 0
    for name in names:
        what = wanted(name)
        if what.entry is None or not what.entry.script:
            print(f"{what}: nothing to install")
            continue
        try:
            LocalServer(what, Path("unused")).install()
            print(f"{what}: ready")
        except Undelivered as error:
            status = UNDELIVERED
            print(f"DOWNLOAD FAILED: {error}")
        except Unavailable as error:
            status = status or 1
            print(f"FAILED: {error}")
    return status


def run(arguments: list[str]) -> int:
    """A command with a server."""
    name, _, *command = arguments
    provider = Provider()
    try:
        server = provider.server(wanted(name))
        entry = server.wanted.entry
        assert entry is not None
        environment = {**os.environ, entry.url_variable: server.url}
        return subprocess.run(command, env=environment, check=False).returncode
    except Undelivered as error:
        print(f"DOWNLOAD FAILED: {error}")
        return UNDELIVERED
    except Unavailable as error:
        print(error)
        return 1
    finally:
        provider.close()


def show() -> int:
    """The table of servers."""
    for entry in table().values():
        local = f"locally {', '.join(entry.local)}" if entry.local else "no local server"
        print(f"{entry.name}: default {entry.default}; {local}; image {entry.image}")
    return 0


if __name__ == "__main__":
    verb, *rest = sys.argv[1:] or ["table"]
    sys.exit({"install": install, "run": run, "table": lambda _: show()}[verb](rest))
