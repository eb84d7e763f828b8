"""Statements written as lambdas: ``lambda_stmt(lambda: select(t)) + (lambda s: s.where(…))``.

In: functions. Out: the statement they make, which is made there and then: nothing is kept by the
code of a function, so what it closes over is always what it is now. Statements are cheap to build
and their SQL is found by their structure; tracking closures would cost more than it saves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from accord.exc import ArgumentError

from .coercion import executable
from .nodes import Executable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class LambdaElement:
    """What stands for the SQL that a function made."""

    __slots__ = ("_resolved",)

    def __init__(self, resolved: Any) -> None:
        self._resolved = resolved

    def __clause_element__(self) -> Any:
        return self._resolved

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self._resolved, name)

    def __str__(self) -> str:
        return str(self._resolved)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._resolved!r}>"


class StatementLambdaElement(LambdaElement):
    """A statement made by functions; its methods are those of the statement, which they answer
    with."""

    __slots__ = ()

    def __add__(self, other: Callable[[Any], Any]) -> Self:
        return self.add_criteria(other)

    def add_criteria(
        self,
        other: Callable[[Any], Any],
        enable_tracking: bool = True,
        track_on: Sequence[Any] | None = None,
        track_closure_variables: bool = True,
        track_bound_values: bool = True,
    ) -> Self:
        """The statement that a function makes of this one.

        Args:
            other: a function of the statement so far.
            enable_tracking: taken as SQLAlchemy does, and without a meaning, like the others:
                nothing is tracked.
            track_on: see `enable_tracking`.
            track_closure_variables: see `enable_tracking`.
            track_bound_values: see `enable_tracking`.

        Returns:
            Another one; this one stays as it is.

        Raises:
            ArgumentError: if `other` is no function, or makes no statement.
        """
        return type(self)(_statement(_function(other)(self._resolved)))

    def spoil(self) -> Self:
        """Itself: there is no cache to keep it out of."""
        return self


def lambda_stmt(
    lmb: Callable[[], Any],
    enable_tracking: bool = True,
    track_closure_variables: bool = True,
    track_on: object = None,
    global_track_bound_values: bool = True,
    track_bound_values: bool = True,
    lambda_cache: Mapping[Any, Any] | None = None,
) -> StatementLambdaElement:
    """The statement that a function makes, to be added to by more functions.

    The function is called here; nothing is cached by its code.

    Args:
        lmb: a function without arguments that makes a statement.
        enable_tracking: taken as SQLAlchemy does, and without a meaning, like the others: nothing
            is tracked.
        track_closure_variables: see `enable_tracking`.
        track_on: see `enable_tracking`.
        global_track_bound_values: see `enable_tracking`.
        track_bound_values: see `enable_tracking`.
        lambda_cache: see `enable_tracking`.

    Returns:
        What is executed like the statement.

    Raises:
        ArgumentError: if `lmb` is no function, or makes no statement.
    """
    return StatementLambdaElement(_statement(_function(lmb)()))


def _function(given: Any) -> Callable[..., Any]:
    if not callable(given) or isinstance(given, Executable):
        raise ArgumentError(
            "a function that makes a statement is expected, as in lambda_stmt(lambda: select(t)) "
            f"+ (lambda s: s.where(...)), not {type(given).__name__}"
        )
    function: Callable[..., Any] = given
    return function


def _statement(made: Any) -> Any:
    if isinstance(made, str) or not (
        isinstance(made, Executable) or hasattr(made, "__clause_element__")
    ):
        raise ArgumentError(
            f"the function of a lambda statement has to return a statement, not "
            f"{type(made).__name__}; write text(...) for a piece of SQL"
        )
    return executable(made)
