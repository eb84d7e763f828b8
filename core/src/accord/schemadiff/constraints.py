"""Keys, constraints and indexes compared: by what they say, not by the names databases make up.

In: a declared table and the catalog's. Out: differences; what is to go is an item of the table made
from the catalog, so that it has its real name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import equivalence
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

    from accord.dialect.reflection import ReflectedForeignKey, ReflectedTable, ReflectedUnique
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
    yield from _excludes(table, found, scratch, terms)
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
    declared = {(_names(c), *_more(c, terms)): c for c in of_kind(table, UniqueConstraint, terms)}
    there = {(unique.columns, *_found_more(unique, terms)): unique for unique in found.uniques}
    for key, unique in there.items():
        columns = unique.columns
        if key in declared or unique.duplicates_index is not None:
            continue  # the database has one thing for both: the indexes are compared besides
        old = UniqueConstraint(*columns, name=unique.name, _auto_attach=False)
        old.table = scratch
        yield Difference(
            action="remove", what="unique constraint", name=unique.name, table=table, item=old,
            found=_listed(columns),
        )  # fmt: skip
    for key, constraint in declared.items():
        columns = key[0]
        if key not in there and key != (_names(table.primary_key), (), False):
            yield Difference(
                action="add", what="unique constraint", name=terms.renderer.final_name(constraint),
                table=table, item=constraint, declared=_listed(columns), notes=(FAILS,),
            )  # fmt: skip


def _more(unique: UniqueConstraint, terms: Terms) -> tuple[tuple[str, ...], bool]:
    """What a UNIQUE constraint can say on this database besides its columns."""
    include = terms.renderer.option(unique, "include") or ()
    names = tuple([str(getattr(column, "name", column)) for column in include])
    return names, bool(terms.renderer.option(unique, "nulls_not_distinct"))


def _found_more(unique: ReflectedUnique, terms: Terms) -> tuple[tuple[str, ...], bool]:
    include: Any = unique.options.get(f"{terms.dialect}_include") or ()
    return tuple(include), bool(unique.options.get(f"{terms.dialect}_nulls_not_distinct"))


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
        same = next((c for c in there if terms.reflection.same_sql(text, c.sqltext)), None)
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


# --- exclude -------------------------------------------------------------------------------------


def _excludes(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    there = {_excluded(one.sqltext, terms): one for one in found.excludes}
    declared = {
        _excluded(text[text.index("EXCLUDE") :], terms): (constraint, text)
        for constraint in table.sorted_constraints
        if constraint.visit_name == "exclude" and wanted(constraint, terms)
        and (text := terms.renderer.constraint(constraint))
    }  # fmt: skip
    for key, one in there.items():
        if key not in declared:
            old = CheckConstraint("", name=one.name, _auto_attach=False)
            old.table = scratch
            yield Difference(
                action="remove", what="exclude constraint", name=one.name, table=table, item=old,
                found=one.sqltext,
            )  # fmt: skip
    for key, (constraint, text) in declared.items():
        if key not in there:
            yield Difference(
                action="add", what="exclude constraint", name=terms.renderer.final_name(constraint),
                table=table, item=constraint, declared=text, notes=(FAILS,),
            )  # fmt: skip


def _excluded(text: str, terms: Terms) -> tuple[str, str]:
    """The keys in their words, the condition in its canonical form."""
    keys, _, condition = text.partition(" WHERE ")
    tail = ""
    for words in (" DEFERRABLE", " INITIALLY DEFERRED"):
        if words in condition or words in keys:
            tail += words
            condition, keys = condition.replace(words, ""), keys.replace(words, "")
    shown = " ".join(equivalence.tokens(keys)).replace(" nulls last", "")
    return shown + tail, terms.reflection.canonical_sql(condition) if condition else ""


# --- foreign keys --------------------------------------------------------------------------------


def _foreign_keys(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    there = {_found_key(key, found, terms): key for key in found.foreign_keys}
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


def _rule(rule: str | None, terms: Terms) -> str:
    rule = (rule or "NO ACTION").upper()
    return "NO ACTION" if rule == "RESTRICT" and not terms.reflection.restricts else rule


def _found_key(key: ReflectedForeignKey, table: ReflectedTable, terms: Terms) -> Signature:
    return (
        key.columns, terms.schema(key.referred_schema or table.schema), key.referred_table,
        key.referred_columns,
        _rule(key.ondelete, terms), _rule(key.onupdate, terms), bool(key.deferrable),
        (key.initially or "").upper() == "DEFERRED",
    )  # fmt: skip


def _declared_key(key: ForeignKeyConstraint, terms: Terms) -> Signature:
    written = terms.renderer.cascades(key)
    return (
        _names(key.columns), terms.schema(key.referred_table.schema), key.referred_table.name,
        _names(key.referred_columns),
        _rule(key.ondelete if "ON DELETE" in written else None, terms),
        _rule(key.onupdate if "ON UPDATE" in written else None, terms),
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


