"""The base of every SQL type, the unknown type NULLTYPE and `infer`, the type of a Python literal.

Lowest part of the SQL toolkit: a type says what a value *is*; how it travels on one backend is a
`TypeEntry` looked up in a `TypeTable` (entry.py, table.py). Types are immutable: every method that
seems to change one answers with a copy. Operators are named as SQL writes them: "+", "-", "*", "/",
"//", "%", "||", "&" … ; comparisons are Boolean by nature and are not asked about here.
"""

from __future__ import annotations

import copy
import itertools
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self

from accord.exc import ArgumentError, CompileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from typing_extensions import TypeVar

    T_co = TypeVar("T_co", covariant=True, default=Any)
else:
    from typing import TypeVar

    T_co = TypeVar("T_co", covariant=True)

_NO_VARIANTS: Mapping[str, TypeEngine] = MappingProxyType({})
_serial = itertools.count(1)


class DDLSource(Protocol):
    """What `str(type)` needs of a type table."""

    def ddl(self, type_: TypeEngine) -> str: ...


class TypeEngine(Generic[T_co]):
    """What a column, a bind parameter or an expression holds.

    `affinity` names the family for comparisons; `sql_name` is the keyword of an upper-case SQL type
    and None for the generic ones, whose keyword the backend picks; `key_fields` are the attributes
    that make two instances of one class different types.
    """

    affinity: str = ""
    sql_name: ClassVar[str | None] = None
    key_fields: ClassVar[tuple[str, ...]] = ()
    own_types: ClassVar[frozenset[type]] = frozenset()  # literals of these take this type at once
    standard: ClassVar[DDLSource]  # the table `str(type)` asks; table.py provides it
    # the class of the operators of expressions of this type; the layer above (sql/comparator.py)
    # provides the common one, a type that wants others names its own
    Comparator: ClassVar[Any]
    comparator_factory: Any
    custom_render: ClassVar[Callable[..., str] | None] = None  # set by ext.compiler.compiles

    coerce_to_is_types: tuple[type, ...] = (type(None),)
    """Constants that `==` and `!=` compare with by IS and IS NOT."""
    should_evaluate_none: bool = False
    hashable: bool = True
    sort_key_function: Callable[[Any], Any] | None = None

    @property
    def python_type(self) -> type:
        """The Python type values of this type usually have."""
        raise NotImplementedError(f"{type(self).__name__} has no single Python type")

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Structural identity: types with equal keys are interchangeable in a cached statement."""
        return self._structural_key()

    def _structural_key(self) -> tuple[Any, ...]:
        own = vars(self)
        named = [own.get(name, getattr(self, name, None)) for name in self.key_fields]
        while named and named[-1] is None:
            named.pop()
        extra = [
            (name, tuple((k, v.key) for k, v in value.items()) if name == "variants" else value)
            for name, value in sorted(own.items())
            if name not in self.key_fields and not name.startswith("_")
        ]
        key = (type(self), *named, *extra)
        try:
            hash(key)
        except TypeError:
            return (type(self), next(_serial))
        return key

    # --- copies ----------------------------------------------------------------------------------

    def copy(self, **changes: Any) -> Self:
        """The same type again; `changes` replace attributes."""
        new = copy.copy(self)
        vars(new).pop("key", None)
        vars(new).update(changes)
        return new

    def adapt(self, cls: type[TypeEngine], **changes: Any) -> TypeEngine:
        """This type as one of the class `cls`: what both know is kept."""
        from inspect import signature  # for programs that port types

        known = [name for name in signature(cls.__init__).parameters if name != "self"]
        given = {name: getattr(self, name) for name in known if hasattr(self, name)}
        new = cls(**{**given, **changes})
        if self.should_evaluate_none:
            new.should_evaluate_none = True
        return new

    def as_generic(self, allow_nulltype: bool = False) -> TypeEngine:
        """The type every database has that is nearest to this one: String(50) of VARCHAR(50)."""
        for cls in type(self).__mro__:
            if cls.__module__.startswith("accord.sqltypes") and cls in _GENERIC:
                if cls is type(self):
                    return self
                return self.adapt(cls)
        if allow_nulltype:
            return NULLTYPE
        raise NotImplementedError(
            f"{self!r} has no generic type; as_generic(allow_nulltype=True) gives NULLTYPE"
        )

    def dialect_impl(self, dialect: Any) -> TypeEngine:
        """The type that stands for this one on `dialect`: its variant there, or itself."""
        return self.variants.get(dialect.name, self)

    def evaluates_none(self) -> Self:
        """A copy for which None is a value: the ORM sends it instead of leaving the column out."""
        return self.copy(should_evaluate_none=True)

    @property
    def variants(self) -> Mapping[str, TypeEngine]:
        """Dialect name → the type to use there instead of this one."""
        found: Mapping[str, TypeEngine] = self.__dict__.get("variants", _NO_VARIANTS)
        return found

    def with_variant(self, type_: TypeEngine | type[TypeEngine], *dialect_names: str) -> Self:
        """A copy that is `type_` on the dialects named."""
        if not dialect_names:
            raise ArgumentError(
                "with_variant() needs at least one dialect name: "
                "with_variant(JSONB(), 'postgresql')"
            )
        variant = to_instance(type_)
        taken = [name for name in dialect_names if name in self.variants]
        if taken:
            raise ArgumentError(f"{self!r} already has a variant for the dialect {taken[0]!r}")
        if variant.variants:
            raise ArgumentError(
                f"the variant {variant!r} has variants of its own; "
                "chain with_variant() on the outer type"
            )
        added = {**self.variants, **dict.fromkeys(dialect_names, variant)}
        return self.copy(variants=MappingProxyType(added))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(vars(self))
        state.pop("key", None)
        if "variants" in state:
            state["variants"] = dict(state["variants"])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "variants" in state:
            state = {**state, "variants": MappingProxyType(state["variants"])}
        vars(self).update(state)

    # --- expressions -----------------------------------------------------------------------------

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        """The type of `self op other`."""
        return self

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine:
        """The type of the literal `value` on the other side of the operator `op` (one of
        `accord.sql.operators`)."""
        if type(value) in self.own_types:
            return self
        inferred = infer(value)
        if inferred is NULLTYPE or inferred.affinity == self.affinity:
            return self
        return inferred

    def bind_expression(self, bindvalue: Any) -> Any:
        """An SQL expression to render around a bind parameter; None: the parameter alone."""
        return None

    def column_expression(self, column: Any) -> Any:
        """An SQL expression to render around a selected column; None: the column alone."""
        return None

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any] | None:
        """For types users write: converts values before they are bound."""
        return None

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any] | None:
        """For types users write: converts fetched values."""
        return None

    def literal_processor(self, dialect: Any) -> Callable[[Any], str] | None:
        """For types users write: renders a value as SQL text."""
        return None

    def compare_values(self, x: Any, y: Any) -> bool:
        """Whether two values are the same one for change tracking."""
        return bool(x == y)

    def copy_value(self, value: Any) -> Any:
        """A value that does not change when `value` is mutated in place."""
        return value

    # --- display ---------------------------------------------------------------------------------

    def compile(self, dialect: Any = None) -> str:
        """The DDL of this type, for `dialect` or in standard SQL."""
        source: DDLSource = self.standard if dialect is None else dialect.types
        return source.ddl(self)

    def __str__(self) -> str:
        try:
            return self.compile()
        except CompileError:  # no column has such a type
            return repr(self)

    def _shown(self) -> Iterator[str]:
        for name in self.key_fields:
            value = getattr(self, name, None)
            if value is not None and value != getattr(type(self), name, None):
                yield f"{name}={value!r}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._shown())})"


class Concatenable:
    """A type whose `+` is SQL's ``||``."""


class Indexable:
    """A type with members: its comparator has ``[]``."""


class NullType(TypeEngine[Any]):
    """The type is unknown: values go to the driver and come back unchanged."""

    affinity = "null"

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        # What commutes may be read from the other side; the rest says nothing about the answer.
        told = op in ("+", "*", "||") and not isinstance(other, NullType)
        return other.result_of(op, self) if told else self

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine:
        return infer(value)

    def __reduce__(self) -> str | tuple[Any, ...]:
        return "NULLTYPE" if self is NULLTYPE else super().__reduce__()

    def __str__(self) -> str:
        return "NULL"


NULLTYPE = NullType()
_GENERIC: set[type[TypeEngine]] = set()


def generic(*classes: type[TypeEngine]) -> None:
    """Declare classes that `as_generic` may answer with; the family modules do at import."""
    _GENERIC.update(classes)


# --- literals ------------------------------------------------------------------------------------

_LITERAL_TYPES: dict[type, TypeEngine] = {type(None): NULLTYPE}
_LITERAL_RULES: dict[type, Callable[[Any], TypeEngine]] = {}


def literal_type(python_type: type, type_: TypeEngine) -> None:
    """Declare the SQL type of literals of `python_type`; the family modules do at import."""
    _LITERAL_TYPES[python_type] = type_


def literal_rule(python_type: type, rule: Callable[[Any], TypeEngine]) -> None:
    """Declare a SQL type that depends on the value, not only on its Python type."""
    _LITERAL_RULES[python_type] = rule


def infer(value: object) -> TypeEngine:
    """The SQL type of a Python literal; NULLTYPE where there is no telling."""
    found = _LITERAL_TYPES.get(type(value))
    if found is not None:
        return found
    for cls in type(value).__mro__:
        rule = _LITERAL_RULES.get(cls)
        if rule is not None:
            return rule(value)
        found = _LITERAL_TYPES.get(cls)
        if found is not None:
            return found
    return NULLTYPE


def to_instance(type_: TypeEngine | type[TypeEngine] | None) -> TypeEngine:
    """`String` and `String()` mean the same wherever a type is asked for; None is NULLTYPE."""
    if isinstance(type_, TypeEngine):
        return type_
    if type_ is None:
        return NULLTYPE
    given: Any = type_
    if isinstance(given, type) and issubclass(given, TypeEngine):
        return NULLTYPE if given is NullType else given()
    shown = given.__qualname__ if isinstance(given, type) else type(given).__qualname__
    raise ArgumentError(f"an SQL type such as String(50) or Integer is expected here, not {shown}")
