"""`accord.ext.declarative`: declarative names under the path that older programs import them by,
and classes whose columns come from the database.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from accord import exc, orm
from accord.engine.reflection import Inspector
from accord.mapping.deferring import Deferring, map_deferred, waiting
from accord.orm import DeclarativeMeta, as_declarative, declared_attr, has_inherited_table
from accord.schema import Table

if TYPE_CHECKING:
    from accord.engine import Connection, Engine


def declarative_base(**options: Any) -> Any:
    """`accord.orm.declarative_base`, which is where it is now."""
    warnings.warn(
        "declarative_base() has moved; write: from accord.orm import declarative_base",
        exc.MovedIn20Warning,
        stacklevel=2,
    )
    return orm.declarative_base(**options)


class DeferredReflection(Deferring):
    """A mixin: classes below it name their tables, and are mapped when `prepare` reads the catalog.

    >>> class Reflected(DeferredReflection):
    ...     __abstract__ = True
    >>> class Author(Reflected, Base):
    ...     __tablename__ = "author"
    >>> Reflected.prepare(engine)
    """

    @classmethod
    def prepare(cls, bind: Engine | Connection, **reflect_kw: Any) -> None:
        """Map the classes below this one; what they declare goes before what the database says."""
        inspector = Inspector(bind)
        for found in waiting(cls):
            table = vars(found).get("__table__")
            if isinstance(table, Table):
                inspector.reflect_table(table, exclude_columns=[str(c.name) for c in table.c])
                map_deferred(found, {})
            else:
                options = {"extend_existing": True, "autoload_replace": False, **reflect_kw}
                map_deferred(found, {"autoload_with": inspector, **options})


__all__ = [
    "DeclarativeMeta",
    "DeferredReflection",
    "as_declarative",
    "declarative_base",
    "declared_attr",
    "has_inherited_table",
]
