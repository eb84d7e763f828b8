"""Tables of databases that cannot ALTER them: which have to be rebuilt, and the recipe for it.

SQLite adds and drops plain columns and indexes; everything else takes a new table, a copy of the
rows and a rename, in the order its documentation gives. The recipe is printed as a comment: it
copies data, and a person has to see that it copies the right ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema import CreateIndex, CreateTable
from accord.schemadiff.records import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from accord.schema import Column, Table
    from accord.schemadiff.records import Difference, Terms

_ALWAYS = ("index", "table", "view", "sequence", "enum")
_NEW = "accord_new_"


def rebuilt(differences: list[Difference], terms: Terms) -> list[Table]:
    """The tables with a difference that no ALTER of this database makes."""
    if terms.renderer.alters_columns:
        return []
    found: dict[Table, None] = {}
    for one in differences:
        if one.table is not None and one.what not in _ALWAYS and not _alterable(one, terms):
            found[one.table] = None
    for one in differences:  # a foreign key that a new column brings along is part of its line
        if one.table is not None and one.what == "foreign key" and one.table not in found:
            new = _new_columns(one.table, differences)
            if not new or not terms.renderer.comes_with_column(one.item, new):
                found[one.table] = None
    return list(found)


def _new_columns(table: Table, differences: list[Difference]) -> list[Any]:
    return [
        one.item for one in differences
        if one.table is table and one.what == "column" and one.action == "add"
    ]  # fmt: skip


def _alterable(one: Difference, terms: Terms) -> bool:
    if one.what == "foreign key":
        return one.action == "add"  # decided with the columns
    if one.what != "column":
        return False
    if one.action == "add":
        return terms.renderer.can_add_column(one.item)
    return False  # SQLite refuses it where anything mentions the column: the rebuild never fails


def by_hand(
    table: Table, differences: list[Difference], kept: list[Difference], terms: Terms
) -> Statement:
    """For a table with parts that are to stay although the models have them not."""
    lines = [
        f"{terms.dialect} cannot ALTER TABLE {table.fullname} like this:",
        *[f"  {one}" for one in differences],
        "and a rebuild would take what is to stay; by hand, or with the models told of it:",
        *[f"  {one.what} {one.name or one.found}" for one in kept],
    ]
    return Statement(sql=None, notes=tuple(lines))


def recipe(
    table: Table, differences: list[Difference], terms: Terms, triggers: Sequence[str] = ()
) -> Statement:
    """The rebuild of one table, as a comment; `triggers` are made anew, for they go with it."""
    lines = [
        f"{terms.dialect} cannot ALTER TABLE {table.fullname} like this:",
        *[f"  {one}" for one in differences],
        *[f"  {note}" for one in differences for note in one.notes],
        "rebuild it, outside a transaction, after a look at what is copied:",
        "PRAGMA foreign_keys=OFF;",
        "PRAGMA legacy_alter_table=ON;",
        "BEGIN;",
        *_copy(table, differences, terms),
        *[f"{line};" for trigger in triggers for line in trigger.strip().split("\n")],
        "PRAGMA foreign_key_check;",
        "COMMIT;",
        "PRAGMA legacy_alter_table=OFF;",
        "PRAGMA foreign_keys=ON;",
    ]
    return Statement(sql=None, notes=tuple(lines))


def _copy(table: Table, differences: list[Difference], terms: Terms) -> Iterator[str]:
    render, name = terms.renderer.render, terms.renderer.identifier
    beside = terms.renderer.renaming(table, f"{_NEW}{table.name}")
    new, old = beside.table_name(table), terms.renderer.table_name(table)
    yield from f"{beside.render(CreateTable(table)).strip()};".splitlines()
    fresh = {one.item.name for one in differences if one.what == "column" and one.action == "add"}
    kept = [c for c in table.c if c.name not in fresh and c.computed is None]
    names = ", ".join(name(c.name) for c in kept)
    values = ", ".join(_value(c, differences, terms) for c in kept)
    yield f"INSERT INTO {new} ({names}) SELECT {values} FROM {old};"
    if table.dialect_option("sqlite", "autoincrement"):
        yield from _counter(table, terms)
    yield f"DROP TABLE {old};"
    yield f"ALTER TABLE {new} RENAME TO {name(table.name)};"
    for index in table.sorted_indexes:
        yield f"{render(CreateIndex(index)).strip()};"


def _counter(table: Table, terms: Terms) -> Iterator[str]:
    """What was counted stays counted: numbers of deleted rows are not given again."""
    counters = terms.renderer.qualified("sqlite_sequence", table.schema)
    new, old = (terms.renderer.literal(name) for name in (f"{_NEW}{table.name}", table.name))
    yield (
        f"DELETE FROM {counters} WHERE name = {new} "
        f"AND EXISTS (SELECT 1 FROM {counters} WHERE name = {old});"
    )
    yield f"UPDATE {counters} SET name = {new} WHERE name = {old};"


def _value(column: Column[Any], differences: list[Difference], terms: Terms) -> str:
    """What is copied: NULL becomes the default where the column takes none any more."""
    name = terms.renderer.identifier(column.name)
    default = terms.default(column)
    tightened = any(
        one.what == "nullability of column" and one.item is column and not column.nullable
        for one in differences
    )
    return f"coalesce({name}, {default})" if tightened and default is not None else name
