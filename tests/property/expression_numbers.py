"""Random numbers: arithmetic, CASE, functions, subqueries; bits and quotients, which stay on top.

In: `Choices` and `Rules`. Out: Terms of integers. Products that may leave 32 bits are not made:
what a database does then is no question of how it was written.
"""

from __future__ import annotations

from typing import Any

from expression_logic import equal, lifted
from expression_rules import bits, floor_division, length, quotient, remainder
from expression_world import LARGEST, OTHER, Kinds, Term, constant, term

from accord import Integer, String, case, cast, func, literal, select, type_coerce

BOUNDS = {"i": 30_000, "j": 9}
NUMBERS = [0, 1, -1, 2, -2, 3, 7, -9, 100, 30_000]


class Numbers(Kinds):
    """Terms that are integers."""

    def number(self, depth: int) -> Term:
        if depth <= 0:
            return self.number_leaf()
        made: Term = self.choices.of([
            self._sum, self._sum, self._sum, self._negative, self._division, self._case,
            self._switch, self._choice, self._length, self._cast, self._subquery,
        ])(depth - 1)  # fmt: skip
        return made

    def number_leaf(self) -> Term:
        which = self.choices.below(5)
        if which < 3:
            name = "ij"[which % 2]
            return Term(self.t[name], lambda row: row[name], BOUNDS[name])
        value = self.choices.of(NUMBERS)
        return constant(literal(value, Integer), value, bound=abs(value))

    def _sum(self, depth: int) -> Term:
        a, b = self.number(depth), self.number(depth)
        which = self.choices.below(4)
        if which == 0 and a.bound + b.bound < LARGEST:
            return term(
                lambda a, b: a + b, lifted(lambda a, b: a + b), a, b, bound=a.bound + b.bound
            )
        if which == 1 and a.bound + b.bound < LARGEST:
            return term(
                lambda a, b: a - b, lifted(lambda a, b: a - b), a, b, bound=a.bound + b.bound
            )
        if which == 2 and a.bound + 9 < LARGEST:  # a plain number on the left
            return term(lambda a: 9 - a, lifted(lambda a: 9 - a), a, bound=a.bound + 9)
        if a.bound * b.bound < LARGEST:
            return term(
                lambda a, b: a * b, lifted(lambda a, b: a * b), a, b, bound=a.bound * b.bound
            )
        return a

    def _negative(self, depth: int) -> Term:
        a = self.number(depth)
        if self.choices.below(3) == 0:
            return term(func.abs, lifted(abs), a, bound=a.bound)
        return term(lambda a: -a, lifted(lambda a: -a), a, bound=a.bound)

    def _division(self, depth: int) -> Term:
        """By what is never 0: what that makes is asked apart."""
        a, b = self.number(depth), self.divisor(depth)
        if self.choices.below(2):
            return term(lambda a, b: a % b, lifted(remainder), a, b, bound=a.bound)
        divided = lifted(lambda a, b: floor_division(a, b, self.rules))
        return term(lambda a, b: a // b, divided, a, b, bound=a.bound + 1)

    def divisor(self, depth: int) -> Term:
        if self.choices.below(2):
            value = self.choices.of([2, 3, -2, 7])
            return constant(literal(value, Integer), value, bound=abs(value))
        b = self.number(depth)
        if b.bound > 1000:  # a quotient of few decimals would be 0
            b = Term(self.t.j, lambda row: row["j"], BOUNDS["j"])
        return term(lambda b: func.nullif(b, 0), lambda b: b or None, b, bound=b.bound)

    def _case(self, depth: int) -> Term:
        test, a, b = self.condition(depth), self.number(depth), self.number(depth)
        bound = max(a.bound, b.bound)
        if self.choices.below(2):
            return term(
                lambda t, a: case((t, a)), lambda t, a: a if t else None, test, a, bound=bound
            )
        return term(
            lambda t, a, b: case((t, a), else_=b),
            lambda t, a, b: a if t else b,
            test,
            a,
            b,
            bound=bound,
        )

    def _switch(self, depth: int) -> Term:
        a, b, c = self.number(depth), self.number(depth), self.number(depth)
        value = self.choices.of(NUMBERS)
        return term(
            lambda a, b, c: case({value: b}, value=a, else_=c),
            lambda a, b, c: b if a == value else c,
            a, b, c, bound=max(b.bound, c.bound),
        )  # fmt: skip

    def _choice(self, depth: int) -> Term:
        a, b = self.number(depth), self.number(depth)
        bound = max(a.bound, b.bound)
        if self.choices.below(2):
            return term(func.coalesce, lambda a, b: b if a is None else a, a, b, bound=bound)
        return term(func.nullif, lambda a, b: None if equal(a, b) else a, a, b, bound=bound)

    def _length(self, depth: int) -> Term:
        return term(
            func.length, lifted(lambda s: length(s, self.rules)), self.text(depth), bound=4000
        )

    def _cast(self, depth: int) -> Term:
        which = self.choices.below(4)
        if which == 0:
            return term(lambda c: cast(c, Integer), lifted(int), self.condition(depth), bound=1)
        a = self.number(depth)
        if which == 1:
            return term(lambda a: cast(cast(a, String(20)), Integer), lambda a: a, a, bound=a.bound)
        convert = cast if which == 2 else type_coerce
        return term(lambda a: convert(a, Integer), lambda a: a, a, bound=a.bound)

    def _subquery(self, depth: int) -> Term:
        """`a` may speak of the row of a query further out than the next, which has to be said."""
        a, other = self.number(depth), self.o.alias().c

        def scalar(query: Any) -> Any:
            return query.correlate(self.main).scalar_subquery()

        if self.choices.below(2):
            return term(
                lambda a: scalar(select(func.count()).where(other.v < a)),
                lambda a: len([v for v in OTHER if a is not None and v < a]),
                a,
                bound=4,
            )
        return term(
            lambda a: scalar(select(func.max(other.v)).where(other.v <= a)),
            lifted(lambda a: max([v for v in OTHER if v <= a], default=None)),
            a,
            bound=3,
        )

    # --- on top only ------------------------------------------------------------------------------

    def bits(self, depth: int) -> Term:
        """Bitwise operators: what they make cannot be calculated with everywhere."""
        a, b = self.number(depth - 1), self.number(depth - 1)
        which = self.choices.below(6)
        if which == 5:
            return term(lambda a: a.bitwise_not(), self._of_bits(lambda a: ~a), a)
        if which > 2:
            by = self.choices.below(6)
            if which == 3 and a.bound << by < LARGEST:
                return term(lambda a: a.bitwise_lshift(by), self._of_bits(lambda a: a << by), a)
            return term(lambda a: a.bitwise_rshift(by), self._of_bits(lambda a: a >> by), a)
        name, meaning = [
            ("bitwise_and", lambda a, b: a & b),
            ("bitwise_or", lambda a, b: a | b),
            ("bitwise_xor", lambda a, b: a ^ b),
        ][which]
        return term(lambda a, b: getattr(a, name)(b), self._of_bits(meaning), a, b)

    def _of_bits(self, function: Any) -> Any:
        made = lambda *values: bits(function(*[bits(v, self.rules) for v in values]), self.rules)  # noqa: E731
        return lifted(made)

    def quotient(self, depth: int) -> Term:
        return term(
            lambda a, b: a / b, lifted(quotient), self.number(depth - 1), self.divisor(depth - 1)
        )
