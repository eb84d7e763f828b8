"""Naming conventions: names for constraints and indexes that were given none.

In: ``MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s", …})`` and a
constraint that has just become part of a table. Out: its name, marked `conv` so that a long one may
be shortened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.exc import InvalidRequestError
from accord.schema.items import known_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from accord.schema.table import Table

DEFAULT_CONVENTION: Final[Mapping[Any, Any]] = {"ix": "ix_%(column_0_label)s"}
_TOKENS: Final = (
    "table_name", "referred_table_name", "constraint_name", "column_0_name", "column_0_key",
    "column_0_label", "referred_column_0_name", "column_0N_name", "column_0_N_name",
)  # fmt: skip


class conv(str):  # SQLAlchemy's name
    """A final name: no convention is applied to it any more."""

    __slots__ = ()


class NoneName:
    """`Constraint.name` marker: unnamed on purpose, whatever the convention says."""

    def __repr__(self) -> str:
        return "NONE_NAME"


NONE_NAME: Final = NoneName()


def convention_for(item: Any, convention: Mapping[Any, Any]) -> Any:
    """The template for a constraint or index: by class along its MRO, or by two-letter key."""
    for cls in type(item).__mro__:
        for key in (cls, vars(cls).get("convention_key")):
            if key is not None and key in convention:
                return convention[key]
    return None


def conventional_name(item: Any, table: Table) -> Any:
    """The name `item` gets in `table`: by convention if it has none, or if the convention builds on
    the given one; None if it stays unnamed."""
    name: Any = item.name
    if name is NONE_NAME:
        return None
    if isinstance(name, conv):
        return name
    convention = table.metadata.naming_convention
    template = convention_for(item, convention)
    if template is None or (name is not None and "constraint_name" not in template):
        return name
    return conv(template % ConventionTokens(item, table, convention))


class ConventionTokens(dict[str, str]):
    """Answers the %(tokens)s of one template."""

    def __init__(self, item: Any, table: Table, convention: Mapping[Any, Any]) -> None:
        super().__init__()
        self._item = item
        self._table = table
        self._convention = convention

    def __missing__(self, token: str) -> str:
        custom = self._convention.get(token)
        if callable(custom):
            return str(custom(self._item, self._table))
        plain: Callable[[], str] | None = getattr(self, f"_{token}", None)
        if plain is not None and token in _TOKENS:
            return plain()
        found = self._numbered(token)
        if found is None:
            raise InvalidRequestError(
                f"the naming convention uses %({token})s, which is neither a token "
                f"({known_names(_TOKENS)}) "
                "nor a function of that name in the convention"
            )
        return found

    def _numbered(self, token: str) -> str | None:
        """column_<n>_name, column_0N_label, referred_column_0_N_name …: the n-th column, or all."""
        referred = token.startswith("referred_")
        head, _, kind = token.removeprefix("referred_").rpartition("_")
        attribute = {"name": "name", "key": "key", "label": "label"}.get(kind)
        if attribute is None or not head.startswith("column_"):
            return None
        index = head.removeprefix("column_")
        names = list(self._referred_names() if referred else self._column_names(attribute))
        if index in ("0N", "0_N"):
            return ("" if index == "0N" else "_").join(names)
        if not index.isdigit():
            return None
        return names[int(index)] if int(index) < len(names) else ""

    def _table_name(self) -> str:
        return self._table.name

    def _constraint_name(self) -> str:
        if self._item.name is None:
            raise InvalidRequestError(
                f"the naming convention for {type(self._item).__name__} uses %(constraint_name)s, "
                "so the "
                "constraint needs a name of its own"
            )
        return str(self._item.name)

    def _referred_table_name(self) -> str:
        return str(self._item.elements[0].target_table_name)

    def _column_names(self, attribute: str) -> Iterator[str]:
        for column in self._item.naming_columns(self._table):
            if attribute == "label":
                yield f"{self._table.name}_{column.name}"
            else:
                yield str(getattr(column, attribute))

    def _referred_names(self) -> Iterator[str]:
        for element in self._item.elements:
            yield str(element.target_column_name)
