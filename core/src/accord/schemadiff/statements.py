"""From differences to DDL in the order it can be executed in.

What goes makes room first (foreign keys, constraints, indexes), then tables and columns come and
go, then constraints are added. A database that cannot ALTER gets a recipe instead (rebuild.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.exc import CompileError, IdentifierError
from accord.schema import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateIndex,
    CreateSchema,
    CreateSequence,
    DDLElement,
    DropColumn,
    DropColumnComment,
    DropConstraint,
    DropIndex,
    DropSequence,
    DropTable,
    DropTableComment,
    MetaData,
    SetColumnComment,
    SetTableComment,
    Table,
)
from accord.schema.ordering import order
from accord.schema.plan import create_plan, drop_plan
from accord.schemadiff.rebuild import by_hand, rebuilt, recipe
from accord.schemadiff.records import Standing, Statement
from accord.schemadiff.views import by_depth, in_the_way

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from accord.schema.alter import Aspect
    from accord.schemadiff.records import Difference, Terms

NOTHING: Final = Standing()
_CONSTRAINTS = ("check constraint", "unique constraint", "exclude constraint", "primary key")
_ASPECTS: Final[tuple[Aspect, ...]] = ("nullability", "default")


def statements(
    differences: Iterable[Difference],
    terms: Terms,
    kept: Collection[Difference] = (),
    standing: Standing = NOTHING,
) -> list[Statement]:
    """DDL for all of them, each statement once; for `kept`, which are to stay, none. `standing` is
    what tables carry along.
    """
    wanted = list(differences)
    apart = rebuilt(wanted, terms)
    direct = [one for one in wanted if one.table is None or one.table not in apart]
    # a new table that points at a rebuilt one does not mind: it is found by its name
    direct = [one for one in direct if terms.renderer.alters_columns or one.what != "foreign key"]
    direct += [one for one in wanted if one.table in apart and one.what in ("table", "view")]
    gone = in_the_way(wanted, standing.views, terms)
    notes = {one.table: _said(one) for one in wanted if one.what == "view"}
    found = [_statement(standing.views[view], terms, notes.get(view, ())) for view in gone]
    found += _in_order(direct, terms)
    found += _recipes(apart, wanted, kept, terms, standing)
    return _each_once([*found, *_views(those_views(wanted, gone), terms)])


def _each_once(found: list[Statement]) -> list[Statement]:
    """One statement may make several changes of a column: it is given once, with all the notes."""
    known: dict[str, Statement] = {}
    for statement in found:
        key = statement.sql or str(statement)
        before = known.get(key, statement)
        notes = dict.fromkeys((*before.notes, *statement.notes))
        known[key] = Statement(sql=statement.sql, notes=tuple(notes))
    return list(known.values())


def _recipes(
    apart: list[Table],
    differences: list[Difference],
    kept: Collection[Difference],
    terms: Terms,
    standing: Standing,
) -> Iterator[Statement]:
    for table in apart:
        own = [one for one in differences if one.table is table]
        stays = [one for one in kept if one.table is table]
        triggers = standing.triggers.get(table, ())
        yield by_hand(table, own, stays, terms) if stays else recipe(table, own, terms, triggers)


def _in_order(differences: list[Difference], terms: Terms) -> Iterator[Statement]:
    def those(action: str, *whats: str) -> list[Difference]:
        return [one for one in differences if one.action == action and one.what in whats]

    yield from _each(those("add", "schema"), CreateSchema, terms)
    yield from _each(those("add", "sequence"), CreateSequence, terms)
    yield from _enums(those("change", "enum"), terms)
    yield from _types_of_new(differences, terms)
    yield from _each(those("remove", "foreign key"), _dropped, terms)
    yield from _each(those("remove", *_CONSTRAINTS[:3]), _dropped, terms)
    yield from _each(those("remove", "index"), DropIndex, terms)
    yield from _removed_tables(those("remove", "table"), terms)
    yield from _each(those("remove", "primary key"), _dropped, terms)
    tables, late = _new_tables(those("add", "table"), terms)
    yield from tables
    yield from _each(those("add", "column"), AddColumn, terms)
    yield from _computations(those("change", "computation of column"), terms)
    yield from _types(those("change", "type of column"), terms)
    for aspect in _ASPECTS:
        for one in those("change", f"{aspect} of column"):
            yield _statement(AlterColumn(one.item, aspect), terms, _said(one))
    for one in those("change", "numbering of column"):
        yield from _numbering(one, terms)
    yield from _each(those("remove", "column"), DropColumn, terms)
    for one in those("change", "option"):
        yield Statement(sql=one.item.sql, notes=_said(one))
    yield from _each(those("add", *_CONSTRAINTS), _added, terms)
    yield from _each(those("add", "index"), CreateIndex, terms)
    yield from _each(those("add", "foreign key"), _added, terms)
    yield from late
    yield from _comments(those("change", "comment", "comment of column"), terms)
    if terms.renderer.supports_comments and not terms.renderer.inline_comments:
        for one in those("add", "column"):
            if one.item.comment:
                yield _statement(SetColumnComment(one.item), terms)
    yield from _each(those("remove", "sequence"), DropSequence, terms)


def _added(constraint: Any) -> DDLElement:
    return AddConstraint(constraint, isolate_from_table=False)


def _dropped(constraint: Any) -> DDLElement:
    return DropConstraint(constraint, isolate_from_table=False)


def _said(one: Difference) -> tuple[str, ...]:
    head = (str(one),) if one.action == "change" else ()
    return (*head, *one.notes)


def _each(found: list[Difference], element: Any, terms: Terms) -> Iterator[Statement]:
    for one in found:
        yield _statement(element(one.item), terms, _said(one))


def _statement(element: DDLElement, terms: Terms, notes: tuple[str, ...] = ()) -> Statement:
    try:
        return Statement(sql=terms.renderer.render(element).strip(), notes=notes)
    except (CompileError, IdentifierError) as error:
        what = element.visit_name.replace("_", " ")
        return Statement(sql=None, notes=(*notes, f"{what}, by hand: {error}"))


def _removed_tables(found: list[Difference], terms: Terms) -> Iterator[Statement]:
    if not found:
        return
    notes = {one.item.name: one.notes for one in found}
    metadata = found[0].item.metadata
    for table in metadata.tables.values():  # keys at tables that stay need no place in the order
        for key in list(table.foreign_key_constraints):
            if key.elements[0].target_table_key not in metadata.tables:
                table.constraints.discard(key)
    plan = drop_plan(metadata, [one.item for one in found], None, type(terms.renderer))
    for step in plan:
        if isinstance(step, DDLElement):
            own = notes.get(step.element.name, ()) if isinstance(step, DropTable) else ()
            yield _statement(step, terms, own)


def _new_tables(found: list[Difference], terms: Terms) -> tuple[list[Statement], list[Statement]]:
    """The tables, and the foreign keys that need all of them to be there."""
    notes = {one.item: one.notes for one in found}
    if not found:
        return [], []
    tables: list[Statement] = []
    late: list[Statement] = []
    metadata = found[0].item.metadata
    wanted = [one.item for one in found]
    ordered, _ = order(wanted)
    for step in create_plan(MetaData() if metadata is None else metadata, ordered, None,
                            type(terms.renderer)):  # fmt: skip
        if not isinstance(step, DDLElement) or step.visit_name == "create_sequence":
            continue
        if isinstance(step, AddConstraint):
            late.append(_statement(step, terms))
        elif not terms.renderer.is_type_element(step):
            own = notes.get(step.element, ()) if step.visit_name == "create_table" else ()
            tables.append(_statement(step, terms, own))
    return tables, late


def _types_of_new(differences: list[Difference], terms: Terms) -> Iterator[Statement]:
    """Enum types that new tables and columns are of."""
    tables = [
        one.table for one in differences
        if one.table is not None and one.action != "remove"
        and one.what in ("table", "column", "type of column")
    ]  # fmt: skip
    for element in terms.renderer.before_create(list(dict.fromkeys(tables))):
        yield _statement(element, terms)


def _enums(found: list[Difference], terms: Terms) -> Iterator[Statement]:
    for one in found:
        there, declared = one.item
        for element in terms.renderer.type_changes(there, declared):
            yield _statement(element, terms, (str(one),))
        gone = [label for label in there.enums if label not in declared.enums]
        if gone:
            yield Statement(
                sql=None,
                notes=(
                    f"{one}: {', '.join(map(repr, gone))} cannot be taken from a type; by hand: "
                    "make a new type, alter the columns to it, drop the old one",
                ),
            )


def _types(found: list[Difference], terms: Terms) -> Iterator[Statement]:
    """A default is of the old type, and may not fit the new one: it goes before and comes again."""
    for one in found:
        kept = one.old.default is not None and not one.old.autoincrement
        if kept:
            yield _statement(AlterColumn(one.item, "no_default"), terms)
        yield _statement(AlterColumn(one.item, "type"), terms, _said(one))
        if kept and terms.default(one.item) is not None:
            yield _statement(AlterColumn(one.item, "default"), terms)


def _numbering(one: Difference, terms: Terms) -> Iterator[Statement]:
    """What counts is an identity, or (SERIAL) a default: that goes like any other."""
    notes = _said(one)
    if one.found != "none" and one.old.identity is None:
        yield _statement(AlterColumn(one.item, "no_default"), terms, notes)
        if one.declared == "none":
            return
        notes = ()
    aspect: Aspect = "numbering" if one.old.identity is None or one.declared == "none" else (
        "identity"
    )  # fmt: skip
    yield _statement(AlterColumn(one.item, aspect), terms, notes)
    counter = terms.renderer.counter_statement(one.item)
    if one.declared != "none" and counter is not None:
        yield Statement(sql=counter, notes=("goes on after the rows that are there",))


def _computations(found: list[Difference], terms: Terms) -> Iterator[Statement]:
    for one in found:
        yield _statement(DropColumn(one.item), terms, (*_said(one), "DATA LOSS: made anew"))
        yield _statement(AddColumn(one.item), terms)


def _comments(found: list[Difference], terms: Terms) -> Iterator[Statement]:
    for one in found:
        item = one.item
        if isinstance(item, Table):
            element: DDLElement = SetTableComment(item) if item.comment else DropTableComment(item)
        else:
            element = SetColumnComment(item) if item.comment else DropColumnComment(item)
        yield _statement(element, terms)


def those_views(differences: list[Difference], gone: list[Table]) -> list[Table]:
    """The views to make, those first that others read."""
    new = [one.item for one in differences if one.what == "view" and one.action == "add"]
    return by_depth([*new, *gone])


def _views(found: list[Table], terms: Terms) -> Iterator[Statement]:
    for view in found:
        if view.creator is not None:
            yield _statement(view.creator, terms)
        for index in view.sorted_indexes:
            yield _statement(CreateIndex(index), terms)
