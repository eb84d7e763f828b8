"""An alias of a join that stays a join: of aliases of its tables, the condition told about them.

In: a join and a prefix for the names. Out: the same join over aliases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .adapt import replaced
from .joins import Join
from .nodes import EntityColumn

if TYPE_CHECKING:
    from .nodes import ClauseElement
    from .selectable import FromClause


def flat_alias(join: Join, name: str | None) -> Join:
    """`join` with each of its tables under a name of its own."""
    aliases: dict[FromClause, FromClause] = {}

    def aliased(element: FromClause) -> FromClause:
        if isinstance(element, Join):
            left, right = aliased(element.left), aliased(element.right)
            return Join(left, right, spoken_of(element.onclause), element.isouter, element.full)
        made: FromClause = element.alias(name and f"{name}_{element.name}")
        aliases[element] = made
        return made

    def spoken_of(condition: Any) -> Any:
        def replace(node: ClauseElement) -> ClauseElement | None:
            plain: Any = node.column if isinstance(node, EntityColumn) else node
            alias = aliases.get(getattr(plain, "table", None))  # type: ignore[arg-type]  # or None
            return None if alias is None else alias.corresponding_column(plain)

        return replaced(condition, replace)

    made = aliased(join)
    assert isinstance(made, Join)
    return made
