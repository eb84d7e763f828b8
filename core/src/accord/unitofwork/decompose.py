"""Stage 2: objects into operations on single tables.

In: `Work` and `Relations`. Out: `Operation`s, in no particular order. Values that depend on
rows not written yet (foreign keys of new parents) stay references, values of Python default
functions are left for stage 4: nothing here runs user code or changes an object. A row that
cannot be written (NOT NULL without a value, a key that would vanish) is refused before anything
is sent. Works column by column; rows are told apart only where some lack a value that others
have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord import exc
from accord.records import replace
from accord.sqltypes.entry import SQL_NULL
from accord.state import NOT_LOADED, key_of

from .collect import ByMapper, ByNames, Work, by_mapper, net_changes, same_value
from .operations import (
    UNLINKED,
    Cell,
    Field,
    Kind,
    Missing,
    Operation,
    TableWrites,
    held_value,
    identity_cells,
    name_of,
    writes_of,
)
from .secondary import secondary_operations
from .shapes import EXPRESSION, SERVER, VALUE, Links, Shaped, default_expression, default_value

if TYPE_CHECKING:
    from accord.mapping import Mapper

    from .links import Relations
    from .protocols import FlushSession


def decompose(session: FlushSession, work: Work, relations: Relations) -> list[Operation]:
    """Return what has to be done to which table."""
    operations: list[Operation] = []
    deleted = relations.deleted
    linked = _kept(relations) if relations.linked else {}
    for mapper in dict.fromkeys([*work.changed, *linked]):
        changed = work.changed.get(mapper, {})
        if deleted:
            changed = _without(changed, deleted)
        for writes in tables(session, mapper):
            operations += updates(writes, changed, linked.get(mapper, []), relations)
    for mapper, objs in work.new.items():
        for writes in tables(session, mapper):
            operations += _additions(writes, objs, relations)
    if relations.pairs or relations.rekeyed:
        operations += secondary_operations(session, relations)
    taken = set(map(id, relations.taken.values()))
    gone = [obj for key, obj in deleted.items() if key not in taken]
    for mapper, objs in by_mapper(gone).items() if gone else ():
        for writes in tables(session, mapper):
            match = identity_cells(writes, objs)
            operations.append(Operation(Kind.DELETE, writes, objs, match=match))
    return operations


def _additions(writes: TableWrites, objs: list[object], relations: Relations) -> list[Operation]:
    """Return what brings new objects into their table."""
    if not relations.taken:
        return inserts(writes, objs, relations.links)
    operations = takeovers(writes, objs, relations)
    rest = [obj for obj in objs if id(obj) not in relations.taken]
    return operations + (inserts(writes, rest, relations.links) if rest else [])


def _kept(relations: Relations) -> ByMapper:
    """Return the persistent children that are not deleted."""
    deleted = relations.deleted
    return by_mapper([obj for key, obj in relations.linked.items() if key not in deleted])


def _without(groups: ByNames, deleted: dict[int, object]) -> ByNames:
    """Leave out what turned out to be deleted."""
    return {
        names: [obj for obj in objs if id(obj) not in deleted] for names, objs in groups.items()
    }


def tables(session: FlushSession, mapper: Mapper) -> list[TableWrites]:
    """Return the tables an object of `mapper` has a row in, base table first (one, without
    inheritance).
    """
    bind = session.route(mapper)
    return [writes_of(bind, mapper, table) for table in mapper.tables]


# --- INSERT --------------------------------------------------------------------------------------


def inserts(writes: TableWrites, objs: list[object], links: Links) -> list[Operation]:
    """Return the INSERTs of new objects: one for each set of columns that is given."""
    shaped = Shaped(objs, _when_missing)
    shaped.take(writes.fields, links, writes.generated_key)
    return shaped.operations(Kind.INSERT, writes)


def takeovers(writes: TableWrites, objs: list[object], relations: Relations) -> list[Operation]:
    """Return the UPDATEs by which new objects take over the rows of deleted ones.

    Every column but the key is written; what an INSERT leaves to the database stays as it is.
    """
    objs = [obj for obj in objs if id(obj) in relations.taken]
    if not objs:
        return []
    shaped = Shaped(objs, _when_missing)
    fields = [field for field in writes.fields if not field.primary_key]
    shaped.take(fields, relations.links)
    found: list[Operation] = []
    for operation in shaped.operations(Kind.UPDATE, writes):
        match = identity_cells(writes, operation.objs)
        replaced = [relations.taken[id(obj)] for obj in operation.objs]
        # Where nothing else is to be set, the key is set to itself.
        cells = operation.cells if operation.cells or operation.expressions else match
        found.append(replace(operation, cells=cells, match=match, replaced=replaced))
    return found


def _when_missing(field: Field, obj: object) -> tuple[str, object]:
    """Return what a new row does with a column no value was given for, and the value if it has
    one.
    """
    if field.missing is Missing.DEFAULT:
        return VALUE, default_value(field.default)
    if field.missing is Missing.SERVER:
        return SERVER, None
    if field.missing is Missing.EXPRESSION:
        return EXPRESSION, None
    return _when_emptied(field, obj)


# --- UPDATE --------------------------------------------------------------------------------------


def updates(
    writes: TableWrites, changed: ByNames, linked: list[object], relations: Relations
) -> list[Operation]:
    """Return the UPDATEs of persistent objects: one for each set of columns that differ."""
    mapper, links = writes.mapper, relations.links
    assert mapper is not None
    groups = net_changes(mapper, changed)
    fields = [field for field in writes.fields if field.column in links] if linked else []
    if fields:
        known = {id(obj) for objs in groups.values() for obj in objs}
        groups.setdefault((), []).extend([obj for obj in linked if id(obj) not in known])
        groups = _with_links(groups, fields, relations)
    found: list[Operation] = []
    for names, objs in groups.items():
        written = [name for name in names if name in writes.by_key]
        if not written or not objs:
            continue
        shaped = Shaped(objs, _when_emptied)
        shaped.take([writes.by_key[name] for name in written], links)
        found += [_completed(op, written) for op in shaped.operations(Kind.UPDATE, writes)]
    return found


def _with_links(groups: ByNames, fields: list[Field], relations: Relations) -> ByNames:
    """Group anew, with the foreign keys that relationships change."""
    found: ByNames = {}
    for names, objs in groups.items():
        for obj in objs:
            more = [field.key for field in fields if _differs(field, relations, obj)]
            both = tuple(sorted({*names, *more})) if more else names
            found.setdefault(both, []).append(obj)
    return found


def _differs(field: Field, relations: Relations, obj: object) -> bool:
    """Tell whether the foreign key of the row is not what relationships make it."""
    link = relations.links[field.column]
    parent = link.parents.get(id(obj), UNLINKED)
    if parent is UNLINKED:
        return False
    old = held_value(obj, field.key)
    if parent is None:
        return old is not None
    if key_of(parent) is None and id(parent) not in relations.taken:
        return True
    new = vars(parent).get(link.sources[type(parent)], NOT_LOADED)
    return new is NOT_LOADED or not same_value(field.column.type, old, new)


def _completed(operation: Operation, names: list[str]) -> Operation:
    """Add to an UPDATE what finds its rows, and what every UPDATE of its table writes."""
    writes = operation.writes
    cells, expressions = list(operation.cells), list(operation.expressions)
    generated = list(operation.generated)
    for field in writes.onupdate:
        onupdate = field.onupdate
        if onupdate is None or field.key in names:
            continue
        if onupdate.is_clause_element or onupdate.is_sequence:
            expressions.append((field, default_expression(onupdate)))
            generated.append(field)
        else:
            made = default_value(onupdate)
            values: list[object] = [made] * len(operation.objs)
            cells.append(Cell(field, values, settles=True, computed=made is NOT_LOADED))
    generated += [field for field in writes.server_onupdate if field.key not in names]
    return Operation(
        Kind.UPDATE,
        writes,
        operation.objs,
        tuple(cells),
        identity_cells(writes, operation.objs),
        tuple(expressions),
        tuple(dict.fromkeys(generated)),
    )


def _when_emptied(field: Field, obj: object) -> tuple[str, object]:
    """Return what stands for None in a column: SQL NULL, if the column can be NULL."""
    if not field.not_null:
        return VALUE, SQL_NULL if field.evaluates_none else None
    what = f"{field.label} of {name_of(obj)}"
    if not field.primary_key and key_of(obj) is not None:
        raise exc.MissingValueError(
            f"{what} cannot become None: its column is NOT NULL. Set a value before the flush; if "
            "the object lost its parent, give it another one, or let it be deleted as well: "
            "relationship(..., cascade='all, delete-orphan') on the parent"
        )
    if not field.primary_key:
        raise exc.MissingValueError(
            f"{what} has no value: its column is NOT NULL and has no default. Set it before the "
            "flush, or give the column default= or server_default="
        )
    if key_of(obj) is None:
        raise exc.MissingValueError(
            f"{what} has no value: it is part of the primary key, and neither Python nor the "
            "database makes one. Set it before the flush, or give the column default= or "
            "autoincrement=True"
        )
    raise exc.FlushError(
        f"{what} is part of its primary key and cannot become None: the object lost the parent it "
        'takes the value from. Delete it with its parent (cascade="all, delete-orphan"), leave it '
        'to the database (passive_deletes="all"), or give it another parent'
    )
