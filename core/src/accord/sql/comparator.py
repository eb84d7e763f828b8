"""`Comparator`: what operators do to expressions of one type. Types name theirs.

Between the operators (operators.py) and the nodes that have them: a node of a type whose
`comparator_factory` is something else than `Comparator` hands its operators to an instance of that
class; a method the class overrides decides what they build, every other one builds as usual. This
module gives the types accord has theirs; those of JSON and ARRAY are imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Final

from accord.sqltypes.array import ARRAY
from accord.sqltypes.base import TypeEngine
from accord.sqltypes.json import JSON

from .operators import ColumnOperators, Operator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .nodes import ColumnElement

_SPECIAL: Final = {
    "bitwise_lshift": "__lshift__", "bitwise_rshift": "__rshift__", "and": "__and__",
    "or": "__or__", "not": "__invert__", "is": "is_", "in": "in_", "any": "any_", "all": "all_",
}  # fmt: skip
_DUNDER: Final = frozenset({
    "eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv", "floordiv", "mod",
    "matmul", "neg", "getitem",
})  # fmt: skip


def method_of(op: Operator) -> str:
    """The method of `ColumnOperators` that applies `op`."""
    name = op.name
    return f"__{name}__" if name in _DUNDER else _SPECIAL.get(name, name)


class Comparator(ColumnOperators):
    """The operators of one expression, `expr`, of the type `type`.

    Override a method (``__add__``, `in_` …) to change what that operator builds, `operate` to see
    them all, and add methods of your own: expressions of the type have them too.
    """

    overridden: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, expr: ColumnElement[Any]) -> None:
        self.expr = expr
        self.type: Any = expr.type

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        names = [n for n in dir(ColumnOperators) if callable(getattr(ColumnOperators, n))]
        cls.overridden = frozenset(
            name
            for name in names
            if getattr(cls, name) is not getattr(Comparator, name)
            and name not in ("__init__", "__init_subclass__", "operate", "reverse_operate")
        )

    def __clause_element__(self) -> ColumnElement[Any]:
        return self.expr

    def operate(self, op: Operator, *others: Any, **options: Any) -> ColumnElement[Any]:
        """What `op` builds; the end of every chain of ``super()``."""
        return op.build(self.expr, op, *others, **options)

    def reverse_operate(self, op: Operator, other: Any, **options: Any) -> ColumnElement[Any]:
        """What `op` builds with `other` on its left."""
        return self.expr.built_reversed(op, other, **options)

    def apply(
        self, op: Operator, others: tuple[Any, ...], options: Mapping[str, Any]
    ) -> ColumnElement[Any]:
        """`op` as the class wants it: by the method it overrides, else by `operate`."""
        name = method_of(op)
        if name in self.overridden:
            given = {name: value for name, value in options.items() if value not in (None, False)}
            made: ColumnElement[Any] = getattr(self, name)(*others, **given)
            return made
        return self.operate(op, *others, **options)

    def apply_reversed(
        self, op: Operator, other: Any, options: Mapping[str, Any]
    ) -> ColumnElement[Any]:
        name = f"__r{method_of(op)[2:]}"
        if name in self.overridden:
            made: ColumnElement[Any] = getattr(self, name)(other)
            return made
        return self.reverse_operate(op, other, **options)

    __hash__ = object.__hash__


class _AtFirstUse:
    """A comparator class that is imported when it is asked for."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __get__(self, instance: object, owner: type) -> Any:
        return getattr(import_module(self.module), self.name)


TypeEngine.Comparator = TypeEngine.comparator_factory = Comparator
JSON.Comparator = JSON.comparator_factory = _AtFirstUse("accord.sql.json", "JSONComparator")
ARRAY.Comparator = ARRAY.comparator_factory = _AtFirstUse("accord.sql.arrays", "ArrayComparator")
