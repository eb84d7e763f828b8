"""JSON documents: JSON, and the difference between SQL NULL and the JSON value null."""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

from accord.exc import ArgumentError
from accord.sqltypes.base import Indexable, TypeEngine, generic
from accord.sqltypes.numeric import Integer
from accord.sqltypes.text import String


@final
class JSONNull:
    """The JSON value null, as a column value and as a default: `JSON.NULL`."""

    _only: JSONNull | None = None

    def __new__(cls) -> JSONNull:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "JSON.NULL"

    def __reduce__(self) -> tuple[type[JSONNull], tuple[()]]:
        return JSONNull, ()


class JSONIndexType(TypeEngine[Any]):
    """What stands in the brackets of a JSON expression."""


class JSONIntIndexType(JSONIndexType, Integer):
    """A position in an array."""


class JSONStrIndexType(JSONIndexType, String):
    """A key of an object."""


class JSONPathType(JSONIndexType):
    """A tuple of keys and positions; databases get it as the SQL/JSON path ``$."a"[0]``."""

    affinity = "json_path"
    own_types = frozenset({tuple})


_MUST_ESCAPE = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
                "\t": "\\t"}  # fmt: skip


def path_text(path: Any) -> str:
    """A key, a position or a tuple of them as an SQL/JSON path; keys are quoted as JSON does it."""
    text = "$"
    for step in path if isinstance(path, (tuple, list)) else (path,):
        if isinstance(step, bool) or not isinstance(step, (int, str)):
            raise ArgumentError(
                f"a JSON path consists of strings and integers, not {type(step).__name__}"
            )
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f'."{"".join(map(_escaped, step))}"'
    return text


def _escaped(character: str) -> str:
    if character in _MUST_ESCAPE:
        return _MUST_ESCAPE[character]
    return character if character >= " " else f"\\u{ord(character):04x}"


class JSON(Indexable, TypeEngine[Any]):
    """A JSON document.

    None that is set explicitly is stored as JSON null; with ``none_as_null=True`` as SQL NULL. An
    attribute never set is SQL NULL in either case. `JSON.NULL` always is JSON null, `null()` always
    SQL NULL. Both nulls read back as None.
    """

    affinity = "json"
    key_fields: ClassVar[tuple[str, ...]] = ("none_as_null",)
    NULL: Final = JSONNull()
    JSONIndexType: ClassVar = JSONIndexType
    JSONIntIndexType: ClassVar = JSONIntIndexType
    JSONStrIndexType: ClassVar = JSONStrIndexType
    JSONPathType: ClassVar = JSONPathType
    none_as_null: bool = False

    def __init__(self, none_as_null: bool = False) -> None:
        self.none_as_null = none_as_null
        if not none_as_null:
            self.should_evaluate_none = True

    @property
    def python_type(self) -> type:
        return dict
generic(JSON)
