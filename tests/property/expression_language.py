"""The language of random expressions: any kind, and as many of them as a statement takes.

In: bytes and a backend's `Rules`. Out: `Term`s.
"""

from __future__ import annotations

from expression_conditions import Conditions
from expression_numbers import Numbers
from expression_texts import Texts
from expression_world import Term


class Language(Conditions, Numbers, Texts):
    """Random terms of every kind."""

    def term(self) -> Term:
        """Any kind of term, up to four levels deep."""
        depth = 1 + self.choices.below(4)
        made: Term = self.choices.of([
            self.condition, self.condition, self.condition, self.number, self.number, self.text,
            self.bits, self.quotient,
        ])(depth)  # fmt: skip
        return made
