"""match(): MySQL's full-text search over one column or several.

In: columns and what to look for. Out: an expression that `render.py` writes as MATCH … AGAINST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.coercion import expression
from accord.sql.nodes import ClauseElement, ColumnElement, literal_of
from accord.sqltypes import MatchType, String

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable

BOOLEAN_MODE = "in_boolean_mode"
NATURAL_LANGUAGE = "in_natural_language_mode"
EXPANSION = "with_query_expansion"
_WORDS = {
    BOOLEAN_MODE: " IN BOOLEAN MODE",
    NATURAL_LANGUAGE: " IN NATURAL LANGUAGE MODE",
    EXPANSION: " WITH QUERY EXPANSION",
}
_OPTIONS = {
    "mysql_boolean_mode": BOOLEAN_MODE,
    "mysql_natural_language": NATURAL_LANGUAGE,
    "mysql_query_expansion": EXPANSION,
}
_TYPE, _STRING = MatchType(), String()


def match_words(options: Iterable[tuple[str, Any]]) -> str:
    """The modes of ``column.match(…, mysql_natural_language=True)``: boolean unless told
    otherwise.
    """
    given = {name: value for name, value in options if name.startswith("mysql_")}
    unknown = sorted({*given} - {*_OPTIONS})
    if unknown:
        raise CompileError(f"match() has no option {unknown[0]}; it has {', '.join(_OPTIONS)}")
    wanted = {mode for name, mode in _OPTIONS.items() if given.get(name)}
    if given.get("mysql_boolean_mode", not wanted):
        wanted.add(BOOLEAN_MODE)
    return _written(wanted)


def _written(modes: Collection[str]) -> str:
    if BOOLEAN_MODE in modes and len(modes) > 1:
        raise CompileError("match() in boolean mode has no natural language and no expansion")
    return "".join([text for mode, text in _WORDS.items() if mode in modes])


class match(ColumnElement[Any]):  # the name SQLAlchemy's users know
    """``match(a, b, against="words")``: how well the columns fit, 0 where they do not at all."""

    __slots__ = ("against", "columns", "modes")

    visit_name = "mysql_match"
    name: str | None = None
    is_predicate = True

    def __init__(self, *columns: Any, against: Any, **modes: bool) -> None:
        if not columns:
            raise CompileError("match() needs at least one column")
        unknown = sorted({*modes} - {*_WORDS})
        if unknown:
            raise CompileError(f"match() has no option {unknown[0]}; it has {', '.join(_WORDS)}")
        self.columns = tuple(map(expression, columns))
        self.against = literal_of(against, _STRING) if isinstance(against, str) else expression(
            against
        )  # fmt: skip
        self.modes = frozenset(name for name, wanted in modes.items() if wanted)
        _written(self.modes)
        self.type = _TYPE
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return (*self.columns, self.against)

    def shape(self) -> tuple[Hashable, ...]:
        return (len(self.columns), *sorted(self.modes))

    def _in(self, mode: str) -> match:
        modes = dict.fromkeys((*self.modes, mode), True)
        return match(*self.columns, against=self.against, **modes)

    def in_boolean_mode(self) -> match:
        """Words with + and - in front."""
        return self._in(BOOLEAN_MODE)

    def in_natural_language_mode(self) -> match:
        return self._in(NATURAL_LANGUAGE)

    def with_query_expansion(self) -> match:
        """Search again with words of the best rows."""
        return self._in(EXPANSION)

    @property
    def words(self) -> str:
        """The modes as they are written behind the search words."""
        return _written(self.modes)
