"""Enum: one of a fixed set of names, from strings or from a Python enum class."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, ClassVar

from accord.exc import ArgumentError
from accord.sqltypes.base import TypeEngine, generic, literal_rule
from accord.sqltypes.boolean import SchemaType
from accord.sqltypes.text import String

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Enum(SchemaType, String):
    """One of a fixed set: `Enum("red", "green")` or `Enum(Color)`.

    A Python enum travels by member *name* unless `values_callable` gives other strings. Strings
    outside the set are refused when they are written (`validate_strings` is accepted and always
    on): what cannot be read back is not stored. ``native_enum=False`` asks for VARCHAR also where
    the backend has enum types, ``create_constraint=True`` adds a CHECK (IN …) there.
    """

    affinity = "string"
    key_fields: ClassVar[tuple[str, ...]] = (
        "enum_class", "_names", "name", "schema", "native_enum", "create_constraint", "length",
    )  # fmt: skip
    enum_class: type[enum.Enum] | None

    def __init__(
        self,
        *enums: str | type[enum.Enum] | Sequence[str],
        name: str | None = None,
        schema: str | None = None,
        metadata: Any = None,
        native_enum: bool = True,
        create_constraint: bool = False,
        length: int | None = None,
        validate_strings: bool = False,
        values_callable: Callable[[type[enum.Enum]], Sequence[str]] | None = None,
        sort_key_function: Callable[[Any], Any] | None = None,
        omit_aliases: bool = True,
        inherit_schema: bool = False,
        quote: bool | None = None,
    ) -> None:
        self.enum_class, members = _members(enums, omit_aliases)
        names = [str(n) for n in values_callable(self.enum_class)] if (
            values_callable is not None and self.enum_class is not None
        ) else list(members)  # fmt: skip
        if len(names) != len(members):
            raise ArgumentError(
                f"values_callable gave {len(names)} strings for the {len(members)} members of "
                f"{getattr(self.enum_class, '__qualname__', 'the enum')}; it must give one for each"
            )
        self._names = tuple(names)
        self._by_name: dict[str, Any] = dict(zip(names, members.values(), strict=True))
        self._by_member = {member: name for name, member in reversed(self._by_name.items())}
        longest = max(map(len, names), default=0)
        if length is not None and length < longest:
            raise ArgumentError(
                f"Enum(length={length}) is shorter than its longest value ({longest})"
            )
        super().__init__(longest if length is None else length)
        cls = self.enum_class
        self.name = name if name is not None else (cls.__name__.lower() if cls else None)
        self.schema = schema
        self.metadata = metadata
        self.native_enum = native_enum
        self.create_constraint = create_constraint
        self.validate_strings = validate_strings
        self.inherit_schema = inherit_schema
        self.quote = quote
        self.sort_key_function = sort_key_function or self.name_of

    def _structural_key(self) -> tuple[Any, ...]:
        fields = tuple(getattr(self, name) for name in self.key_fields)
        variants = tuple((dialect, type_.key) for dialect, type_ in self.variants.items())
        return (type(self), *fields, self.should_evaluate_none, variants)

    def adapt(self, cls: type[TypeEngine], **changes: Any) -> TypeEngine:
        if not issubclass(cls, Enum):
            return super().adapt(cls, **changes)
        options = {
            name: getattr(self, name)
            for name in (
                "name", "schema", "metadata", "native_enum", "create_constraint", "length",
                "validate_strings", "inherit_schema", "quote", "sort_key_function",
            )
        }  # fmt: skip
        if self.enum_class is None:
            return cls(*self._names, **{**options, **changes})
        names = list(self._names)
        options["values_callable"] = lambda _: names
        options["omit_aliases"] = len(self._names) == len(list(self.enum_class))
        return cls(self.enum_class, **{**options, **changes})

    @property
    def enums(self) -> list[str]:
        """The strings as the database has them."""
        return list(self._names)

    @property
    def python_type(self) -> type[Any]:
        return self.enum_class or str

    def name_of(self, value: Any) -> str:
        """The stored string of a member or of a valid string; LookupError names the set, not the
        value.
        """
        if self.enum_class is not None and isinstance(value, self.enum_class):
            found = self._by_member.get(value)
        else:
            found = (
                str.__str__(value) if isinstance(value, str) and value in self._by_name else None
            )
        if found is None:
            raise LookupError(f"expected one of {self._shown_names()}, got another {_kind(value)}")
        return found

    def member_of(self, stored: Any) -> Any:
        """The Python value of a stored string."""
        if stored is None:
            return None
        try:
            return self._by_name[stored]
        except KeyError:
            shown = self.name or "Enum"
            raise LookupError(
                f"the database holds a value that is not among the defined values of {shown}: "
                f"{self._shown_names()}"
            ) from None

    own_types = frozenset()  # whether a string is a member is for the operator

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine:
        if isinstance(value, str) and not isinstance(value, enum.Enum):
            return self if value in self._by_name and op.sql not in _JOINING else _STRING
        return super().coerce_compared_value(op, value)

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        return _STRING if op in _JOINING else self

    def _shown_names(self) -> str:
        shown = ", ".join(map(repr, self._names[:8]))
        return f"{shown}, … ({len(self._names)} in all)" if len(self._names) > 8 else shown

    def __repr__(self) -> str:
        parts = [self.enum_class.__name__] if self.enum_class else list(map(repr, self._names))
        if self.name is not None and not self.enum_class:
            parts.append(f"name={self.name!r}")
        return f"{type(self).__name__}({', '.join(parts)})"


def _kind(value: object) -> str:
    return type(value).__name__


def _members(
    enums: Sequence[Any], omit_aliases: bool
) -> tuple[type[enum.Enum] | None, dict[str, Any]]:
    if len(enums) == 1 and isinstance(enums[0], (list, tuple)):
        enums = enums[0]
    if len(enums) == 1 and isinstance(enums[0], type) and hasattr(enums[0], "__members__"):
        cls = enums[0]
        return cls, {
            name: member
            for name, member in cls.__members__.items()
            if not omit_aliases or member.name == name
        }
    for given in enums:
        if not isinstance(given, str):
            raise ArgumentError(
                "Enum takes strings or one Python enum class: Enum('a', 'b') or Enum(Color), "
                f"not {_kind(given)}"
            )
    if len(set(enums)) != len(enums):
        raise ArgumentError("Enum was given the same string twice")
    return None, {name: name for name in enums}


_STRING = String()
_JOINING = ("||", "+")  # what is put together is no member any more
literal_rule(enum.Enum, lambda member: Enum(type(member)))
generic(Enum)
