"""Operators of JSON: ``column["key"]``, ``column[0]``, ``column[("a", 0, "b")]``, and members as
values of other types.

In: an expression of type JSON and an index. Out: an expression. Keys and paths travel as
parameters; the renderer of the dialect knows in which form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError, InvalidRequestError
from accord.sqltypes.boolean import Boolean
from accord.sqltypes.json import JSONIntIndexType, JSONPathType, JSONStrIndexType, path_text
from accord.sqltypes.numeric import Float, Integer, Numeric
from accord.sqltypes.text import Unicode

from .coercion import expression
from .comparator import Comparator
from .expressions import BinaryExpression
from .nodes import BindParameter, ClauseElement, ColumnElement
from .operators import JSON_GETITEM, JSON_PATH_GETITEM

if TYPE_CHECKING:
    from accord.sqltypes.base import TypeEngine

_INTEGER, _FLOAT, _BOOLEAN, _TEXT = Integer(), Float(), Boolean(), Unicode()
_KEY, _PLACE, _PATH = JSONStrIndexType(), JSONIntIndexType(), JSONPathType()




QUOTES = ("quotes", True)
"""Modifier of a member whose key holds double quotes: not every database has a path for it."""


def json_member(left: ColumnElement[Any], index: Any) -> ColumnElement[Any]:
    """The member of a JSON value that `index` (a key, a position or a path) means."""
    if isinstance(index, ClauseElement) or hasattr(index, "__clause_element__"):
        return BinaryExpression(left, JSON_GETITEM, expression(index), left.type)
    if isinstance(index, (tuple, list)):
        path_text(index)  # refuses what is no path
        if any('"' in step for step in index if isinstance(step, str)):
            for step in index:
                left = json_member(left, step)
            return left
        path = BindParameter(tuple(index), _PATH, "json_path")
        return BinaryExpression(left, JSON_PATH_GETITEM, path, left.type)
    if isinstance(index, bool) or not isinstance(index, (int, str)):
        raise ArgumentError(
            f"a JSON index is a string, an integer or a tuple, not {type(index).__name__}"
        )
    if isinstance(index, int):
        place = BindParameter(index, _PLACE, "json_key")
        return BinaryExpression(left, JSON_GETITEM, place, left.type)
    key = BindParameter(index, _KEY, "json_key")
    return BinaryExpression(left, JSON_GETITEM, key, left.type, (QUOTES,) if '"' in index else ())


MEMBERS = (JSON_GETITEM, JSON_PATH_GETITEM)


class JSONComparator(Comparator):
    """JSON. A member is JSON itself until one of the `as_` methods says what it holds; JSON null
    is SQL NULL then."""

    def __getitem__(self, index: Any) -> ColumnElement[Any]:
        return json_member(self.expr, index)

    def as_boolean(self) -> ColumnElement[Any]:
        return self.member_as(_BOOLEAN)

    def as_string(self) -> ColumnElement[Any]:
        return self.member_as(_TEXT)

    def as_integer(self) -> ColumnElement[Any]:
        return self.member_as(_INTEGER)

    def as_float(self) -> ColumnElement[Any]:
        return self.member_as(_FLOAT)

    def as_numeric(self, precision: int, scale: int, asdecimal: bool = True) -> ColumnElement[Any]:
        return self.member_as(Numeric(precision, scale, asdecimal=asdecimal))

    def as_json(self) -> ColumnElement[Any]:
        """The member as JSON, which it is anyhow."""
        return self._member()

    def member_as(self, type_: TypeEngine) -> ColumnElement[Any]:
        """The member as a value of `type_`."""
        member = self._member()
        modifiers = (*member.modifiers, ("as", type_.key))
        return BinaryExpression(member.left, member.operator, member.right, type_, modifiers)

    def _member(self) -> BinaryExpression[Any]:
        expr = self.expr
        if not isinstance(expr, BinaryExpression) or expr.operator not in MEMBERS:
            raise InvalidRequestError(
                "the as_…() methods of JSON belong to a member: column['key'].as_string()"
            )
        return expr
