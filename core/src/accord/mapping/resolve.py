"""What the arguments of a relationship mean, once all classes are defined.

In: an argument as written: an object, a callable, or a string such as ``"Address"`` or
``"and_(User.id == Address.user_id, Address.kind == 'home')"``. Out: a mapper, a table, an SQL
expression, columns. Strings are checked before they are evaluated: names of mapped classes and
tables, their attributes, operators and a few SQL functions, nothing else; no builtins, no
underscores.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from accord import exc, sql
from accord.schema import Column, MetaData, Table
from accord.sql.coercion import element_of
from accord.sql.nodes import ColumnElement, EntityColumn

from . import marks
from .mapped import MappedColumn

if TYPE_CHECKING:
    from .mapper import Mapper
    from .registry import registry as Registry
    from .relationships import RelationshipProperty

_FUNCTIONS: Final = (
    "and_", "or_", "not_", "func", "cast", "case", "literal", "null", "true", "false", "desc",
    "asc", "nulls_first", "nulls_last", "between", "collate", "extract", "exists", "select",
    "distinct", "type_coerce",
)  # fmt: skip
_MARKERS: Final = ("foreign", "remote")
_ALLOWED: Final = (
    ast.Expression, ast.Name, ast.Load, ast.Attribute, ast.Call, ast.keyword, ast.Constant,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot,
    ast.BinOp, ast.BitAnd, ast.BitOr, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
    ast.UnaryOp, ast.Invert, ast.USub, ast.UAdd, ast.Tuple, ast.List, ast.Subscript,
)  # fmt: skip


class ClassColumns:
    """A mapped class inside a string: its attributes are the plain columns."""

    def __init__(self, cls: type) -> None:
        self.mapped_class = cls

    def __getattr__(self, name: str) -> Any:
        mapper: Mapper = self.mapped_class.__mapper__  # type: ignore[attr-defined]  # set by mapping
        synonym = mapper.synonyms.get(name)
        key = synonym.name if synonym is not None else name
        prop = mapper.column_attrs.get(key)
        if prop is not None:
            return prop.expression
        try:
            return getattr(self.mapped_class, name)
        except AttributeError:
            raise exc.InvalidRequestError(
                f"{self.mapped_class.__name__} has no attribute {name!r}; it has: "
                f"{', '.join(mapper.attrs.keys())}"
            ) from None


class _Path:
    """The beginning of a dotted name: a module path on the way to a class, or a schema on the way
    to a table.
    """

    def __init__(self, names: StringNames, path: str) -> None:
        self._names = names
        self._path = path

    def __getattr__(self, name: str) -> Any:
        return self._names.lookup(f"{self._path}.{name}")


class StringNames(Mapping[str, Any]):
    """What the names in the strings of one registry mean."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def lookup(self, path: str) -> Any:
        """Return the class, table or function of a (dotted) name."""
        cls = self._registry.class_names.find(path)
        if cls is not None:
            return ClassColumns(cls)
        for metadata in self._metadatas():
            table = metadata.tables.get(path)
            if table is not None:
                return table
        if path in _FUNCTIONS:
            return getattr(sql, path)
        if path in _MARKERS:
            return getattr(marks, path)
        if self._registry.class_names.starts_path(path.rpartition(".")[2]) or self._is_schema(path):
            return _Path(self, path)
        raise exc.InvalidRequestError(
            f"{path!r} is neither a mapped class nor a "
            f"table{self._registry.class_names.suggestion(path)}"
        )

    def _metadatas(self) -> list[MetaData]:
        """The registry's own, and those that classes brought with a `metadata` or table of their
        own.
        """
        found = [self._registry.metadata]
        for mapper in self._registry.mappers:
            metadata = getattr(mapper.local_table, "metadata", None)
            if metadata is not None and not any(metadata is known for known in found):
                found.append(metadata)
        return found

    def _is_schema(self, name: str) -> bool:
        prefix = f"{name}."
        return any(
            key.startswith(prefix) for metadata in self._metadatas() for key in metadata.tables
        )

    def __getitem__(self, name: str) -> Any:
        return self.lookup(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def evaluated(prop: RelationshipProperty[Any], what: str, argument: Any) -> Any:
    """Return what the argument `what` means; strings and callables are evaluated."""
    if isinstance(argument, str):
        return _evaluate(prop, what, argument)
    if (
        callable(argument)
        and not isinstance(argument, type)
        and not hasattr(argument, "__clause_element__")
    ):
        return argument()
    return argument


def _evaluate(prop: RelationshipProperty[Any], what: str, source: str) -> Any:
    names = StringNames(prop.parent.registry)
    try:
        tree = ast.parse(source.strip(), mode="eval")
        for node in ast.walk(tree):
            _check(node)
        code = compile(tree, f"<{what} of {prop}>", "eval")
        return eval(code, {"__builtins__": {}}, names)  # only what _check let through
    except exc.AccordError as error:
        raise exc.InvalidRequestError(f"{what}={source!r} of {prop}: {error}") from error
    except Exception as error:
        raise exc.ArgumentError(
            f"{what}={source!r} of {prop} cannot be evaluated: {error}; write an SQL expression "
            "of mapped classes and tables, or a lambda that returns one"
        ) from error


def _check(node: ast.AST) -> None:
    if not isinstance(node, _ALLOWED):
        raise exc.ArgumentError(
            f"{type(node).__name__} is not allowed in such a string; pass a lambda instead"
        )
    name = (
        node.id
        if isinstance(node, ast.Name)
        else node.attr
        if isinstance(node, ast.Attribute)
        else ""
    )
    if name.startswith("_"):
        raise exc.ArgumentError(
            f"the name {name!r} is not allowed in such a string; pass a lambda instead"
        )
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Constant):
        raise exc.ArgumentError("methods of constants are not allowed in such a string")


# --- what the callers want ------------------------------------------------------------------------


def target_mapper(prop: RelationshipProperty[Any]) -> Mapper:
    """Return the mapper a relationship leads to."""
    given = prop.given.target
    if isinstance(given, str):
        found = _named_target(prop, given)
    else:
        found = evaluated(prop, "argument", given)
    if isinstance(found, ClassColumns):
        found = found.mapped_class
    if isinstance(found, str):
        found = _named_target(prop, found)
    mapper = getattr(found, "__mapper__", None) if isinstance(found, type) else found
    if mapper is None or not hasattr(mapper, "column_attrs"):
        name = found.__qualname__ if isinstance(found, type) else f"a {type(found).__name__}"
        raise exc.ArgumentError(
            f"{prop} leads to {name}, which is not a mapped class; a relationship needs a mapped "
            "class, a plain value needs mapped_column()"
        )
    result: Mapper = mapper
    return result


def _named_target(prop: RelationshipProperty[Any], path: str) -> Any:
    names = prop.parent.registry.class_names
    try:
        found = names.find(path.strip())
    except exc.InvalidRequestError as error:
        raise exc.InvalidRequestError(f"{prop}: {error}") from error
    if found is not None:
        return found
    if path.strip().replace(".", "").isidentifier():
        raise exc.InvalidRequestError(
            f'{prop} leads to "{path}", but no mapped class has that '
            f"name{names.suggestion(path)}. Define or import it before the mapping is first "
            "used, from the same declarative base or registry"
        )
    return _evaluate(prop, "argument", path)


def secondary_table(prop: RelationshipProperty[Any]) -> Table | None:
    """Return the table in the middle of a many-to-many relationship."""
    given = prop.given.secondary
    if given is None:
        return None
    found = evaluated(prop, "secondary", given)
    if isinstance(found, Table):
        return found
    if isinstance(found, ClassColumns):
        found = found.mapped_class
    if isinstance(found, type) and hasattr(found, "__mapper__"):
        raise exc.ArgumentError(
            f"secondary= of {prop} is the class {found.__name__}; pass its table, "
            f"{found.__name__}.__table__, or relate the classes through it"
        )
    raise exc.ArgumentError(
        f"secondary= of {prop} must be a Table or the name of one, not a {type(found).__name__}"
    )


def join_expression(prop: RelationshipProperty[Any], what: str) -> ColumnElement[Any] | None:
    """Return `primaryjoin` or `secondaryjoin` as given, None if it is left to the foreign keys."""
    given = getattr(prop.given, what)
    if given is None:
        return None
    found = element_of(evaluated(prop, what, given))
    if not isinstance(found, ColumnElement):
        raise exc.ArgumentError(
            f"{what}= of {prop} must be an SQL condition such as User.id == Address.user_id, "
            f"not a {type(found).__name__}"
        )
    return found


def columns(prop: RelationshipProperty[Any], what: str) -> frozenset[Column[Any]]:
    """Return the columns of `foreign_keys` or `remote_side`; empty if the argument was left out."""
    return frozenset(_column(prop, what, item) for item in _listed(prop, what))


def ordering(prop: RelationshipProperty[Any]) -> tuple[ColumnElement[Any], ...]:
    """Return what the collection is ordered by."""
    found = [element_of(item) for item in _listed(prop, "order_by")]
    for item in found:
        if not isinstance(item, ColumnElement):
            raise exc.ArgumentError(
                f"order_by= of {prop} must be columns or expressions such as Address.id.desc(), "
                f"not a {type(item).__name__}"
            )
    return tuple(found)


def _listed(prop: RelationshipProperty[Any], what: str) -> list[Any]:
    given = getattr(prop.given, what)
    if given is None:
        return []
    found = evaluated(prop, what, given)
    listed = list(found) if isinstance(found, list | tuple | set | frozenset) else [found]
    return [evaluated(prop, what, item) for item in listed]


def _column(prop: RelationshipProperty[Any], what: str, item: Any) -> Column[Any]:
    found = item.column if isinstance(item, MappedColumn) else element_of(item)
    if isinstance(found, EntityColumn):
        found = found.column
    if isinstance(found, Column):
        return found
    raise exc.ArgumentError(
        f"{what}= of {prop} must be columns or column attributes, not a {type(found).__name__}; "
        'strings hold one expression, such as "[Address.user_id]"'
    )


__all__ = ["columns", "join_expression", "ordering", "secondary_table", "target_mapper"]
