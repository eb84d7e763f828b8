"""What `import accord` costs: no backend, no driver, no pluggy, no command line, few modules."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys
before = set(sys.modules)
{statement}
print(json.dumps(sorted(set(sys.modules) - before)))
"""

DRIVERS = {"sqlite3", "_sqlite3", "psycopg", "pymysql", "MySQLdb", "oracledb", "pymssql"}


def loaded_by(statement: str) -> set[str]:
    program = PROGRAM.format(statement=statement)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def own(modules: set[str]) -> set[str]:
    return {module for module in modules if module.partition(".")[0].startswith("accord")}


def test_importing_the_package_loads_nothing_else_of_it():
    assert own(loaded_by("import accord")) == {"accord"}


def test_importing_the_package_reads_no_metadata_and_no_plugin():
    assert not loaded_by("import accord") & {"pluggy", "importlib.metadata", *DRIVERS}


def test_what_a_program_imports_loads_no_backend_no_pluggy_and_no_command_line():
    loaded = loaded_by("from accord import create_engine, select\nfrom accord.orm import Session")
    assert not loaded & {"pluggy", "typer", "rich", "asyncio", "accord.cli", *DRIVERS}
    assert not {module for module in loaded if module.startswith("accord_")}
