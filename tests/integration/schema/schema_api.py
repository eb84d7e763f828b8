"""What tests of the schema comparison share: comparing, and executing what it prints."""

from __future__ import annotations

from typing import Any

from requirements import BACKEND

from accord import MetaData
from accord.schemadiff import SchemaDiff, diff
from accord.schemadiff.reading import Scope


def compared(engine: Any, *metadatas: MetaData, **scope: Any) -> SchemaDiff:
    """The comparison of the engine's database with these models."""
    with engine.connect() as connection:
        return diff(connection, metadatas, Scope(**scope))


def said(found: SchemaDiff) -> list[str]:
    """The differences in words."""
    return [str(one) for one in found.differences]


def apply(engine: Any, found: SchemaDiff) -> None:
    """Execute what is printed; a recipe is taken out of its comment, as a person would."""
    for statement in found.statements:
        lines = [] if statement.sql is None else [statement.sql]
        if statement.sql is None:
            printed = "\n".join(statement.notes)
            lines = printed.partition("copied:\n")[2].split(";\n")
        with engine.connect() as connection:
            for line in lines:
                if line.strip(" ;\n") not in ("BEGIN", "COMMIT", ""):
                    connection.exec_driver_sql(line.strip().rstrip(";").replace("%", "%%")
                                               if BACKEND.name != "sqlite" else line)  # fmt: skip
            connection.commit()
