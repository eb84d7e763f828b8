"""Automap: classes and relationships made from the tables of a database.

``Base = automap_base()``, maybe classes of your own below it, then
``Base.prepare(autoload_with=engine)``: ``Base.classes.user`` is a mapped class. In: a MetaData
(reflected now or before). Out: a class for each table with a primary key, relationships for its
foreign keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from accord.engine.reflection import Inspector
from accord.exc import ArgumentError
from accord.ext.automapnames import (
    Namespace,
    Naming,
    classname_for_table,
    generate_relationship,
    name_for_collection_relationship,
    name_for_scalar_relationship,
)
from accord.ext.automaprelations import relate
from accord.mapping import MANYTOMANY, MANYTOONE, ONETOMANY
from accord.mapping.deferring import Deferring, map_deferred, waiting
from accord.orm import declarative_base

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accord.schema import ForeignKeyConstraint, MetaData, Table


class AutomapBase(Deferring):
    """What `automap_base()` adds to a declarative base."""

    __abstract__ = True

    metadata: ClassVar[MetaData]
    classes: ClassVar[Namespace]
    """The mapped classes by name: ``Base.classes.user``, ``Base.classes["user"]``."""
    by_module: ClassVar[Namespace]
    """The same by the modules they say they are of: ``Base.by_module.shop.user``."""

    @classmethod
    def prepare(
        cls,
        autoload_with: Any = None,
        *,
        schema: str | None = None,
        classname_for_table: Callable[[Any, str, Table], str] = classname_for_table,
        modulename_for_table: Callable[[Any, str, Table], str | None] | None = None,
        name_for_scalar_relationship: Callable[..., str] = name_for_scalar_relationship,
        name_for_collection_relationship: Callable[..., str] = name_for_collection_relationship,
        generate_relationship: Callable[..., Any] = generate_relationship,
        collection_class: Any = list,
        reflection_options: Mapping[str, Any] | None = None,
    ) -> None:
        """Map the tables of the MetaData (with `autoload_with`, those of the database) that no
        class stands for yet.

        The functions say what things are called, and make the relationships; one that answers None
        leaves that relationship out.
        """
        naming = Naming(
            classname=classname_for_table,
            modulename=modulename_for_table,
            scalar=name_for_scalar_relationship,
            collection=name_for_collection_relationship,
            generate=generate_relationship,
            collection_class=collection_class,
        )
        made = _declared(cls, autoload_with)
        if autoload_with is not None:
            cls.metadata.reflect(autoload_with, schema=schema, **(reflection_options or {}))
        known = {mapper.local_table: mapper.class_ for mapper in cls.registry.mappers}
        links = {}
        for table in cls.metadata.sorted_tables:
            pair = _link(table)
            if table in known:
                continue
            if pair is not None:
                links[table] = pair
            elif len(table.primary_key):
                known[table] = _class(cls, table, naming)
                made.append(known[table])
        for one in made:
            cls.classes.add(one.__name__, one)
            cls.by_module.add_below(one.__module__, one.__name__, one)
        relate(cls, known, links, set(made), naming)


def _declared(base: Any, bind: Any) -> list[type]:
    """Map the classes the program has written itself."""
    options: dict[str, Any] = {"extend_existing": True}
    if bind is not None:
        options.update(autoload_with=Inspector(bind), autoload_replace=False)
    made = []
    for found in waiting(base):
        own = "__table__" in vars(found)
        map_deferred(found, {} if own else options)
        made.append(found)
    return made


def _class(base: Any, table: Table, naming: Naming) -> type:
    name = naming.classname(base, table.name, table)
    if not name.isidentifier():
        raise ArgumentError(
            f"classname_for_table gave {name!r} for table {table.fullname!r}; a class is named by "
            "an identifier"
        )
    body: dict[str, Any] = {"__table__": table}
    if naming.modulename is not None:
        module = naming.modulename(base, table.name, table)
        if module is not None:
            body["__module__"] = module
    body.setdefault("__module__", base.__module__)
    made: type = type(base)(name, (base,), body)
    map_deferred(made, {})
    return made


def _link(table: Table) -> tuple[ForeignKeyConstraint, ForeignKeyConstraint] | None:
    """The two foreign keys of a table that consists of nothing but them: a many-to-many link."""
    keys = sorted(table.foreign_key_constraints, key=lambda key: key.creation_order)
    if len(keys) != 2:
        return None
    linked = {column.name for key in keys for column in key.columns}
    return (keys[0], keys[1]) if linked == {column.name for column in table.c} else None


def automap_base(declarative_base_class: Any = None, **kw: Any) -> Any:
    """A base whose classes are made by `prepare`; takes the arguments of `declarative_base`, or an
    existing declarative base.

    >>> Shop = automap_base()
    >>> Shop.prepare(autoload_with=engine)
    >>> sorted(Shop.classes.keys())
    ['author', 'book']
    """
    base = declarative_base(**kw) if declarative_base_class is None else declarative_base_class
    body = {
        "__abstract__": True,
        "classes": Namespace(),
        "by_module": Namespace(),
        "__module__": base.__module__,
    }
    return type(base)(base.__name__, (AutomapBase, base), body)


__all__ = [
    "MANYTOMANY",
    "MANYTOONE",
    "ONETOMANY",
    "AutomapBase",
    "automap_base",
    "classname_for_table",
    "generate_relationship",
    "name_for_collection_relationship",
    "name_for_scalar_relationship",
]
