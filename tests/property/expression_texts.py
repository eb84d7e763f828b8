"""Random texts: concatenation, functions, CASE; their letters compare by the rules' collation.

In: `Choices` and `Rules`. Out: Terms of strings. Letters that have cases are ASCII: what LOWER
makes of others is a question of the database's version.
"""

from __future__ import annotations

from expression_logic import equal, lifted
from expression_rules import ascii_lower, ascii_upper
from expression_world import Kinds, Term, constant, term

from accord import String, case, cast, func, literal

WORDS = [
    "", "a", "b", "A", "%", "_", "/", "\\", "'", " ", "%%", "日", "😀", "ab", ":x", "?", "%s", "--",
    '"', "''", "\\'", "{}", "$1", "a_", "\n", "%(x)s",
]  # fmt: skip


class Texts(Kinds):
    """Terms that are strings."""

    def text(self, depth: int) -> Term:
        if depth <= 0:
            return self._text_leaf()
        made: Term = self.choices.of([
            self._concat, self._concat, self._letters, self._part, self._replaced, self._text_case,
            self._text_choice, self._text_cast,
        ])(depth - 1)  # fmt: skip
        return made

    def _text_leaf(self) -> Term:
        which = self.choices.below(5)
        if which < 3:
            name = "su"[which % 2]
            return Term(self.t[name], lambda row: row[name], collated=True)
        word = self.choices.of(WORDS)
        return constant(literal(word, String(20)), word)

    def collated(self, a: Term) -> Term:
        """`a`, comparing by the rules' collation."""
        if a.collated:
            return a
        return term(lambda a: a.collate(self.rules.collation), lambda a: a, a, collated=True)

    def _concat(self, depth: int) -> Term:
        a, b = self.text(depth), self.text(depth)
        collated = a.collated or b.collated
        if self.choices.below(3) == 0:
            return term(
                lambda a, b: a.concat(b), lifted(lambda a, b: a + b), a, b, collated=collated
            )
        return term(lambda a, b: a + b, lifted(lambda a, b: a + b), a, b, collated=collated)

    def _letters(self, depth: int) -> Term:
        a = self.text(depth)
        if self.choices.below(2):
            return term(func.lower, lifted(ascii_lower), a, collated=a.collated)
        return term(func.upper, lifted(ascii_upper), a, collated=a.collated)

    def _part(self, depth: int) -> Term:
        a = self.text(depth)
        if self.choices.below(3) == 0:
            return term(func.trim, lifted(lambda a: a.strip(" ")), a, collated=a.collated)
        start, size = 1 + self.choices.below(3), self.choices.below(4)
        return term(
            lambda a: func.substr(a, start, size),
            lifted(lambda a: a[start - 1 : start - 1 + size]),
            a, collated=a.collated,
        )  # fmt: skip

    def _replaced(self, depth: int) -> Term:
        a = self.collated(self.text(depth))
        old, new = self.choices.of([word for word in WORDS if word]), self.choices.of(WORDS)
        return term(
            lambda a: func.replace(a, old, new),
            lifted(lambda a: a.replace(old, new)),
            a,
            collated=True,
        )

    def _text_case(self, depth: int) -> Term:
        test, a, b = self.condition(depth), self.text(depth), self.text(depth)
        return term(
            lambda t, a, b: case((t, a), else_=b),
            lambda t, a, b: a if t else b,
            test, a, b, collated=a.collated or b.collated,
        )  # fmt: skip

    def _text_choice(self, depth: int) -> Term:
        a, b = self.text(depth), self.text(depth)
        if self.choices.below(2):
            collated = a.collated or b.collated
            return term(func.coalesce, lambda a, b: b if a is None else a, a, b, collated=collated)
        a = self.collated(a)
        return term(func.nullif, lambda a, b: None if equal(a, b) else a, a, b, collated=True)

    def _text_cast(self, depth: int) -> Term:
        number = self.number(depth)
        return self.collated(term(lambda a: cast(a, String(20)), lifted(str), number))
