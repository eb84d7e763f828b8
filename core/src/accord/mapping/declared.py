"""`declared_attr`: attributes of mixins that are made anew for each mapped class.

In: a method of a mixin that takes the class. Out: what it returns for the class at hand; while that
class is being read it is called once and remembered, so that one declared attribute may use another
(``cls.user_id``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

    from .attributes import InstrumentedAttribute
    from .mapped import Mapped

T = TypeVar("T")
D = TypeVar("D")
_MEMO: Final = "_accord_declaring"


class Declaring:
    """While this is entered, each `declared_attr` of the class is called once only."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def __enter__(self) -> None:
        type.__setattr__(self._cls, _MEMO, {})

    def __exit__(self, *error: object) -> None:
        type.__delattr__(self._cls, _MEMO)


class Declared:
    """A method whose result is part of the mapping of each class that has it."""

    is_directive = False

    def __init__(self, function: Callable[..., Any], cascading: bool = False) -> None:
        self.function: Callable[..., Any] = getattr(function, "__func__", function)
        self.__doc__ = self.function.__doc__

    @property
    def return_annotation(self) -> Any:
        """What the method says it returns, None if it does not."""
        return getattr(self.function, "__annotations__", {}).get("return")

    def value_for(self, owner: Any) -> Any:
        """Call the method for one class, once while that class is being read."""
        memo = vars(owner).get(_MEMO)
        if memo is None:
            return self.function(owner)
        if self not in memo:
            memo[self] = self.function(owner)
        return memo[self]


class Directive(Declared, Generic[D]):
    """``@declared_attr.directive``: a method that computes ``__tablename__`` and its like."""

    is_directive = True

    if TYPE_CHECKING:

        def __init__(self, function: Callable[..., D]) -> None: ...

    def __get__(self, instance: object, owner: Any) -> D:
        result: D = self.value_for(owner)
        return result


class declared_attr(Declared, Generic[T]):
    """Make a mixin's method the definition of an attribute, for each class that uses the mixin."""

    if TYPE_CHECKING:

        def __init__(self, function: Callable[..., Mapped[T]], cascading: bool = False) -> None: ...

        @overload
        def __get__(self, instance: None, owner: Any) -> InstrumentedAttribute[T]: ...

        @overload
        def __get__(self, instance: object, owner: Any) -> T: ...

        def __get__(self, instance: object | None, owner: Any) -> Any: ...

    else:

        def __get__(self, instance, owner):
            return self.value_for(owner)

    @classmethod
    def directive(cls, function: Callable[..., D]) -> Directive[D]:
        """Make the method compute ``__tablename__``, ``__table_args__`` or ``__mapper_args__``."""
        return Directive(function)

    @classmethod
    def cascading(cls, function: Callable[..., Any]) -> declared_attr[Any]:
        """Like `declared_attr` itself, until classes can inherit from mapped classes."""
        return cls(function)


def declarative_mixin(cls: type[T]) -> type[T]:
    """Mark a class as a mixin, for readers and type checkers."""
    return cls


__all__ = ["Declared", "Declaring", "declarative_mixin", "declared_attr"]
