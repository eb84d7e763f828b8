"""Random queries around random expressions: WHERE, aggregates, windows, order and slices, sets.

In: a `Campaign` and bytes. Out: nothing, or `Disagreement`. Python's own functions say what is
right: sorted and slices, sets and counters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from expression_campaign import Campaign, Disagreement, same
from expression_language import Language
from expression_world import ROWS, Term

from accord import except_, func, intersect, literal, select, union, union_all


def compare_where(asked: Campaign, batch: Sequence[bytes]) -> None:
    """Each condition keeps the rows in which it is true: all of them in one UNION ALL."""
    main = asked.tables.main
    conditions = [asked.language(data).condition(3) for data in batch]
    queries = [
        select(literal(number), main.c.id).select_from(main).where(condition.sql)
        for number, condition in enumerate(conditions)
    ]
    expected = [
        (number, row["id"])
        for number, condition in enumerate(conditions)
        for row in ROWS
        if condition.python(row) is True
    ]
    for form, found in asked.answers(union_all(*queries)):
        if sorted(map(tuple, found)) != expected:
            wrong = set(map(tuple, found)) ^ set(expected)
            number, key = min(wrong)
            said = asked.literal(conditions[number].sql)
            raise Disagreement(f"{form}: WHERE {said} in row {key}: kept or not, wrongly")
    asked.note(conditions)


def _aggregate(language: Language) -> tuple[Any, Callable[[Sequence[Any]], Any], Sequence[Term]]:
    number, condition = language.number(2), language.condition(2)
    name, meaning = language.choices.of([
        ("sum", lambda values: sum(values) if values else None),
        ("count", len),
        ("min", lambda values: min(values, default=None)),
        ("max", lambda values: max(values, default=None)),
    ])  # fmt: skip
    made = getattr(func, name)(number.sql).filter(condition.sql)
    rows = [row for row in ROWS if condition.python(row) is True]
    values = [v for v in map(number.python, rows) if v is not None]
    return made, lambda _: meaning(values), (number, condition)


def compare_aggregates(asked: Campaign, batch: Sequence[bytes]) -> None:
    """Aggregates of what a condition filters."""
    made = [_aggregate(asked.language(data)) for data in batch]
    labelled = [sql.label(f"x{number}") for number, (sql, _, _) in enumerate(made)]
    for form, found in asked.answers(select(*labelled).select_from(asked.tables.main)):
        for (sql, meaning, _), answer in zip(made, found[0], strict=True):
            if not same(answer, meaning(()), asked.rules):
                raise Disagreement(
                    f"{form}: {asked.literal(sql)}: the database says {answer!r}, "
                    f"Python {meaning(())!r}"
                )
    asked.note([term for _, _, terms in made for term in terms])


def compare_windows(asked: Campaign, batch: Sequence[bytes]) -> None:
    """Sums over a frame of rows, in order, within a partition."""
    main = asked.tables.main
    languages = [asked.language(data) for data in batch]
    numbers = [language.number(2) for language in languages]
    parts = [language.condition(1) for language in languages]
    frames = [
        (None if (low := language.choices.below(4)) == 3 else -low, language.choices.below(3))
        for language in languages
    ]
    labelled = [
        func.sum(number.sql)
        .over(partition_by=_partition(part.sql), order_by=main.c.id.desc(), rows=frame)
        .label(f"x{position}")
        for position, (number, part, frame) in enumerate(zip(numbers, parts, frames, strict=True))
    ]
    statement = select(*labelled).select_from(main).order_by(main.c.id)
    for form, found in asked.answers(statement):
        for position, (number, part, frame) in enumerate(zip(numbers, parts, frames, strict=True)):
            expected = _sums(number, part, frame)
            said = [row[position] for row in found]
            if said != expected:
                raise Disagreement(
                    f"{form}: {asked.literal(labelled[position].element)}: the database says "
                    f"{said}, Python {expected}"
                )
    asked.note([*numbers, *parts])


def _partition(key: Any) -> Any:
    """A constant makes one partition of all rows; MySQL takes it for a position, and refuses it."""
    return key if _speaks_of_a_row(key) else None


def _sums(number: Term, part: Term, frame: tuple[int | None, int]) -> list[Any]:
    found: dict[int, Any] = {}
    partitions: dict[Any, list[Any]] = {}
    for row in reversed(ROWS):  # by id, descending
        partitions.setdefault(part.python(row), []).append(row)
    for rows in partitions.values():
        for at, row in enumerate(rows):
            first = 0 if frame[0] is None else max(0, at + frame[0])
            inside = [number.python(other) for other in rows[first : at + frame[1] + 1]]
            values = [value for value in inside if value is not None]
            found[row["id"]] = sum(values) if values else None
    return [found[row["id"]] for row in ROWS]


def compare_order(asked: Campaign, data: bytes) -> None:
    """ORDER BY is sorted(), LIMIT and OFFSET are a slice."""
    language, main = asked.language(data), asked.tables.main
    kind = language.choices.of([language.number, language.text, language.condition])
    key: Term = kind(2)
    if not _speaks_of_a_row(key.sql):
        return  # a constant orders nothing: databases take it for a position, or refuse it
    if key.sql.type.affinity == "string":
        key = language.collated(key)
    down, nulls_first = language.choices.below(2), language.choices.below(2)
    sort = key.sql.desc() if down else key.sql.asc()
    sort = sort.nulls_first() if nulls_first else sort.nulls_last()
    rows = sorted(
        [row for row in ROWS if key.python(row) is not None], key=key.python, reverse=bool(down)
    )
    if down:  # equal ones by id, ascending
        rows.sort(key=lambda row: row["id"])
        rows.sort(key=key.python, reverse=True)
    unknown = [row for row in ROWS if key.python(row) is None]
    ids = [row["id"] for row in (unknown + rows if nulls_first else rows + unknown)]
    statement = select(main.c.id).order_by(sort, main.c.id)
    start, size = language.choices.below(10), language.choices.below(10)
    if start % 2:
        statement, ids = statement.offset(start // 2), ids[start // 2 :]
    if size % 3:
        statement, ids = statement.limit(size // 2), ids[: size // 2]
    for form, found in asked.answers(statement):
        if [row[0] for row in found] != ids:
            raise Disagreement(
                f"{form}: {asked.literal(statement)}\nthe database says {found}, Python {ids}"
            )
    asked.note([key])


def _speaks_of_a_row(node: Any) -> bool:
    return node.visit_name == "column" or any(map(_speaks_of_a_row, node.children()))


def compare_sets(asked: Campaign, data: bytes) -> None:
    """UNION, INTERSECT and EXCEPT are operations on sets; UNION ALL adds."""
    language = asked.language(data)
    statement, expected, terms = _set(language, asked, 2)
    for form, found in asked.answers(statement):
        if Counter(row[0] for row in found) != expected:
            raise Disagreement(
                f"{form}: {asked.literal(statement)}\nthe database says {found}, Python {expected}"
            )
    asked.note(terms)


def _set(language: Language, asked: Campaign, depth: int) -> tuple[Any, Counter[Any], list[Term]]:
    if depth == 0 or (depth == 1 and language.choices.below(3) == 0):
        number, condition = language.number(1), language.condition(1)
        query = select(number.sql.label("x")).select_from(asked.tables.main).where(condition.sql)
        values = [number.python(row) for row in ROWS if condition.python(row) is True]
        return query, Counter(values), [number, condition]
    one, ones, first = _set(language, asked, depth - 1)
    two, twos, second = _set(language, asked, depth - 1)
    combine, meaning = language.choices.of([
        (union_all, lambda a, b: a + b),
        (union, lambda a, b: Counter(set(a) | set(b))),
        (intersect, lambda a, b: Counter(set(a) & set(b))),
        (except_, lambda a, b: Counter(set(a) - set(b))),
    ])  # fmt: skip
    return combine(one, two), meaning(ones, twos), first + second
