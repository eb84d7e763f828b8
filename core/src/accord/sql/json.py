"""Members of JSON values: ``column["key"]``, ``column[0]``, ``column[("a", 0, "b")]``.

Keys and paths travel as parameters; the renderer of the dialect knows in which form.
"""

from __future__ import annotations

from typing import Any

from accord.exc import ArgumentError
from accord.sqltypes.base import TypeEngine
from accord.sqltypes.numeric import Integer
from accord.sqltypes.text import String

from .coercion import expression
from .expressions import BinaryExpression
from .nodes import BindParameter, ClauseElement, ColumnElement
from .operators import JSON_GETITEM, JSON_PATH_GETITEM, Operator

_INTEGER, _STRING = Integer(), String()


class JSONPath(TypeEngine[Any]):
    """The type of a path: a tuple of keys and positions, sent as the SQL/JSON path ``$."a"[0]``."""

    affinity = "json_path"


JSON_PATH = JSONPath()


def path_text(path: Any) -> str:
    """A tuple of keys and positions as an SQL/JSON path; keys are always quoted."""
    text = "$"
    for step in path if isinstance(path, (tuple, list)) else (path,):
        if isinstance(step, bool) or not isinstance(step, (int, str)):
            raise ArgumentError(
                f"a JSON path consists of strings and integers, not {type(step).__name__}"
            )
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'."{escaped}"'
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
