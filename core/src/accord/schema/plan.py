"""What creating or dropping tables takes: an ordered list of DDL statements and notifications.

In: a MetaData, the tables wanted, what exists, and the dialect's DDLRenderer class (its
`supports_…` flags decide). Out: `DDLElement`s and `Notify`s; whoever has a connection executes the
former and calls the latter.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from accord.exc import CircularDependencyError
from accord.records import dataclass, field
from accord.schema.ddl import DDLRenderer
from accord.schema.elements import (
    AddConstraint,
    CreateIndex,
    CreateSequence,
    CreateTable,
    DDLElement,
    DropConstraint,
    DropSequence,
    SetColumnComment,
    SetConstraintComment,
    SetTableComment,
)
from accord.schema.items import known_names
from accord.schema.ordering import order
from accord.schema.sequence import Sequence
from accord.schema.views import drop_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from accord.schema.conditions import CheckFirst
    from accord.schema.foreignkey import ForeignKeyConstraint
    from accord.schema.metadata import MetaData
    from accord.schema.table import Table

    Exists = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Notify:
    """A step of a plan: tell the listeners of `target` (a Table, an Index or the MetaData)."""

    target: Any
    event: str
    details: dict[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        name = getattr(self.target, "fullname", None) or getattr(self.target, "name", None)
        return f"-- {self.event} of {name or 'the MetaData'}"

    def fire(self, connection: Any) -> None:
        """Call the listeners."""
        self.target.notify(self.event, connection, **self.details)


Step = DDLElement | Notify


def create_plan(
    metadata: MetaData,
    tables: Iterable[Table] | None = None,
    existing: Exists | None = None,
    renderer: type[DDLRenderer] = DDLRenderer,
    *,
    checkfirst: bool | CheckFirst = True,
) -> list[Step]:
    """The steps that create `tables` (all of `metadata` by default), without those that exist.

    `existing` is asked about each table and sequence; None: nothing exists.
    """
    exists = existing or _never
    wanted = [table for table in _chosen(metadata, tables) if not exists(table)]
    ordered, late = order(wanted)
    free = _free_sequences(metadata) if tables is None else []
    details = {"tables": ordered, "checkfirst": checkfirst}
    by_alter = [*late, *_use_alter(ordered)] if renderer.supports_alter else []
    steps: list[Step] = [Notify(metadata, "before_create", details)]
    steps += renderer.before_create(ordered)
    for sequence in [*free, *_column_sequences(ordered)]:
        if renderer.creates_sequence(sequence) and not exists(sequence):
            steps.append(CreateSequence(sequence))
    for table in ordered:
        steps += _table_steps(table, by_alter, renderer, checkfirst)
    steps += [AddConstraint(key, isolate_from_table=False) for key in by_alter]
    if renderer.constraint_comments:
        steps += [SetConstraintComment(key) for key in by_alter if key.comment is not None]
    steps.append(Notify(metadata, "after_create", details))
    return steps


def _table_steps(
    table: Table,
    by_alter: list[ForeignKeyConstraint],
    renderer: type[DDLRenderer],
    checkfirst: bool | CheckFirst,
) -> Iterator[Step]:
    details = {"checkfirst": checkfirst}
    inline = [key for key in table.foreign_key_constraints if key not in by_alter]
    yield Notify(table, "before_create", details)
    if table.creator is not None:
        yield table.creator
    elif not table.is_view:
        yield CreateTable(table, include_foreign_key_constraints=inline)
    for index in table.sorted_indexes:
        if index.is_heard("before_create"):
            yield Notify(index, "before_create", details)
        yield CreateIndex(index)
        if index.is_heard("after_create"):
            yield Notify(index, "after_create", details)
    yield from _comment_steps(table, by_alter, renderer)
    yield Notify(table, "after_create", details)


def _comment_steps(
    table: Table, by_alter: list[ForeignKeyConstraint], renderer: type[DDLRenderer]
) -> Iterator[Step]:
    if renderer.supports_comments and not renderer.inline_comments:
        if table.comment is not None:
            yield SetTableComment(table)
        for column in table.c:
            if column.comment is not None:
                yield SetColumnComment(column)
    if renderer.constraint_comments:
        for constraint in table.sorted_constraints:
            if constraint.comment is not None and constraint not in by_alter:
                yield SetConstraintComment(constraint)


def drop_plan(
    metadata: MetaData,
    tables: Iterable[Table] | None = None,
    existing: Exists | None = None,
    renderer: type[DDLRenderer] = DDLRenderer,
    *,
    checkfirst: bool | CheckFirst = True,
) -> list[Step]:
    """The steps that drop `tables`, those first that others do not need; only what exists.

    `existing` is asked about each table and sequence; None: everything exists.
    """
    exists = existing or _always
    wanted = [table for table in _chosen(metadata, tables) if exists(table)]
    ordered, late = order(wanted)
    ordered.reverse()
    free = _free_sequences(metadata) if tables is None else []
    details = {"tables": ordered, "checkfirst": checkfirst}
    steps: list[Step] = [Notify(metadata, "before_drop", details)]
    if renderer.supports_alter:
        steps += _drop_constraints([*late, *_use_alter(ordered)])
    elif late:
        _warn_of_circle(late)
    for table in ordered:
        table_details = {"checkfirst": checkfirst}
        steps.append(Notify(table, "before_drop", table_details))
        steps.append(drop_statement(table) if table.dropper is None else table.dropper)
        steps.append(Notify(table, "after_drop", table_details))
    for sequence in [*_column_sequences(ordered), *free]:
        if renderer.creates_sequence(sequence) and exists(sequence):
            steps.append(DropSequence(sequence))
    steps += renderer.after_drop(ordered)
    steps.append(Notify(metadata, "after_drop", details))
    return steps


def _drop_constraints(keys: list[ForeignKeyConstraint]) -> Iterator[Step]:
    unnamed = [key for key in keys if key.final_name is None]
    if unnamed:
        names = known_names(
            sorted({key.table.fullname for key in unnamed if key.table is not None})
        )
        raise CircularDependencyError(
            f"the tables {names} refer to each other in a circle, and to drop them their foreign "
            "keys "
            "have to be dropped first, which needs names: ForeignKey(..., name='fk_…') or a naming "
            "convention for 'fk'"
        )
    return (DropConstraint(key, isolate_from_table=False) for key in keys)


def _warn_of_circle(keys: list[ForeignKeyConstraint]) -> None:
    names = known_names(sorted({key.table.fullname for key in keys if key.table is not None}))
    warnings.warn(
        f"the tables {names} refer to each other in a circle; they are dropped one after the "
        "other, which "
        "fails if foreign keys are enforced and rows are left",
        stacklevel=4,
    )


def _use_alter(tables: list[Table]) -> list[ForeignKeyConstraint]:
    keys = (key for table in tables for key in table.foreign_key_constraints if key.use_alter)
    return sorted(keys, key=lambda key: key.creation_order)


def _chosen(metadata: MetaData, tables: Iterable[Table] | None) -> list[Table]:
    return list(metadata.tables.values()) if tables is None else list(dict.fromkeys(tables))


def _free_sequences(metadata: MetaData) -> list[Sequence]:
    free = (sequence for sequence in metadata.sequences.values() if sequence.column is None)
    return sorted(free, key=lambda sequence: sequence.creation_order)


def _column_sequences(tables: list[Table]) -> list[Sequence]:
    found: dict[str, Sequence] = {}
    for table in tables:
        for column in table.c:
            for default in (column.default, column.onupdate):
                if isinstance(default, Sequence):
                    found.setdefault(default.key, default)
    return list(found.values())


def _never(item: Any) -> bool:
    return False


def _always(item: Any) -> bool:
    return True
