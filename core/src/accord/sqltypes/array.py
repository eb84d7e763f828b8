"""Types made of other types: ARRAY and TupleType."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accord.exc import ArgumentError
from accord.sqltypes.base import Concatenable, Indexable, TypeEngine, generic, to_instance


class ARRAY(Indexable, Concatenable, TypeEngine[Sequence[Any]]):
    """A list of values of one type, of `dimensions` dimensions (any number where None)."""

    affinity = "array"
    own_types = frozenset({list, tuple})

    def __init__(
        self,
        item_type: TypeEngine | type[TypeEngine],
        as_tuple: bool = False,
        dimensions: int | None = None,
        zero_indexes: bool = False,
    ) -> None:
        item = to_instance(item_type)
        if isinstance(item, ARRAY):
            raise ArgumentError(
                "ARRAY of ARRAY is written with dimensions: ARRAY(Integer, dimensions=2)"
            )
        self.item_type = item
        self.as_tuple = as_tuple
        self.dimensions = dimensions
        self.zero_indexes = zero_indexes

    def _structural_key(self) -> tuple[Any, ...]:
        flags = (self.as_tuple, self.dimensions, self.zero_indexes, self.should_evaluate_none)
        variants = tuple((dialect, type_.key) for dialect, type_ in self.variants.items())
        return (type(self), self.item_type.key, *flags, variants)

    @property
    def python_type(self) -> type:
        return tuple if self.as_tuple else list

    def copy_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, list) else value

    def __repr__(self) -> str:
        dimensions = "" if self.dimensions is None else f", dimensions={self.dimensions}"
        return f"{type(self).__name__}({self.item_type!r}{dimensions})"


class TupleType(TypeEngine[tuple[Any, ...]]):
    """The type of `tuple_(a, b)`."""

    affinity = "tuple"

    def __init__(self, *types: TypeEngine | type[TypeEngine]) -> None:
        self.types = tuple(map(to_instance, types))

    def _structural_key(self) -> tuple[Any, ...]:
        return (type(self), *(type_.key for type_ in self.types))

    @property
    def python_type(self) -> type:
        return tuple

    def __repr__(self) -> str:
        return f"TupleType({', '.join(map(repr, self.types))})"
generic(ARRAY)
