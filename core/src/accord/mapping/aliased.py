"""`aliased(User)`: a second name for a mapped class within one statement.

In: a mapped class (or a selectable to read it from). Out: an `AliasedClass` whose attributes are
SQL expressions of the alias, and the `AliasedEntity` behind it that statements and loaders ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from accord import exc
from accord.sql.nodes import Entity, EntityColumn

from .attributes import QueryableAttribute

if TYPE_CHECKING:
    from accord.event import Dispatch
    from accord.sql.selectable import FromClause

    from .mapper import Mapper
    from .properties import ColumnProperty

T = TypeVar("T")


class AliasedEntity:
    """A mapper read through another FROM element."""

    def __init__(self, mapper: Mapper, selectable: FromClause, name: str | None) -> None:
        self.mapper = mapper
        self.selectable = selectable
        self.name = name
        self.class_ = mapper.class_
        # Part of statement keys: an anonymous alias is told apart there by its own token.
        self.uid: Any = (
            mapper.uid if selectable.has_anon else ("alias", mapper.uid, selectable.cache_key)
        )
        self.entity = Entity(self, selectable, tuple(self.column(c) for c in mapper.loaded_columns))

    def column(self, column: Any) -> Any:
        """Return the alias's counterpart of one of the mapper's columns."""
        found = self.selectable.corresponding_column(column)
        if found is None:
            raise exc.InvalidRequestError(
                f"The alias of {self.class_.__name__} has no column {column.name!r}"
            )
        return found

    def expression_of(self, prop: ColumnProperty) -> Any:
        """Return the SQL expression of a column attribute."""
        return EntityColumn(self.column(prop.column), self, prop.key)

    def attribute(self, name: str) -> QueryableAttribute[Any]:
        """Return the attribute `name` of the alias."""
        return QueryableAttribute(self, self.mapper.attribute(name).prop)

    def __accord_dispatch__(self) -> Dispatch:
        return self.mapper.dispatch

    def __repr__(self) -> str:
        return f"<AliasedEntity of {self.class_.__name__}>"


class AliasedClass:
    """What `aliased()` returns: to be used wherever a statement takes the class."""

    def __init__(self, entity: AliasedEntity) -> None:
        self._accord_entity = entity
        self.__name__ = entity.class_.__name__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        attribute = self._accord_entity.attribute(name)
        setattr(self, name, attribute)
        return attribute

    def __clause_element__(self) -> Entity:
        return self._accord_entity.entity

    def __repr__(self) -> str:
        return f"<AliasedClass of {self._accord_entity.class_.__name__}>"


@overload
def aliased(
    element: type[T], alias: FromClause | None = None, name: str | None = None, *, flat: bool = ...
) -> type[T]: ...


@overload
def aliased(
    element: Any, alias: FromClause | None = None, name: str | None = None, *, flat: bool = ...
) -> Any: ...


def aliased(
    element: Any, alias: FromClause | None = None, name: str | None = None, *, flat: bool = False
) -> Any:
    """Return an alias of a mapped class (or of a table), for self joins and subqueries.

    `alias` reads the class from that selectable (a subquery) instead of an alias of its table.

    >>> other = aliased(Book, name="other")
    >>> pairs = select(Book.title, other.title).join(other, other.author_id == Book.author_id)
    >>> session.execute(pairs.where(Book.id < other.id)).all()
    [('Notes', 'Letters')]
    """
    mapper = getattr(element, "__mapper__", None)
    if isinstance(element, AliasedClass):
        mapper = element._accord_entity.mapper
    if mapper is None:
        if hasattr(element, "alias"):
            return element.alias(name)
        raise exc.ArgumentError(f"aliased() takes a mapped class or a table, not {element!r}")
    mapper.configure()
    selectable = alias if alias is not None else mapper.local_table.alias(name)
    return AliasedClass(AliasedEntity(mapper, selectable, name))


__all__ = ["AliasedClass", "AliasedEntity", "aliased"]
