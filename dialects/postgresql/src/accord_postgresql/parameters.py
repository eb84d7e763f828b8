"""ArrayParameter: one column of a set-based statement on its way to the server.

It is a list, so that echo and error messages treat it as the values it holds; psycopg's dumper for
it (adapt.py) writes the array literal at the last moment. In: the values of a column and how their
type is written. Out: nothing but itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .texts import TextForm


class ArrayParameter(list[Any]):
    """The values of one column, sent as one array."""

    __slots__ = ("form",)

    def __init__(self, form: TextForm, values: Iterable[Any]) -> None:
        super().__init__(values)
        self.form = form
