"""Names: what is quoted, how, and what no database can make of them but the name itself."""

from __future__ import annotations

from typing import Any

from accord import literal_column, select
from constructs import construct

ONE = literal_column("1")


def _on_each(name: str, plain: bool = False) -> dict[str, str]:
    """``SELECT 1 AS name`` as each dialect quotes it."""

    def text(opening: str, closing: str, doubled: bool) -> str:
        shown = name.replace(closing, closing * 2)
        shown = shown.replace("%", "%%") if doubled else shown
        return name if plain else f"{opening}{shown}{closing}"

    quotes, backticks = text('"', '"', False), text("`", "`", True)
    return {
        "sqlite": f"SELECT 1 AS {quotes}",
        "postgresql": "SELECT 1 AS " + text('"', '"', True),
        "mysql": f"SELECT 1 AS {backticks}",
        "mariadb": f"SELECT 1 AS {backticks}",
        "oracle": f"SELECT 1 AS {quotes} FROM dual",
        "mssql": f"SELECT 1 AS {text('[', ']', True)}",
    }


@construct(sql=_on_each("plain_name", plain=True), rows=[(1,)])
def plain() -> Any:
    return select(ONE.label("plain_name"))


@construct(sql=_on_each("order"), rows=[(1,)])
def reserved() -> Any:
    return select(ONE.label("order"))


@construct(sql=_on_each("Mixed"), rows=[(1,)])
def mixed_case() -> Any:
    return select(ONE.label("Mixed"))


@construct(sql=_on_each("a b.c"), rows=[(1,)])
def blank_and_dot() -> Any:
    return select(ONE.label("a b.c"))


@construct(sql=_on_each("100%s"), rows=[(1,)])
def percent() -> Any:
    return select(ONE.label("100%s"))


@construct(sql=_on_each("a`b]c'd"), rows=[(1,)])
def other_quotes() -> Any:
    return select(ONE.label("a`b]c'd"))


@construct(sql=_on_each("größe €"), rows=[(1,)])
def letters_of_the_world() -> Any:
    return select(ONE.label("größe €"))


@construct(sql={
    "*": 'SELECT t."order" FROM (SELECT 1 AS "order") AS t WHERE t."order" = 1',
    "mysql": "SELECT t.`order` FROM (SELECT 1 AS `order`) AS t WHERE t.`order` = 1",
    "mariadb": "SELECT t.`order` FROM (SELECT 1 AS `order`) AS t WHERE t.`order` = 1",
    "oracle": 'SELECT t."order" FROM (SELECT 1 AS "order" FROM dual) t WHERE t."order" = 1',
    "mssql": "SELECT t.[order] FROM (SELECT 1 AS [order]) AS t WHERE t.[order] = 1",
}, rows=[(1,)])  # fmt: skip
def referred_to() -> Any:
    inner = select(ONE.label("order")).subquery("t")
    return select(inner.c.order).where(inner.c.order == literal_column("1"))
