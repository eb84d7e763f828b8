"""Operators of JSON: ``column["key"]``, ``column[0]``, ``column[("a", 0, "b")]``, and members as
values of other types.

In: an expression of type JSON and an index. Out: an expression. Keys and paths travel as
parameters; the renderer of the dialect knows in which form.
"""

from __future__ import annotations

from typing import Any

from accord.exc import ArgumentError, InvalidRequestError
from accord.sqltypes.base import TypeEngine
from accord.sqltypes.boolean import Boolean
from accord.sqltypes.numeric import Float, Integer, Numeric
from accord.sqltypes.text import String, Unicode

from .coercion import expression
from .comparator import Comparator
from .expressions import BinaryExpression
from .nodes import BindParameter, ClauseElement, ColumnElement
from .operators import JSON_GETITEM, JSON_PATH_GETITEM, Operator

_INTEGER, _STRING, _FLOAT, _BOOLEAN = Integer(), String(), Float(), Boolean()
_TEXT = Unicode()


class JSONPath(TypeEngine[Any]):
    """The type of a path: a tuple of keys and positions, sent as the SQL/JSON path ``$."a"[0]``."""

    affinity = "json_path"


JSON_PATH = JSONPath()


def path_text(path: Any) -> str:
    """A tuple of keys and positions as an SQL/JSON path; keys are always quoted."""
    import json

    text = "$"
    for step in path if isinstance(path, (tuple, list)) else (path,):
        if isinstance(step, bool) or not isinstance(step, (int, str)):
            raise ArgumentError(
                f"a JSON path consists of strings and integers, not {type(step).__name__}"
            )
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{json.dumps(step, ensure_ascii=False)}"  # as documents write the key
    return text


def json_member(left: ColumnElement[Any], index: Any) -> ColumnElement[Any]:
    """The member of a JSON value that `index` (a key, a position or a path) means."""
    operator: Operator = JSON_GETITEM
    right: ColumnElement[Any]
    if isinstance(index, ClauseElement) or hasattr(index, "__clause_element__"):
        right = expression(index)
    elif isinstance(index, (tuple, list)):
        operator = JSON_PATH_GETITEM
        right = BindParameter(path_text(index), _STRING, "json_path")
    elif isinstance(index, bool) or not isinstance(index, (int, str)):
        raise ArgumentError(
            f"a JSON index is a string, an integer or a tuple, not {type(index).__name__}"
        )
    else:
        right = BindParameter(index, _INTEGER if isinstance(index, int) else _STRING, "json_key")
    return BinaryExpression(left, operator, right, left.type)


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
        return BinaryExpression(
            member.left, member.operator, member.right, type_, (("as", type_.key),)
        )

    def _member(self) -> BinaryExpression[Any]:
        expr = self.expr
        if not isinstance(expr, BinaryExpression) or expr.operator not in MEMBERS:
            raise InvalidRequestError(
                "the as_…() methods of JSON belong to a member: column['key'].as_string()"
            )
        return expr
