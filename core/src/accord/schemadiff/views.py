"""Views compared: by their columns, and by what the database itself makes of the two queries.

In: a connection, the catalog, declared views. Out: the catalog with the views that are made of
another query, and those nobody can tell about. Nothing is made or changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import ErrorKind
from accord.engine.reflection import Inspector
from accord.exc import AccordError, DBAPIError
from accord.records import replace
from accord.schema import DropView, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from accord.engine import Connection
    from accord.schemadiff.records import Catalog, Difference, Key, Terms

_REWRITTEN = "the database keeps a query of its own making; whether it is this one it does not tell"


def with_views(
    connection: Connection, catalog: Catalog, views: Sequence[Table], terms: Terms
) -> Catalog:
    """The catalog, with what is known of the declared views."""
    others: set[Key] = set()
    unsure: dict[Key, str] = {}
    inspector = Inspector(connection)
    for view in views:
        key = terms.key(view)
        if key not in catalog.views:
            continue
        answer = _same(connection, inspector, view, terms)
        if answer is False:
            others.add(key)
        elif answer is not True:
            unsure[key] = answer
    return replace(catalog, other_views=frozenset(others), unsure=unsure)


def _same(
    connection: Connection, inspector: Inspector, view: Table, terms: Terms
) -> bool | str:
    """Whether the view there is made of the declared query; a text: why that is not known."""
    creator: Any = view.creator
    try:
        there = inspector.reflected(view.name, view.schema)
        definition = inspector.get_view_definition(view.name, view.schema)
        create = terms.renderer.render(creator)
        escaped = terms.renderer.target.escaped
        declared, found = escaped(terms.renderer.query(creator.selectable)), escaped(definition)
    except AccordError as error:
        return str(error).splitlines()[0]
    if [column.name for column in there.columns] != [str(column.name) for column in view.c]:
        return False
    if (there.kind == "materialized_view") != (view.kind == "materialized_view"):
        return False
    steps = terms.reflection.same_query_steps
    try:
        with connection.begin_nested():
            answer = connection.run(steps(connection.engine, declared, found, create))
    except DBAPIError as error:
        if error.kind == ErrorKind.MISSING_OBJECT:
            return False  # it needs what is not there yet
        return f"the database does not explain it to this user ({type(error).__name__})"
    return _REWRITTEN if answer is None else answer


def existing_views(
    catalog: Catalog, views: Iterable[Table], terms: Terms
) -> dict[Table, DropView]:
    """Those of the declared views that are there, each with what drops it as it is there."""
    found: dict[Table, DropView] = {}
    for view in views:
        key = terms.key(view)
        if key in catalog.views:
            drop = DropView(view)
            drop.materialized = key in catalog.materialized
            found[view] = drop
    return found


def in_the_way(
    differences: Iterable[Difference], existing: Collection[Table], terms: Terms
) -> list[Table]:
    """The views to drop before the tables change, those first that read others: views that change,
    and where the database does not let go of what a view reads, views that read what changes.
    """
    holds = terms.renderer.views_hold
    affected = {
        one.table
        for one in differences
        if (one.what == "view" and one.action == "change") or (holds and _takes_away(one))
    }
    if holds:
        for _ in existing:
            affected |= {view for view in existing if affected & view.dependencies}
    wanted = [view for view in existing if view in affected]
    return by_depth(wanted)[::-1]


def _takes_away(one: Difference) -> bool:
    if one.action == "change":
        return one.what in ("type of column", "computation of column")
    return one.action == "remove" and one.what == "column"


def by_depth(views: Iterable[Table]) -> list[Table]:
    """Views in the order they can be made in."""
    return sorted(views, key=_depth)


def _depth(view: Table) -> int:
    """How many views stand between this one and its tables."""
    return 1 + max([_depth(table) for table in view.dependencies if table.is_view], default=0)
