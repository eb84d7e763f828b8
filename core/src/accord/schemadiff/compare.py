"""The comparison: declared tables and the catalog in, an ordered list of differences out.

Pure: the same values give the same answer. Types, defaults and conditions are compared as the
database's dialect says they mean the same (`Reflection.same_…`), names of constraints not at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.schema import Column, ForeignKeyConstraint, MetaData, Sequence, Table
from accord.schemadiff.columns import column_differences
from accord.schemadiff.constraints import constraint_differences
from accord.schemadiff.records import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accord.dialect.reflection import ReflectedTable
    from accord.schemadiff.records import Catalog, Key, Terms

_LOSS = "DATA LOSS: the table goes with its rows"


def differences(
    tables: Iterable[Table], sequences: Iterable[Sequence], catalog: Catalog, terms: Terms
) -> list[Difference]:
    """What takes the database from `catalog` to `tables` and `sequences`."""
    declared = {terms.key(table): table for table in tables}
    extra = [
        found for key, found in catalog.tables.items()
        if key not in declared and found.kind == "table" and found.part_of is None
    ]  # fmt: skip
    found = [
        Difference(action="add", what="schema", name=name, item=name)
        for name in catalog.missing_schemas
    ]
    for key, table in declared.items():
        if table.is_view:
            found += _view(table, key, catalog)
        elif key not in catalog.tables:
            found.append(_new_table(table, extra, terms))
        else:
            found += _of_table(table, catalog.tables[key], terms)
    found += _extra_tables(extra)
    found = [*found, *_sequences(sequences, catalog, terms, found)]
    return _enums_once(found)


def _view(table: Table, key: Key, catalog: Catalog) -> Iterator[Difference]:
    if key not in catalog.views:
        yield Difference(action="add", what="view", name=table.fullname, item=table, table=table)
    elif key in catalog.other_views:
        yield Difference(
            action="change", what="view", name=table.fullname, item=table, table=table,
            found="another query", declared="the models' query",
            notes=("dropped and made anew: what was granted on it goes",),
        )  # fmt: skip


def _new_table(table: Table, extra: list[ReflectedTable], terms: Terms) -> Difference:
    names = {str(column.name) for column in table.c}
    notes = tuple([
        f"perhaps {other.name} was renamed; then, instead: "
        f"ALTER TABLE {terms.quoted(other.name)} RENAME TO {terms.quoted(table.name)}"
        for other in extra
        if terms.quoted(other.name) and {column.name for column in other.columns} == names
    ])  # fmt: skip
    return Difference(
        action="add", what="table", name=table.fullname, table=table, item=table, notes=notes
    )


def _of_table(table: Table, found: ReflectedTable, terms: Terms) -> Iterator[Difference]:
    scratch = as_table(found, MetaData())
    yield from column_differences(table, found, scratch, terms)
    yield from constraint_differences(table, found, scratch, terms)
    for option in terms.renderer.option_changes(table, found.options):
        yield Difference(
            action="change", what="option", name=option.name, table=table, item=option,
            found=option.found, declared=option.declared, notes=option.notes,
        )  # fmt: skip
    if terms.renderer.supports_comments and (table.comment or None) != (found.comment or None):
        yield Difference(
            action="change", what="comment", name=None, table=table, item=table,
            found=found.comment, declared=table.comment,
        )  # fmt: skip


def as_table(found: ReflectedTable, metadata: MetaData) -> Table:
    """The catalog's table with its columns and foreign keys, to write DDL about it."""
    table = Table(
        found.name,
        metadata,
        *[Column(column.name, column.type, nullable=column.nullable) for column in found.columns],
        schema=found.schema,
    )
    for key in found.foreign_keys:
        schema = key.referred_schema or found.schema
        target = key.referred_table if schema is None else f"{schema}.{key.referred_table}"
        ForeignKeyConstraint(
            list(key.columns),
            [f"{target}.{name}" for name in key.referred_columns],
            name=key.name,
            link_to_name=True,
        ).attach(table)
    return table


def _extra_tables(extra: list[ReflectedTable]) -> Iterator[Difference]:
    metadata = MetaData()
    for found in extra:
        table = as_table(found, metadata)
        yield Difference(
            action="remove", what="table", name=table.fullname, table=table, item=table,
            notes=(_LOSS,),
        )  # fmt: skip


def _sequences(
    sequences: Iterable[Sequence], catalog: Catalog, terms: Terms, changes: list[Difference]
) -> Iterator[Difference]:
    wanted: dict[Any, Sequence] = {}
    for sequence in sequences:
        if terms.renderer.creates_sequence(sequence):
            wanted[terms.key(sequence)] = sequence
    for key, sequence in wanted.items():
        if key not in catalog.sequences:
            yield Difference(action="add", what="sequence", name=sequence.fullname, item=sequence)
    drawn = _drawn_from(catalog, changes, terms)
    for schema, name in sorted(catalog.sequences - set(wanted), key=str):
        if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", drawn):
            old = Sequence(name, schema=schema)
            yield Difference(action="remove", what="sequence", name=old.fullname, item=old)


def _drawn_from(catalog: Catalog, changes: list[Difference], terms: Terms) -> str:
    """The defaults that stay, to look for sequences in them; one of a column that goes stays with
    it, for so does its sequence.
    """
    given_up = {
        (*terms.key(one.table), one.name)
        for one in changes
        if one.table is not None and one.what in ("numbering of column", "default of column")
    }
    drawn = " ".join(
        str(column.default)
        for (schema, name), table in catalog.tables.items()
        for column in table.columns
        if (schema, name, column.name) not in given_up
    )
    for doubled, single in (("''", "'"), ('""', '"'), ("``", "`"), ("\\\\", "\\")):
        drawn = drawn.replace(doubled, single)
    return drawn


def _enums_once(found: list[Difference]) -> list[Difference]:
    """An enum type changes once, however many columns are of it."""
    seen: set[str | None] = set()
    kept = []
    for one in found:
        if one.what == "enum":
            if one.name in seen:
                continue
            seen.add(one.name)
        kept.append(one)
    return kept
