"""What tox installs an environment with: pip in two steps. Everything that is built here is built
with one hatchling in the environment itself; pip by itself would fetch and install one for each
distribution, twice, which took longer than everything else together.

Usage: python install.py OPTION... REQUIREMENT... (what `pip install` takes)
"""

from __future__ import annotations

import subprocess
import sys

BACKEND = ("hatchling>=1.21", "editables>=0.3")
"""What the distributions name in their [build-system], and what it needs for editable ones."""


def main(arguments: list[str]) -> int:
    """The exit status of pip."""
    if "-e" in arguments and not pip("-q", *BACKEND):
        if not pip("--no-build-isolation", *arguments):
            return 0
        print("something else has to be built, too: once more, each by what it asks for")
    return pip(*arguments)


def pip(*arguments: str) -> int:
    """The exit status of `pip install`."""
    command = [sys.executable, "-I", "-m", "pip", "install", *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
