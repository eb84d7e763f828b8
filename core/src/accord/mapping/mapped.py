"""What class bodies are written with: `Mapped[...]` annotations and `mapped_column(...)`.

First thing in the pipeline of a mapping. In: what the user wrote. Out: a `MappedColumn` that keeps
the arguments until the annotation beside it is read (`annotations`), and then makes the `Column`.
It can be copied, which is how mixins and `Annotated` types give each class a column of its own.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from accord import exc
from accord.schema import Column, ForeignKey
from accord.sql.operators import ColumnOperators, Operator
from accord.sqltypes.base import NullType, TypeEngine
from accord.sqltypes.numeric import Integer

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from .attributes import InstrumentedAttribute

    T = TypeVar("T", default=Any)
    # In a class body, `first + " " + last` are expressions before they are columns.
    Expression = ColumnOperators
else:
    from typing import TypeVar

    T = TypeVar("T")
    Expression = Generic


class NotGiven(enum.Enum):
    """Tells an argument left out from None and False."""

    NOT_GIVEN = "not given"

    def __bool__(self) -> bool:
        return False


NOT_GIVEN: Final = NotGiven.NOT_GIVEN


class Mapped(Expression[T]):
    """The annotation of a mapped attribute: ``name: Mapped[str]``.

    On the class the attribute is an SQL expression, on an object it is the value.
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> InstrumentedAttribute[T]: ...

        @overload
        def __get__(self, instance: object, owner: Any) -> T: ...

        def __get__(self, instance: object | None, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: T | ColumnOperators[T]) -> None: ...

        def __delete__(self, instance: Any) -> None: ...


class WriteOnlyMapped(Mapped[T]):
    """The annotation of a collection that is only added to and queried."""


class DynamicMapped(Mapped[T]):
    """The annotation of a collection that is a query."""


def given(**arguments: Any) -> dict[str, Any]:
    """Return the arguments that were really given."""
    return {name: value for name, value in arguments.items() if value is not NOT_GIVEN}


class MappedColumn(Mapped[T], ColumnOperators[T]):
    """A column in the making. Usable in SQL expressions within the class body, like the column
    itself.
    """

    def __init__(
        self,
        arguments: tuple[Any, ...],
        options: dict[str, Any],
        loading: dict[str, Any],
        dataclass: dict[str, Any],
    ) -> None:
        #: Foreign keys, constraints, a Sequence … in the order given, name and type excluded.
        self.arguments = arguments
        #: Keyword arguments of `Column`, with `name` and `type_` if they were given.
        self.options = options
        #: deferred, deferred_group, deferred_raiseload, active_history, sort_order,
        #: use_existing_column.
        self.loading = loading
        #: What only `MappedAsDataclass` accepts.
        self.dataclass = dataclass
        self._column: Column[Any] | None = None

    @property
    def column(self) -> Column[Any]:
        """The column, made when it is first needed."""
        if self._column is None:
            options = dict(self.options)
            name = options.pop("name", None)
            type_ = options.pop("type_", None)
            self._column = Column(name, type_, *self.arguments, **options)
        return self._column

    @property
    def is_placed(self) -> bool:
        """Whether the column has been made and has its name."""
        return self._column is not None and self._column.name is not None

    @property
    def sort_order(self) -> int:
        """Where the column stands in its table, compared with the others."""
        return int(self.loading.get("sort_order", 0))

    def complete(self, **defaults: Any) -> None:
        """Take over what the annotation says where the arguments left it open."""
        missing = {name: value for name, value in defaults.items() if name not in self.options}
        if self._column is not None:
            # Already used in an expression of the class body; what is open is set on the column
            # itself.
            type_ = missing.get("type_")
            if type_ is not None and isinstance(self._column.type, NullType):
                self._column.type = type_
            if "nullable" in missing and not self._column.primary_key:
                self._column.nullable = missing["nullable"]
        self.options.update(missing)

    @property
    def needs_type(self) -> bool:
        """Whether the annotation has to say the type; a foreign key has that of the column it
        points at.
        """
        return "type_" not in self.options and not any(
            isinstance(argument, ForeignKey) for argument in self.arguments
        )

    def absorb(self, other: MappedColumn[Any]) -> None:
        """Take over the arguments of `other`, which stood in an `Annotated`; own ones win."""
        if self._column is not None:
            raise exc.ArgumentError(
                f"Column {self._column.name!r} is used in an expression of its class body while "
                "its Annotated type holds a mapped_column() too; write all arguments in one of "
                "the two"
            )
        basis = other.copied()
        self.arguments = (*basis.arguments, *self.arguments)
        self.options = {**basis.options, **self.options}
        self.loading = {**basis.loading, **self.loading}
        self.dataclass = {**basis.dataclass, **self.dataclass}

    def copied(self) -> MappedColumn[T]:
        """Return the same definition for another class."""
        return MappedColumn(
            tuple(copied_argument(argument) for argument in self.arguments),
            dict(self.options),
            dict(self.loading),
            dict(self.dataclass),
        )

    def __clause_element__(self) -> Column[Any]:
        return self.column

    def operate(self, op: Operator, *others: Any, **options: Any) -> Any:
        return self.column.operate(op, *others, **options)

    def reverse_operate(self, op: Operator, other: Any, **options: Any) -> Any:
        return self.column.reverse_operate(op, other, **options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"mapped_column() has no attribute {name!r}")
        return getattr(self.column, name)

    __hash__ = object.__hash__


def copied_argument(argument: Any) -> Any:
    """Return a foreign key, constraint or sequence for another column than its first."""
    copy = getattr(argument, "copy", None)
    return argument if copy is None or isinstance(argument, TypeEngine | type) else copy()


def mapped_column(
    name_or_type: Any = None,
    type_or_item: Any = None,
    /,
    *items: Any,
    init: Any = NOT_GIVEN,
    repr: Any = NOT_GIVEN,
    default: Any = NOT_GIVEN,
    default_factory: Any = NOT_GIVEN,
    compare: Any = NOT_GIVEN,
    kw_only: Any = NOT_GIVEN,
    hash: Any = NOT_GIVEN,
    nullable: bool | NotGiven | None = NOT_GIVEN,
    primary_key: bool | NotGiven = NOT_GIVEN,
    deferred: bool | NotGiven = NOT_GIVEN,
    deferred_group: str | None = None,
    deferred_raiseload: bool | None = None,
    use_existing_column: bool = False,
    name: str | None = None,
    type_: TypeEngine | type[TypeEngine] | None = None,
    autoincrement: Any = NOT_GIVEN,
    doc: Any = NOT_GIVEN,
    key: str | None = None,
    index: Any = NOT_GIVEN,
    unique: Any = NOT_GIVEN,
    info: Any = NOT_GIVEN,
    onupdate: Any = NOT_GIVEN,
    insert_default: Any = NOT_GIVEN,
    server_default: Any = NOT_GIVEN,
    server_onupdate: Any = NOT_GIVEN,
    active_history: bool = False,
    quote: Any = NOT_GIVEN,
    system: Any = NOT_GIVEN,
    comment: Any = NOT_GIVEN,
    insert_sentinel: Any = NOT_GIVEN,
    sensitive: Any = NOT_GIVEN,
    sort_order: int | NotGiven = NOT_GIVEN,
    dataclass_metadata: Any = NOT_GIVEN,
    **dialect_options: Any,
) -> MappedColumn[Any]:
    """Declare a column of a mapped class; what is left out is read from its annotation.

    `default` is the column default (`insert_default` says so explicitly, and is needed beside a
    dataclass default); `deferred` columns are loaded when they are read; `sort_order` moves the
    column within the table.

    >>> class Country(Base):
    ...     __tablename__ = "country"
    ...     code: Mapped[str] = mapped_column(String(2), primary_key=True)
    ...     name: Mapped[str | None]
    >>> [(column.name, column.nullable) for column in Country.__table__.columns]
    [('code', False), ('name', True)]
    """
    positional = [item for item in (name_or_type, type_or_item, *items) if item is not None]
    if positional and isinstance(positional[0], str):
        name = _once("name", positional.pop(0), name)
    if positional and _is_type(positional[0]):
        type_ = _once("type_", positional.pop(0), type_)
    options = given(
        primary_key=primary_key, autoincrement=autoincrement, doc=doc, index=index, unique=unique,
        info=info, onupdate=onupdate, server_default=server_default,
        server_onupdate=server_onupdate, quote=quote, system=system, comment=comment,
        sensitive=sensitive, insert_sentinel=insert_sentinel,
        default=default if insert_default is NOT_GIVEN else insert_default,
    )  # fmt: skip
    if default_factory is not NOT_GIVEN and default is not NOT_GIVEN:
        raise exc.ArgumentError("mapped_column() takes default= or default_factory=, not both")
    for option, value in (("name", name), ("type_", type_), ("key", key)):
        if value is not None:
            options[option] = value
    if nullable is not NOT_GIVEN and nullable is not None:
        options["nullable"] = nullable
    loading = _loading(deferred, deferred_group, deferred_raiseload)
    loading.update(given(sort_order=sort_order))
    if active_history:
        loading["active_history"] = True
    if use_existing_column:
        loading["use_existing_column"] = True
    dataclass = given(
        init=init, repr=repr, default_factory=default_factory, compare=compare, kw_only=kw_only,
        hash=hash, dataclass_metadata=dataclass_metadata,
    )  # fmt: skip
    if insert_default is not NOT_GIVEN and default is not NOT_GIVEN:
        dataclass["default"] = default
    return MappedColumn(tuple(positional), {**options, **dialect_options}, loading, dataclass)


def orm_insert_sentinel(
    name: str | None = None,
    type_: TypeEngine | type[TypeEngine] | None = None,
    *,
    default: Any = None,
    omit_from_statements: bool = True,
) -> MappedColumn[Any]:
    """`accord.insert_sentinel` in the body of a mapped class; its table has the column, its
    instances have not. The arguments are the same.
    """
    return mapped_column(
        name, Integer() if type_ is None else type_, nullable=True,
        insert_sentinel="counted" if default is None else True,
        default=NOT_GIVEN if default is None else default,
        _omit_from_statements=omit_from_statements,
    )  # fmt: skip


def _loading(
    deferred: bool | NotGiven, group: str | None, raiseload: bool | None
) -> dict[str, Any]:
    if deferred is NOT_GIVEN:
        deferred = group is not None or bool(raiseload)
        if not deferred:
            return {}
    return {"deferred": deferred, "deferred_group": group, "deferred_raiseload": bool(raiseload)}


def _is_type(argument: Any) -> bool:
    return isinstance(argument, TypeEngine) or (
        isinstance(argument, type) and issubclass(argument, TypeEngine)
    )


def _once(what: str, positional: Any, keyword: Any) -> Any:
    if keyword is not None:
        raise exc.ArgumentError(f"mapped_column() got {what} twice, by position and as a keyword")
    return positional


__all__ = [
    "DynamicMapped",
    "Mapped",
    "MappedColumn",
    "WriteOnlyMapped",
    "mapped_column",
    "orm_insert_sentinel",
]
