"""Random conditions: comparisons, IN, BETWEEN, LIKE, EXISTS, quantifiers, AND, OR and NOT.

In: `Choices` and `Rules`. Out: Terms that are True, False or None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import expression_logic as logic
from expression_logic import lifted
from expression_rules import ascii_lower, like
from expression_texts import WORDS
from expression_world import OTHER, Kinds, Term, constant, term

from accord import all_, and_, any_, exists, false, func, not_, null, or_, select, true, tuple_

NUMBERS = [None, 0, 1, -1, 2, 3, -7, 30_000]
ESCAPES = [None, "/", "\\", "!", "^", "'", "~", "|"]
#: Name, what it is in Python, and whether NULL on a side makes NULL.
COMPARISONS: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (lambda a, b: a == b, logic.equal),
    (lambda a, b: a != b, lambda a, b: logic.not_(logic.equal(a, b))),
    (lambda a, b: a < b, logic.less),
    (lambda a, b: a <= b, logic.at_most),
    (lambda a, b: a > b, lambda a, b: logic.less(b, a)),
    (lambda a, b: a >= b, lambda a, b: logic.at_most(b, a)),
    (lambda a, b: a.is_distinct_from(b), lambda a, b: a != b),
    (lambda a, b: a.is_not_distinct_from(b), lambda a, b: a == b),
]
#: The method, and what it asks of text and part.
PARTS: list[tuple[str, str, str]] = [
    ("contains", "%", "%"),
    ("startswith", "", "%"),
    ("endswith", "%", ""),
]


class Conditions(Kinds):
    """Terms that are true, false or unknown."""

    def condition(self, depth: int) -> Term:
        if depth <= 0:
            return self._simple()
        made: Term = self.choices.of([
            self._comparison, self._junction, self._junction, self._negation, self._text_comparison,
            self._null_test, self._truth_test, self._between, self._membership, self._part_of,
            self._like, self._tuples, self._query, self._of_conditions,
        ])(depth - 1)  # fmt: skip
        return made

    def _simple(self) -> Term:
        which = self.choices.below(6)
        if which == 5:
            return self.choices.of([constant(true(), True), constant(false(), False)])  # type: ignore[no-any-return]  # Terms
        return self._comparison(0)

    def _comparison(self, depth: int) -> Term:
        a, b = self.number(depth), self.number(depth)
        if depth and self.choices.below(8) == 7:
            a = self.bits(depth)
        return term(*self.choices.of(COMPARISONS), a, b)

    def _text_comparison(self, depth: int) -> Term:
        return term(
            *self.choices.of(COMPARISONS), self.collated(self.text(depth)), self.text(depth)
        )

    def _of_conditions(self, depth: int) -> Term:
        which = [0, 1, 6, 7][self.choices.below(4)]
        return term(*COMPARISONS[which], self.condition(depth), self.condition(depth))

    def _junction(self, depth: int) -> Term:
        parts = self.choices.several(lambda: self.condition(depth), 2, 3)
        if self.choices.below(9) == 8:
            parts.append(constant(null(), None))
        which = self.choices.below(4)
        if which == 2:
            return term(lambda a, b, *_: a & b, lambda a, b, *_: logic.all_of([a, b]), *parts)
        if which == 3:
            return term(lambda a, b, *_: a | b, lambda a, b, *_: logic.any_of([a, b]), *parts)
        sql, python = [(and_, logic.all_of), (or_, logic.any_of)][which]
        return term(sql, lambda *values: python(values), *parts)

    def _negation(self, depth: int) -> Term:
        a = self.condition(depth)
        return term(self.choices.of([not_, lambda a: ~a]), logic.not_, a)

    def _null_test(self, depth: int) -> Term:
        kind = self.choices.of([self.number, self.text, self.condition])
        a = kind(depth)
        if kind == self.condition and not self.rules.null_safe_is_known:
            a = term(lambda a: func.coalesce(a, null()), lambda a: a, a)
        if self.choices.below(2):
            sql = self.choices.of([lambda a: a != None, lambda a: a.is_not(None)])  # noqa: E711
            return term(sql, lambda a: a is not None, a)
        sql = self.choices.of([lambda a: a == None, lambda a: a.is_(None), lambda a: a.is_(null())])  # noqa: E711
        return term(sql, lambda a: a is None, a)

    def _truth_test(self, depth: int) -> Term:
        a = self.condition(depth)
        sql, python = self.choices.of([
            (lambda a: a == False, logic.not_),  # noqa: E712
            (lambda a: a == True, lambda a: a),  # noqa: E712
            (lambda a: a != True, logic.not_),  # noqa: E712
            (lambda a: a.is_(True), lambda a: a is True),
            (lambda a: a.is_(False), lambda a: a is False),
            (lambda a: a.is_not(True), lambda a: a is not True),
            (lambda a: a.is_(true()), lambda a: a is True),
        ])  # fmt: skip
        return term(sql, python, a)

    def _between(self, depth: int) -> Term:
        kind = self.choices.of([self.number, self.text])
        a, low, high = self.collated_if_text(kind(depth)), kind(depth), kind(depth)
        if self.choices.below(3) == 0:
            return term(
                lambda a, b, c: ~a.between(b, c),
                lambda *v: logic.not_(logic.between(*v)),
                a,
                low,
                high,
            )
        return term(lambda a, b, c: a.between(b, c), logic.between, a, low, high)

    def collated_if_text(self, a: Term) -> Term:
        return self.collated(a) if a.sql.type.affinity == "string" else a

    # --- IN ---------------------------------------------------------------------------------------

    def _membership(self, depth: int) -> Term:
        which = self.choices.below(4)
        a = self.number(depth)
        if which == 0:
            options = self.choices.several(lambda: self.choices.of(NUMBERS), 0, 5)
            return self._in(a, options, lambda row: options)
        if which == 1:
            a = self.collated(self.text(depth))
            words = self.choices.several(lambda: self.choices.of([None, *WORDS]), 0, 4)
            return self._in(a, words, lambda row: words)
        if which == 2:
            terms = self.choices.several(lambda: self.number(depth), 1, 3)
            return self._in(a, [t.sql for t in terms], lambda row: [t.python(row) for t in terms])
        least, other = self.choices.of([-9, 0, 3, 9]), self.o.alias().c
        query = select(other.v).where(other.v >= least)
        return self._in(a, query, lambda row: [v for v in OTHER if v >= least])

    def _in(self, a: Term, options: Any, values: Callable[[Any], list[Any]]) -> Term:
        if self.choices.below(2):
            return Term(a.sql.in_(options), lambda row: logic.member(a.python(row), values(row)))
        return Term(
            a.sql.not_in(options), lambda row: logic.not_(logic.member(a.python(row), values(row)))
        )

    def _tuples(self, depth: int) -> Term:
        a, b, c, d = [self._of_row(self.number(depth)) for _ in "abcd"]
        which = self.choices.below(4)
        if which == 0:
            return term(
                lambda a, b, c, d: tuple_(a, b) == tuple_(c, d),
                lambda a, b, c, d: logic.rows_equal((a, b), (c, d)),
                a, b, c, d,
            )  # fmt: skip
        if which == 1:
            return term(
                lambda a, b, c, d: tuple_(a, b) < tuple_(c, d),
                lambda a, b, c, d: logic.rows_less((a, b), (c, d)),
                a, b, c, d,
            )  # fmt: skip
        pairs = self.choices.several(
            lambda: (self.choices.of(NUMBERS[1:]), self.choices.of(NUMBERS[1:])), 0, 3
        )
        found = lambda a, b: logic.any_of([logic.rows_equal((a, b), pair) for pair in pairs])  # noqa: E731
        if which == 2:
            return term(lambda a, b: tuple_(a, b).in_(pairs), found, a, b)
        return term(
            lambda a, b: tuple_(a, b).not_in(pairs), lambda a, b: logic.not_(found(a, b)), a, b
        )

    def _of_row(self, a: Term) -> Term:
        if self.rules.row_nulls:
            return a
        return term(lambda a: func.coalesce(a, 0), lambda a: a or 0, a)

    # --- LIKE -------------------------------------------------------------------------------------

    def _part_of(self, depth: int) -> Term:
        """contains, startswith, endswith: of a part that is meant as it is, or as a pattern."""
        a = self.collated(self.text(depth))
        name, before, behind = self.choices.of(PARTS)
        escape = self.choices.of(ESCAPES)
        special = [escape or "/", escape or "/", "%", "_"]
        words = [lambda: self.choices.of(WORDS), lambda: self.choices.of(special)]
        part = "".join(self.choices.several(lambda: self.choices.of(words)(), 1, 2))
        caseless = self.choices.below(3) == 2
        method = f"i{name}" if caseless else name
        if self.choices.below(3):
            return term(
                lambda a: getattr(a, method)(part, autoescape=True, escape=escape),
                lifted(lambda a: self._has(a, name, part, caseless=caseless)),
                a,
            )
        if not behind:
            part = self._closed(part, None)
        pattern = before + part + behind
        return term(
            lambda a: getattr(a, method)(part),
            lifted(lambda a: like(a, pattern, self.rules, None, caseless=caseless)),
            a,
        )

    def _has(self, text: str, name: str, part: str, *, caseless: bool) -> bool:
        if caseless or self.rules.like_ignores_case:
            text, part = ascii_lower(text), ascii_lower(part)
        tests = {
            "contains": text.__contains__,
            "startswith": text.startswith,
            "endswith": text.endswith,
        }
        return bool(tests[name](part))

    def _like(self, depth: int) -> Term:
        a = self.collated(self.text(depth))
        escape = self.choices.of(ESCAPES)
        words = self.choices.several(lambda: self.choices.of(WORDS), 1, 3)
        pattern = self._closed("".join(words), escape)
        method = self.choices.of(["like", "like", "ilike", "not_like", "not_ilike"])
        caseless = "ilike" in method
        found = lifted(lambda a: like(a, pattern, self.rules, escape, caseless=caseless))
        negated = method.startswith("not_")
        return term(
            lambda a: getattr(a, method)(pattern, escape=escape),
            (lambda a: logic.not_(found(a))) if negated else found,
            a,
        )

    def _closed(self, pattern: str, escape: str | None) -> str:
        """`pattern` without an escape at its end that escapes nothing: databases disagree there."""
        escape = self.rules.like_escape if escape is None else escape
        if escape is None:
            return pattern
        escapes = len(pattern) - len(pattern.rstrip(escape))
        return pattern + "a" if escapes % 2 else pattern

    # --- queries ----------------------------------------------------------------------------------

    def _query(self, depth: int) -> Term:
        a = self.number(depth)
        which = self.choices.below(4 if self.rules.quantified else 2)
        other = self.o.alias().c
        if which == 0:
            return term(
                lambda a: exists().where(other.v == a).correlate(self.main),
                lambda a: a in OTHER,
                a,
            )
        if which == 1:
            return term(
                lambda a: ~exists(select(other.v).where(other.v > a).correlate(self.main)),
                lambda a: not any(logic.less(a, v) for v in OTHER),
                a,
            )
        least = self.choices.of([-9, 0, 9])
        values = [v for v in OTHER if v > least]
        query = select(other.v).where(other.v > least).scalar_subquery()
        quantifier, joined = [(any_, logic.any_of), (all_, logic.all_of)][which - 2]
        sql, python = self.choices.of(COMPARISONS[:6])
        return term(
            lambda a: sql(a, quantifier(query)), lambda a: joined([python(a, v) for v in values]), a
        )
