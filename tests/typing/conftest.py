"""mypy and pyright, run as a user would run them: on programs outside of the repository's settings.

In: a folder of programs. Out: what each checker says about every line, in a form that can be
compared. Without the checkers (tox -e typing has them) the tests are skipped.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHECKERS = ("mypy", "pyright")
#: Warnings of pyright that are about an editable installation, not about the program.
IGNORED = {"reportMissingModuleSource"}

Place = tuple[str, int]


@dataclass
class Said:
    """What one checker said: revealed types and complaints, by file and line."""

    revealed: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[Place, list[str]] = field(default_factory=lambda: defaultdict(list))
    messages: list[str] = field(default_factory=list)

    def reveal(self, place: Place, shown: str) -> None:
        self.revealed[place].append(plain(shown))

    def complain(self, place: Place, code: str, message: str) -> None:
        if code not in self.errors[place]:
            self.errors[place].append(code)
        self.messages.append(f"{place[0]}:{place[1]}: {message.splitlines()[0]} [{code}]")


#: A row with an Any in it: mypy, unsure which overload was meant, takes the whole row for Any.
PARTLY_KNOWN = re.compile(r"\b(Row|Select|Result)\[tuple\[(?:[^\[\]]*, )?Any(?:, [^\[\]]*)?\]\]")


def plain(shown: str) -> str:
    """A revealed type as both checkers would write it: no modules, no names of parameters."""
    shown = re.sub(r"\b(?:\w+\.)+(?=\w)", "", shown).replace("?", "")
    shown = re.sub(r"\bAny \| None\b|\bUnknown\b", "Any", shown)
    return PARTLY_KNOWN.sub(r"\1[Any]", shown)


def run_mypy(folder: Path, cache: Path, options: tuple[str, ...]) -> Said:
    said = Said()
    command = [
        sys.executable, "-m", "mypy", "--config-file=", "--output=json", f"--cache-dir={cache}",
        *options, ".",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    for line in done.stdout.splitlines():
        if not line.startswith("{"):
            continue
        found: dict[str, Any] = json.loads(line)
        place = (Path(found["file"]).name, found["line"])
        revealed = re.match(r'Revealed type is "(.*)"', found["message"])
        if revealed:
            said.reveal(place, revealed[1])
        elif found["severity"] == "error":
            said.complain(place, found["code"], found["message"])
    return said


def run_pyright(folder: Path, mode: str) -> Said:
    said = Said()
    settings = folder / "pyrightconfig.json"
    settings.write_text(json.dumps({"typeCheckingMode": mode}))
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "."]
    # Without this it asks a registry whether there is a newer version.
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=environment, check=False
        )
    finally:
        settings.unlink()
    assert done.returncode in (0, 1), done.stdout + done.stderr
    for found in json.loads(done.stdout)["generalDiagnostics"]:
        place = (Path(found["file"]).name, found["range"]["start"]["line"] + 1)
        revealed = re.match(r'Type of ".*" is "(.*)"$', found["message"], re.DOTALL)
        if revealed:
            said.reveal(place, revealed[1])
        elif found.get("rule") not in IGNORED and found["severity"] != "information":
            said.complain(place, found.get("rule", "syntax"), found["message"])
    return said


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a function: check a folder with both, as strictly as they can or not."""
    missing = [name for name in CHECKERS if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; tox -e typing has them")
    cache = tmp_path_factory.mktemp("mypy")
    known: dict[tuple[Path, bool], dict[str, Said]] = {}

    def check(folder: Path, *, strict: bool) -> dict[str, Said]:
        if (folder, strict) not in known:
            options = ("--strict",) if strict else ("--allow-redefinition",)
            known[folder, strict] = {
                "mypy": run_mypy(folder, cache, options),
                "pyright": run_pyright(folder, "strict" if strict else "basic"),
            }
        return known[folder, strict]

    return check
