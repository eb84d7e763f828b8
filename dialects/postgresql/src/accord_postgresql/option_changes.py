"""Options of tables compared: storage, tablespace, access method, parents, partitioning.

In: a declared table, and its options as the catalog has them. Out: changes, each with its ALTER
TABLE; how a table is partitioned is decided when it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import equivalence
from accord.schema.alter import OptionChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from accord.schema import Table

    from .ddl import PostgreSQLDDL


def option_changes(
    ddl: PostgreSQLDDL, table: Table, found: Mapping[str, object]
) -> Iterator[OptionChange]:
    """What the table declares and the database has otherwise; an option nobody declares is
    somebody's tuning and stays.
    """
    name = ddl.table_name(table)

    def given(option: str) -> Any:
        return table.dialect_option("postgresql", option)

    yield from _storage(name, given("with"), found.get("postgresql_with"))
    for option, words, usual in (
        ("tablespace", "SET TABLESPACE", "pg_default"),
        ("using", "SET ACCESS METHOD", "heap"),
    ):
        wanted, there = given(option), found.get(f"postgresql_{option}") or usual
        if wanted is not None and wanted != there:
            yield OptionChange(
                name=f"postgresql_{option}", found=str(there), declared=wanted,
                sql=f"ALTER TABLE {name} {words} {ddl.identifier(wanted)}",
                notes=("the whole table is written anew",),
            )  # fmt: skip
    parents = given("inherits")
    if parents is not None:
        yield from _parents(ddl, name, parents, found.get("postgresql_inherits"))
    partition, there = given("partition_by"), found.get("postgresql_partition_by")
    if partition is not None and _words(partition) != _words(there):
        yield OptionChange(
            name="postgresql_partition_by", found=None if there is None else str(there),
            declared=str(partition),
            notes=("by hand: make a new table with its partitions, and copy the rows",),
        )  # fmt: skip


def _storage(name: str, wanted: Any, there: Any) -> Iterator[OptionChange]:
    from .ddl import storage_words

    has = {str(key): str(value) for key, value in (there or {}).items()}
    new = {
        str(key): value for key, value in (wanted or {}).items()
        if has.get(str(key)) != _shown(value)
    }  # fmt: skip
    if new:
        old = storage_words({key: has[key] for key in new if key in has})
        yield OptionChange(
            name="postgresql_with", found=old or None,
            declared=storage_words(new), sql=f"ALTER TABLE {name} SET ({storage_words(new)})",
        )  # fmt: skip


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parents(ddl: PostgreSQLDDL, name: str, parents: Any, there: Any) -> Iterator[OptionChange]:
    wanted = (parents,) if isinstance(parents, str) else tuple(map(str, parents))
    has = tuple(str(parent).replace('"', "") for parent in there or ())
    for verb, names in (
        ("INHERIT", [p for p in wanted if p not in has]),
        ("NO INHERIT", [p for p in has if p not in wanted]),
    ):
        for parent in names:
            path = ".".join(ddl.identifier(part) for part in parent.split("."))
            yield OptionChange(
                name="postgresql_inherits", found=", ".join(has) or None,
                declared=", ".join(wanted), sql=f"ALTER TABLE {name} {verb} {path}",
            )  # fmt: skip


def _words(text: Any) -> list[str]:
    return equivalence.tokens(str(text))
