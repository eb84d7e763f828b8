"""Types that are created by themselves: ``Enum("a", "b", name="kind").create(engine)``.

In: a type and an engine or connection. Out: nothing; the statements that make it there, or drop
it, are executed. There are none where the type is part of its column.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from accord.schema.column import Column
from accord.schema.metadata import MetaData
from accord.schema.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accord.sqltypes.base import TypeEngine


def create_type(type_: TypeEngine[Any], bind: Any, checkfirst: bool) -> None:
    """Make the type; with `checkfirst` it may be there."""
    table = Table("alone", MetaData(), Column("type", type_))
    made = list(bind.dialect.ddl_renderer.before_create([table]))
    for element in made:
        element.if_not_exists = checkfirst
    _execute(made, bind)


def drop_type(type_: TypeEngine[Any], bind: Any, checkfirst: bool) -> None:
    """Drop the type; with `checkfirst` it may be missing, or in use, and then stays."""
    table = Table("alone", MetaData(), Column("type", type_))
    made = list(bind.dialect.ddl_renderer.after_drop([table]))
    for element in made:
        element.if_exists = checkfirst
    _execute(made, bind)


def _execute(elements: Iterable[Any], bind: Any) -> None:
    with bind.begin() if hasattr(bind, "connect") else nullcontext(bind) as connection:
        for element in elements:
            connection.execute(element)
