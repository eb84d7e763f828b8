"""Keys, constraints and indexes compared: by what they say, not by the names databases make up.

In: a declared table and the catalog's. Out: differences; what is to go is an item of the table made
from the catalog, so that it has its real name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from accord.schemadiff.indexes import index_differences
from accord.schemadiff.records import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord.dialect.reflection import ReflectedForeignKey, ReflectedTable
    from accord.schema import Constraint, Table
    from accord.schemadiff.records import Terms

FAILS = "fails if rows break it"


def constraint_differences(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    """Those of one table."""
    yield from _primary_key(table, found, scratch)
    yield from _uniques(table, found, scratch, terms)
    yield from _checks(table, found, scratch, terms)
    yield from _foreign_keys(table, found, scratch, terms)
    yield from index_differences(table, found, scratch, terms)


def wanted(constraint: Constraint, terms: Terms) -> bool:
    """Whether this database is to have the constraint at all."""
    condition = constraint.ddl_condition
    return condition is None or condition.holds(
        None, constraint, None, terms.dialect, dialect=terms.renderer.dialect,
        compiler=terms.renderer,
    )  # fmt: skip


def of_kind(table: Table, kind: type[Any], terms: Terms) -> list[Any]:
    """The declared constraints of a kind, in the order they were made."""
    return [c for c in table.sorted_constraints if isinstance(c, kind) and wanted(c, terms)]


def _names(columns: Any) -> tuple[str, ...]:
    return tuple([str(column.name) for column in columns])


def _listed(columns: Any) -> str:
    return f"({', '.join(columns)})"


# --- primary key ---------------------------------------------------------------------------------


def _primary_key(table: Table, found: ReflectedTable, scratch: Table) -> Iterator[Difference]:
    declared = _names(table.primary_key)
    there = () if found.primary_key is None else found.primary_key.columns
    if declared == there:
        return
    if there:
        old = PrimaryKeyConstraint(
            *there, name=getattr(found.primary_key, "name", None), _auto_attach=False
        )
        old.table = scratch
        yield Difference(
            action="remove", what="primary key", name=old.name, table=table, item=old,
            found=_listed(there),
        )  # fmt: skip
    if declared:
        yield Difference(
            action="add", what="primary key", name=table.primary_key.name, table=table,
            item=table.primary_key, declared=_listed(declared), notes=(FAILS,),
        )  # fmt: skip


# --- unique --------------------------------------------------------------------------------------


def _uniques(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    declared = {_names(c): c for c in of_kind(table, UniqueConstraint, terms)}
    there = {unique.columns: unique for unique in found.uniques}
    for columns, unique in there.items():
        if columns in declared or unique.duplicates_index is not None:
            continue  # the database has one thing for both: the indexes are compared besides
        old = UniqueConstraint(*columns, name=unique.name, _auto_attach=False)
        old.table = scratch
        yield Difference(
            action="remove", what="unique constraint", name=unique.name, table=table, item=old,
            found=_listed(columns),
        )  # fmt: skip
    for columns, constraint in declared.items():
        if columns not in there:
            yield Difference(
                action="add", what="unique constraint", name=terms.renderer.final_name(constraint),
                table=table, item=constraint, declared=_listed(columns), notes=(FAILS,),
            )  # fmt: skip


# --- checks --------------------------------------------------------------------------------------


def _checks(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    there = list(found.checks)
    declared = [*of_kind(table, CheckConstraint, terms), *_column_checks(table, found, terms)]
    for constraint in declared:
        text = _check_text(constraint, terms)
        if text is None:
            continue  # the type takes care of itself on this database
        same = next((c for c in there if terms.reflection.same_sql(c.sqltext, text)), None)
        if same is not None:
            there.remove(same)
            continue
        yield Difference(
            action="add", what="check constraint", name=terms.renderer.final_name(constraint),
            table=table, item=constraint, declared=text, notes=(FAILS,),
        )  # fmt: skip
    for check in there:
        if terms.renderer.makes_check(check.sqltext, table):
            continue
        old = CheckConstraint("", name=check.name, _auto_attach=False)
        old.table = scratch
        yield Difference(
            action="remove", what="check constraint", name=check.name, table=table, item=old,
            found=check.sqltext,
        )  # fmt: skip


def _column_checks(table: Table, found: ReflectedTable, terms: Terms) -> list[Any]:
    """Checks given to columns; those of a new column come with it."""
    there = {column.name for column in found.columns}
    return [
        check
        for column in table.c
        if column.name in there
        for check in sorted(column.constraints, key=lambda one: one.creation_order)
        if wanted(check, terms)
    ]


def _check_text(constraint: CheckConstraint, terms: Terms) -> str | None:
    text = terms.renderer.constraint(constraint)
    _, check, rest = text.partition("CHECK (")
    return rest.rpartition(")")[0] if check else None


# --- foreign keys --------------------------------------------------------------------------------


def _foreign_keys(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    there = {_found_key(key, found): key for key in found.foreign_keys}
    declared = {
        _declared_key(key, terms): key for key in of_kind(table, ForeignKeyConstraint, terms)
    }
    for signature, key in there.items():
        if signature in declared:
            continue
        old = ForeignKeyConstraint(key.columns, [f"x.{n}" for n in key.referred_columns], key.name)
        old.table = scratch
        yield Difference(
            action="remove", what="foreign key", name=key.name, table=table, item=old,
            found=_key_text(signature),
        )  # fmt: skip
    for signature, constraint in declared.items():
        if signature not in there:
            yield Difference(
                action="add", what="foreign key", name=terms.renderer.final_name(constraint),
                table=table, item=constraint, declared=_key_text(signature), notes=(FAILS,),
            )  # fmt: skip


Signature = tuple[tuple[str, ...], str | None, str, tuple[str, ...], str, str, bool, bool]


def _rule(rule: str | None) -> str:
    rule = (rule or "NO ACTION").upper()
    return "NO ACTION" if rule == "RESTRICT" else rule


def _found_key(key: ReflectedForeignKey, table: ReflectedTable) -> Signature:
    return (
        key.columns, key.referred_schema or table.schema, key.referred_table, key.referred_columns,
        _rule(key.ondelete), _rule(key.onupdate), bool(key.deferrable),
        (key.initially or "").upper() == "DEFERRED",
    )  # fmt: skip


def _declared_key(key: ForeignKeyConstraint, terms: Terms) -> Signature:
    written = terms.renderer.cascades(key)
    return (
        _names(key.columns), key.referred_table.schema, key.referred_table.name,
        _names(key.referred_columns),
        _rule(key.ondelete if "ON DELETE" in written else None),
        _rule(key.onupdate if "ON UPDATE" in written else None),
        bool(key.deferrable) or (key.initially or "").upper() == "DEFERRED",
        (key.initially or "").upper() == "DEFERRED",
    )  # fmt: skip


def _key_text(signature: Signature) -> str:
    columns, schema, table, referred, ondelete, onupdate, deferrable, deferred = signature
    target = table if schema is None else f"{schema}.{table}"
    text = f"{_listed(columns)} → {target} {_listed(referred)}"
    text += "" if ondelete == "NO ACTION" else f" ON DELETE {ondelete}"
    text += "" if onupdate == "NO ACTION" else f" ON UPDATE {onupdate}"
    text += " DEFERRABLE" if deferrable else ""
    return text + (" INITIALLY DEFERRED" if deferred else "")


