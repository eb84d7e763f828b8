"""Columns compared: which are new, which are gone, and what differs in those both sides have.

In: a declared table and the catalog's. Out: differences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.schema.typechecks import stored_type
from accord.schemadiff import narrowing
from accord.schemadiff.records import Difference
from accord.sqltypes import Enum, NullType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord.dialect.reflection import ReflectedColumn, ReflectedTable
    from accord.schema import Column, Table
    from accord.schemadiff.records import Terms


def column_differences(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    """Those of one table; `scratch` is the catalog's table as a Table."""
    there = {column.name: column for column in found.columns}
    declared = {str(column.name): column for column in table.c if not column.system}
    added = [column for name, column in declared.items() if name not in there]
    removed = [column for name, column in there.items() if name not in declared]
    for column in added:
        yield Difference(
            action="add", what="column", name=column.name, table=table, item=column,
            declared=terms.renderer.column_line(column),
            notes=tuple(_notes_on_new(column, terms, removed)),
        )  # fmt: skip
    for name, column in declared.items():
        if name in there:
            yield from _changes(table, column, there[name], found, terms)
    for one in removed:
        yield Difference(
            action="remove", what="column", name=one.name, table=table, item=scratch.c[one.name],
            found=_type_text(one.type, terms), notes=("DATA LOSS: the values of this column go",),
        )  # fmt: skip


def _notes_on_new(
    column: Column[Any], terms: Terms, removed: list[ReflectedColumn]
) -> Iterator[str]:
    generated = column.computed is not None or column.identity is not None
    if not column.nullable and terms.default(column) is None and not generated:
        yield (
            "existing rows have no value for it: this fails if the table has rows; add it "
            "nullable, fill it, then make it NOT NULL"
        )
    text = _type_text(column.type, terms)
    for other in removed:
        old = terms.quoted(other.name)
        if old and terms.reflection.same_type(text, _type_text(other.type, terms)):
            table, new = terms.renderer.table_of(column), terms.quoted(str(column.name))
            yield (
                f"perhaps {other.name} was renamed; then, instead of adding and dropping: "
                f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}"
            )


def _type_text(type_: Any, terms: Terms) -> str:
    if isinstance(type_, NullType):
        return ""
    try:
        return terms.renderer.target.types.ddl(type_)
    except CompileError:
        return ""


def _changes(
    table: Table, column: Column[Any], found: ReflectedColumn, whole: ReflectedTable, terms: Terms
) -> Iterator[Difference]:
    yield from _type(table, column, found, terms)
    in_key = whole.primary_key is not None and column.name in whole.primary_key.columns
    key_or_generated = column.primary_key or in_key or column.computed is not None
    if column.nullable != found.nullable and not key_or_generated:
        yield _change(
            table, column, "nullability", _null(found.nullable), _null(column.nullable),
            () if column.nullable else ("fails while rows hold NULL in it",),
        )  # fmt: skip
    yield from _made_by_server(table, column, found, terms)
    if terms.renderer.supports_comments and (column.comment or None) != (found.comment or None):
        yield _change(table, column, "comment", found.comment, column.comment)


def _null(nullable: bool) -> str:
    return "NULL" if nullable else "NOT NULL"


def _change(
    table: Table, column: Column[Any], aspect: str, found: str | None, declared: str | None,
    notes: tuple[str, ...] = (),
) -> Difference:  # fmt: skip
    return Difference(
        action="change", what=f"{aspect} of column", name=column.name, table=table, item=column,
        found=found, declared=declared, notes=notes,
    )  # fmt: skip


def _type(
    table: Table, column: Column[Any], found: ReflectedColumn, terms: Terms
) -> Iterator[Difference]:
    old, new = _type_text(found.type, terms), terms.renderer.plain_type(column)
    if not old:
        return  # a type the dialect has no class for: nothing can be said
    if not terms.reflection.same_type(new, old):
        yield Difference(
            action="change", what="type of column", name=column.name, table=table, item=column,
            old=found, found=old, declared=new,
            notes=narrowing.notes(found.type, column.type, old, new),
        )  # fmt: skip
        return
    declared, there = stored_type(column.type), stored_type(found.type)
    if not (isinstance(declared, Enum) and isinstance(there, Enum) and terms.renderer.named_enums):
        return
    if list(declared.enums) != list(there.enums):
        yield Difference(
            action="change", what="enum", name=there.name, table=table, item=(there, declared),
            found=", ".join(there.enums), declared=", ".join(declared.enums),
        )  # fmt: skip


def _made_by_server(
    table: Table, column: Column[Any], found: ReflectedColumn, terms: Terms
) -> Iterator[Difference]:
    """Computed, identity, numbering, default: a column has one of them at most."""
    if column.computed is not None or found.computed is not None:
        yield from _computed(table, column, found, terms)
        return
    counts = table.autoincrement_column is column and terms.renderer.numbers_rows(column)
    if terms.renderer.supports_identity and column.identity is not None:
        counts = True
    counted = found.autoincrement or found.identity is not None
    if counts or counted:
        old = _numbering(found) if counted else "none"
        if counts and not counted:
            yield _numbered(table, column, found, old, "numbered by the database")
        elif counted and not counts and not _counts_unasked(column, found, terms):
            yield _numbered(table, column, found, old, "none")
        elif counts and column.identity is not None and terms.renderer.supports_identity:
            new = terms.renderer.identity_clause(column.identity)
            if _another_identity(column.identity, found):
                yield _numbered(table, column, found, old, new)
        return
    declared = terms.default(column)
    if column.server_default is not None and not column.server_default.has_argument:
        return  # FetchedValue: something of the server's, nobody says what
    if not terms.reflection.same_default(declared, found.default, _type_text(found.type, terms)):
        yield _change(table, column, "default", found.default, declared)


def _numbered(
    table: Table, column: Column[Any], found: ReflectedColumn, old: str, new: str
) -> Difference:
    return Difference(
        action="change", what="numbering of column", name=column.name, table=table, item=column,
        old=found, found=old, declared=new,
    )  # fmt: skip


def _numbering(found: ReflectedColumn) -> str:
    if found.identity is None:
        return "numbered by the database"
    options = [
        f" {name} {value}"
        for name in ("increment", "minvalue", "maxvalue", "cycle", "cache")
        if (value := getattr(found.identity, name)) is not None
    ]
    kind = "ALWAYS" if found.identity.always else "BY DEFAULT"
    return f"GENERATED {kind} AS IDENTITY{','.join(options)}"


def _another_identity(declared: Any, found: ReflectedColumn) -> bool:
    """Whether the database counts by a sequence, or by another rule. Where it starts counts only
    when it is made.
    """
    there = found.identity
    if there is None:
        return True
    if bool(declared.always) != there.always:
        return True
    return any(
        (wanted := getattr(declared, name)) is not None
        and (has := getattr(there, name)) is not None
        and wanted != has
        for name in ("increment", "minvalue", "maxvalue", "cycle", "cache")
    )


def _counts_unasked(column: Column[Any], found: ReflectedColumn, terms: Terms) -> bool:
    """A rowid counts whether or not it was asked to; so does what is drawn from a sequence that is
    the declared default.
    """
    return terms.reflection.column_has_primary_key or column.default is not None


def _computed(
    table: Table, column: Column[Any], found: ReflectedColumn, terms: Terms
) -> Iterator[Difference]:
    old = None if found.computed is None else found.computed.sqltext
    new = None if column.computed is None else terms.renderer.sql(column.computed.sqltext)
    same = terms.reflection.same_sql(old or "", new or "")
    if column.computed is not None and found.computed is not None and same:
        wanted, kept = column.computed.persisted, found.computed.persisted
        if wanted is None or kept is None or wanted == kept:
            return
    yield _change(
        table, column, "computation", old, new,
        ("the column is made anew: what depends on it (indexes, views) goes first",),
    )  # fmt: skip
