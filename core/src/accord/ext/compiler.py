"""`@compiles`: how a construct, a type or DDL is written, for all databases or for some.

In: a class and a function ``(element, compiler, **kw) -> str``. Out: the class attribute that the
renderers ask first (`custom_render`). Subclasses inherit it. Where no function is given for a
database, the class is written as its base is. What the function gets as `compiler` is in
compilers.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord.exc import ArgumentError
from accord.sql.cache import forget_all
from accord.sql.clauses import ClauseElement
from accord.sqltypes.base import TypeEngine

from .compilers import compiler_for

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., str]")

_EVERY: Final = "default"


class Rendering:
    """The functions that write the elements of one class, by dialect name."""

    __slots__ = ("_before", "class_", "functions")

    def __init__(self, class_: type[Any]) -> None:
        self.class_ = class_
        self.functions: dict[str, Callable[..., str]] = {}
        self._before: Callable[..., str] | None = vars(class_).get("custom_render")

    def __call__(self, element: Any, renderer: Any) -> str:
        """The text of `element`; a renderer or a type table calls this."""
        compiler = compiler_for(element, renderer)
        function = self.functions.get(compiler.dialect.name, self.functions.get(_EVERY))
        if function is None:
            return self._as_the_base(element, renderer)
        text = function(element, compiler, **compiler.keywords)
        if not isinstance(text, str):
            raise ArgumentError(
                f"{function.__name__}(), which compiles {self.class_.__name__}, must return the "
                f"SQL as a string, not {type(text).__name__}"
            )
        return text

    def _as_the_base(self, element: Any, renderer: Any) -> str:
        if self._before is not None:
            return self._before(element, renderer)
        for base in self.class_.__mro__[1:]:
            inherited: Callable[..., str] | None = vars(base).get("custom_render")
            if inherited is not None:
                return inherited(element, renderer)
        text: str = compiler_for(element, renderer).plainly(element)
        return text

    def withdrawn(self) -> None:
        """Give the class back what it had before."""
        if self._before is None:
            del self.class_.custom_render
        else:
            self.class_.custom_render = self._before


def compiles(class_: Any, *dialects: str) -> Callable[[F], F]:
    """Let the decorated function write the elements of `class_` on `dialects`; without any, on all
    that have no function of their own.

    ::

        @compiles(utcnow)
        def standard(element, compiler, **kw):
            return "CURRENT_TIMESTAMP"


        @compiles(utcnow, "postgresql")
        def on_postgresql(element, compiler, **kw):
            return "TIMEZONE('utc', CURRENT_TIMESTAMP)"
    """
    if not (isinstance(class_, type) and issubclass(class_, ClauseElement | TypeEngine)):
        raise ArgumentError(
            "@compiles() takes a class of SQL constructs or types, such as FunctionElement or "
            f"BigInteger, and names of dialects; got {class_!r}"
        )

    def register(function: F) -> F:
        rendering = vars(class_).get("custom_render")
        if not isinstance(rendering, Rendering):
            rendering = class_.custom_render = Rendering(class_)
        for name in dialects or (_EVERY,):
            rendering.functions[name] = function
        forget_all()
        return function

    return register


def deregister(class_: type[Any]) -> None:
    """Forget all that `@compiles` said about `class_`."""
    rendering = vars(class_).get("custom_render")
    if isinstance(rendering, Rendering):
        rendering.withdrawn()
        forget_all()


__all__ = ["compiles", "deregister"]
