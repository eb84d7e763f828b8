"""Relationships of automap: one for each foreign key, and one for each link table between two.

In: the mapped classes by table. Out: relationships on them, each with its other side. What a class
has already under a name, it keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.mapping import MANYTOMANY, MANYTOONE, ONETOMANY
from accord.orm import backref, relationship

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from accord.ext.automapnames import Naming
    from accord.schema import ForeignKeyConstraint, Table


def relate(
    base: Any,
    classes: Mapping[Any, Any],
    links: Mapping[Table, tuple[ForeignKeyConstraint, ForeignKeyConstraint]],
    made: Collection[type],
    naming: Naming,
) -> None:
    """Give `classes` (by table) their relationships, those that touch one of `made`."""
    for table, cls in classes.items():
        for key in _keys(table):
            other = classes.get(key.referred_table)
            if other is not None and (cls in made or other in made):
                _many_to_one(base, cls, other, key, naming)
    for table, (first, second) in links.items():
        one, two = classes.get(first.referred_table), classes.get(second.referred_table)
        if one is not None and two is not None:
            _many_to_many(base, table, (one, first), (two, second), naming)


def _keys(table: Any) -> list[ForeignKeyConstraint]:
    return sorted(table.foreign_key_constraints, key=lambda key: key.creation_order)


def _taken(cls: Any, name: str, other: type) -> bool:
    """Whether the class has a property of that name; a column's is an error."""
    mapper = cls.__mapper__
    if not mapper.has_property(name):
        return False
    if any(name in (column.key, column.name) for column in cls.__table__.c):
        raise ArgumentError(
            f"automap: the relationship of {cls.__name__} to {other.__name__} would be called "
            f"{name!r}, as a column is; give prepare() a name_for_scalar_relationship= (or "
            "name_for_collection_relationship=) that answers another name"
        )
    return True


def _collection(naming: Naming) -> dict[str, Any]:
    return {} if naming.collection_class is list else {"collection_class": naming.collection_class}


def _many_to_one(
    base: Any, cls: Any, other: Any, key: ForeignKeyConstraint, naming: Naming
) -> None:
    name = naming.scalar(base, cls, other, key)
    back = naming.collection(base, other, cls, key)
    if _taken(cls, name, other):
        return
    other_side = None
    if not _taken(other, back, cls):
        options = {**_collection(naming), **_on_delete(key)}
        other_side = naming.generate(base, ONETOMANY, backref, back, other, cls, **options)
    more: dict[str, Any] = {} if other_side is None else {"backref": other_side}
    made = naming.generate(
        base, MANYTOONE, relationship, name, cls, other,
        foreign_keys=list(key.columns), remote_side=list(key.referred_columns), **more,
    )  # fmt: skip
    if made is not None:
        cls.__mapper__.add_property(name, made)


def _on_delete(key: ForeignKeyConstraint) -> dict[str, Any]:
    """What the database does when a row goes, the collection leaves to it."""
    nullable = all(column.nullable for column in key.columns)
    rule = (key.ondelete or "").upper()
    if rule == "CASCADE" and not nullable:
        return {"cascade": "all, delete-orphan", "passive_deletes": True}
    if rule == "SET NULL" and nullable:
        return {"passive_deletes": True}
    return {} if nullable else {"cascade": "all, delete-orphan"}


def _many_to_many(
    base: Any,
    table: Table,
    here: tuple[Any, ForeignKeyConstraint],
    there: tuple[Any, ForeignKeyConstraint],
    naming: Naming,
) -> None:
    (cls, key), (other, other_key) = here, there
    name = naming.collection(base, cls, other, other_key)
    back = naming.collection(base, other, cls, key)
    if cls is other and name == back:
        back = f"{back}_back"
    if _taken(cls, name, other):
        return
    other_side = None
    if not _taken(other, back, cls):
        other_side = naming.generate(
            base, MANYTOMANY, backref, back, other, cls, **_collection(naming)
        )
    more: dict[str, Any] = {} if other_side is None else {"backref": other_side}
    made = naming.generate(
        base, MANYTOMANY, relationship, name, cls, other, secondary=table,
        primaryjoin=_join(key), secondaryjoin=_join(other_key), **_collection(naming), **more,
    )  # fmt: skip
    if made is not None:
        cls.__mapper__.add_property(name, made)


def _join(key: ForeignKeyConstraint) -> Any:
    from accord.sql import and_

    pairs = zip(key.columns, key.referred_columns, strict=True)
    return and_(*[column == referred for column, referred in pairs])
