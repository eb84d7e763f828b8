"""The layers hold: import-linter's contracts of the root pyproject.toml, and that they bite."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workspace import CORE, ROOT

LINTER = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("importlinter", reason="import-linter runs in the lint environment")
    return subprocess.run(
        [sys.executable, "-c", LINTER], cwd=root, capture_output=True, text=True, check=False
    )


def test_every_contract_is_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("sql/nodes.py", "import accord.orm.session", "Imports point down"),
        ("unitofwork/__init__.py", "import accord.loading.lazy", "Imports point down"),
        ("state/instance.py", "import asyncio", "does no I/O"),
        ("mapping/instrument.py", "from threading import Lock", "does no I/O"),
        ("orm/session.py", "import sqlite3", "no backend"),
        ("engine/url.py", "from pluggy import HookspecMarker", "pluggy only"),
        ("orm/session.py", "import rich.table", "The terminal"),
    ],
)
def test_an_import_across_the_layers_is_found(tmp_path, module, line, contract):
    for folder in ("core", "dialects", "plugins"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "tests")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / "core/src/accord" / module
    changed.write_text(f"{changed.read_text('utf-8')}\n{line}\n", "utf-8")
    program = "import sys, glob; sys.path[:0] = glob.glob('*/src') + glob.glob('*/*/src');" + LINTER
    pytest.importorskip("importlinter", reason="import-linter runs in the lint environment")
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1, result.stdout + result.stderr
    broken = [found for found in result.stdout.splitlines() if "BROKEN" in found]
    assert any(contract in found for found in broken), result.stdout


def test_every_module_of_core_says_its_place_in_its_first_lines():
    silent = []
    for path in CORE.rglob("*.py"):
        text = path.read_text("utf-8")
        if text.strip() and not text.startswith('"""'):
            silent.append(str(path.relative_to(CORE)))
    assert not silent
