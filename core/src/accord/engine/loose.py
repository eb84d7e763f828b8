"""Rows of statements in which the user's text stands where columns are: `text(…).columns(…)`,
``select(text("count(*) AS n"))``, ``select(literal_column("*"))``.

In: what the renderer knows of the columns, and the names the driver gives. Out: the shape of the
rows. Kept per statement and names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.engine.row import RowShape

if TYPE_CHECKING:
    from accord.sql.compiled import Loose


def shape_for(loose: Loose, names: tuple[str, ...]) -> RowShape:
    """The shape of rows whose columns have these names in the database."""
    found: RowShape | None = loose.shapes.get(names)
    if found is None:
        found = loose.shapes[names] = _shape(loose, names)
    return found


def _shape(loose: Loose, names: tuple[str, ...]) -> RowShape:
    every = len(loose.textual) == len(loose.columns)
    if not loose.by_position or (len(names) != len(loose.columns) and not every):
        return RowShape(_by_name(loose, names))
    columns: list[Any] = list(names)
    for place, column in enumerate(loose.columns[: len(names)]):
        named = column._replace(name=names[place])
        columns[place] = named if place in loose.textual else column
    shape = RowShape(columns)
    for place, column in enumerate(loose.columns[: len(names)]):
        shape.answer_to(column.name, place)
    return shape


def _by_name(loose: Loose, names: tuple[str, ...]) -> list[Any]:
    known = {
        column.name: column
        for place, column in enumerate(loose.columns)
        if place not in loose.textual
    }
    folded = {name.lower(): column for name, column in known.items()}
    return [known.get(name) or folded.get(name.lower()) or name for name in names]
