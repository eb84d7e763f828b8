"""`aliased(User)`: a second name for a mapped class within one statement.

In: a mapped class (or a selectable to read it from). Out: an `AliasedClass` whose attributes are
SQL expressions of the alias, and the `AliasedEntity` behind it that statements and loaders ask.
"""

from __future__ import annotations

from types import MethodType
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

    def __init__(
        self,
        mapper: Mapper,
        selectable: FromClause,
        name: str | None,
        *,
        adapt_on_names: bool = False,
    ) -> None:
        self.mapper = mapper
        self.selectable = selectable
        self.adapt_on_names = adapt_on_names
        self.name = name
        self.class_ = mapper.class_
        # Part of statement keys: an anonymous alias is told apart there by its own token.
        self.uid: Any = (
            mapper.uid if selectable.has_anon else ("alias", mapper.uid, selectable.cache_key)
        )
        shown = [self.find_column(column) for column in mapper.loaded_columns]
        self.entity = Entity(self, selectable, [column for column in shown if column is not None])

    def find_column(self, column: Any) -> Any:
        """Return the alias's counterpart of one of the mapper's columns, None if it shows none."""
        found = self.selectable.corresponding_column(column)
        if found is None and self.adapt_on_names:
            return self.selectable.c.get(column.name)
        return found

    def column(self, column: Any) -> Any:
        """Return the alias's counterpart of one of the mapper's columns."""
        found = self.find_column(column)
        if found is None:
            raise exc.InvalidRequestError(
                f"The alias of {self.class_.__name__} has no column {column.name!r}; select it in "
                "what the alias reads, or let aliased(…, adapt_on_names=True) go by the names"
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
        if name.startswith("__") or name == "_accord_entity":
            raise AttributeError(name)
        entity = self._accord_entity
        try:
            attribute = entity.attribute(name)
        except exc.InvalidRequestError as error:
            return self._unmapped(name, str(error))
        setattr(self, name, attribute)
        return attribute

    def _unmapped(self, name: str, reason: str) -> Any:
        """What the class itself has under that name; its class methods get the alias as `cls`."""
        cls = self._accord_entity.class_
        try:
            found = getattr(cls, name)
        except AttributeError:
            raise AttributeError(reason, name=name, obj=self) from None
        return (
            MethodType(found.__func__, self) if getattr(found, "__self__", None) is cls else found
        )

    def __clause_element__(self) -> Entity:
        return self._accord_entity.entity

    def __repr__(self) -> str:
        return f"<AliasedClass of {self._accord_entity.class_.__name__}>"


@overload
def aliased(
    element: type[T],
    alias: FromClause | None = None,
    name: str | None = None,
    flat: bool = ...,
    adapt_on_names: bool = ...,
) -> type[T]: ...


@overload
def aliased(
    element: Any,
    alias: FromClause | None = None,
    name: str | None = None,
    flat: bool = ...,
    adapt_on_names: bool = ...,
) -> Any: ...


def aliased(
    element: Any,
    alias: FromClause | None = None,
    name: str | None = None,
    flat: bool = False,
    adapt_on_names: bool = False,
) -> Any:
    """Return an alias of a mapped class (or of a table), for self joins and subqueries.

    `alias` reads the class from that selectable (a subquery) instead of an alias of its table;
    attributes whose columns it does not show are loaded on access. With `adapt_on_names` columns
    that are of another table or computed are taken for those of the same name.

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
    return AliasedClass(AliasedEntity(mapper, selectable, name, adapt_on_names=adapt_on_names))


__all__ = ["AliasedClass", "AliasedEntity", "aliased"]
