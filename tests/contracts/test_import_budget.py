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


FIRST_QUERY = """
from accord import create_engine, select, Integer, String
from accord.orm import DeclarativeBase, Session, mapped_column
class Base(DeclarativeBase):
    pass
class Item(Base):
    __tablename__ = 'item'
    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String(50))
engine = create_engine('sqlite://')
with engine.connect() as connection:
    connection.exec_driver_sql('CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(50))')
    with Session(connection) as session:
        assert session.scalars(select(Item)).first() is None
"""

#: Modules of accord and its SQLite dialect behind a first query. Each costs about 0.5 ms.
MODULES = 240

#: What a first query has no use for, and what brings many modules with it.
UNUSED = {
    "accord.unitofwork",
    "accord_sqlite.catalog",
    "accord_sqlite.reflection",
    "dataclasses",
    "difflib",
    "email",
    "importlib.metadata",
    "inspect",
    "json",
    "pickle",
    "secrets",
    "socket",
    "typing_extensions",
    "urllib.parse",
}


#: What type checkers read instead of long signatures.
FOR_CHECKERS = {
    "accord.engine.typedrow",
    "accord.orm.typed",
    "accord.sql.typed",
    "accord.sql.typedfunctions",
}


def test_what_type_checkers_read_is_never_loaded():
    loaded = loaded_by(FIRST_QUERY)
    assert not loaded & FOR_CHECKERS


def test_a_first_query_loads_few_modules_and_none_it_does_not_use():
    without_plugins = "import accord.hooks.registry as r\nr._installed._loaded = True\n"
    loaded = loaded_by(without_plugins + FIRST_QUERY)
    assert not loaded & UNUSED
    assert len(own(loaded)) <= MODULES, len(own(loaded))
