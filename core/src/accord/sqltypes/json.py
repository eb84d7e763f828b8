"""JSON documents: JSON, and the difference between SQL NULL and the JSON value null."""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

from accord.sqltypes.base import TypeEngine


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


class JSON(TypeEngine[Any]):
    """A JSON document.

    None that is set explicitly is stored as JSON null; with ``none_as_null=True`` as SQL NULL. An
    attribute never set is SQL NULL in either case. `JSON.NULL` always is JSON null, `null()` always
    SQL NULL. Both nulls read back as None.
    """

    affinity = "json"
    key_fields: ClassVar[tuple[str, ...]] = ("none_as_null",)
    NULL: Final = JSONNull()
    none_as_null: bool = False

    def __init__(self, none_as_null: bool = False) -> None:
        self.none_as_null = none_as_null
        if not none_as_null:
            self.should_evaluate_none = True

    @property
    def python_type(self) -> type:
        return dict
