"""The key plan of a table on an engine: how the keys of new rows come back, chosen once, with
every reason kept.

`choose_steps` asks the dialect's strategies in their order; the first that suits is taken, the
others' reasons stay in the plan for `accord explain`. `insert_steps` is the way in for whoever has
a batch to insert. In: a table and a bind, or an InsertBatch. Out: a KeyPlan, or the InsertResult.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.keys.base import KeyNeed, KeyStrategy, PlanOutdated, Refusal, Suits
from accord.dialect.steps import Bind, Steps, capabilities_of
from accord.exc import CompileError
from accord.records import dataclass

if TYPE_CHECKING:
    from accord.dialect.batch import InsertBatch, InsertResult
    from accord.schema import Table

ATTEMPTS = 5
"""How often a plan is made anew because the schema changed between plan and insert, before that is
an error."""


@dataclass(frozen=True, slots=True, eq=False)
class KeyPlan:
    """How rows of one table get in, on one engine.

    `strategy` serves batches whose key the database makes, `given` those whose rows bring their
    keys. `reasons` are (strategy name, "chosen" | "refused" | "not reached", reason), in the
    dialect's order.
    """

    table_name: str
    key_name: str | None
    strategy: KeyStrategy
    given: KeyStrategy
    reasons: tuple[tuple[str, str, str], ...]

    def for_batch(self, batch: InsertBatch) -> KeyStrategy:
        """The strategy for this batch."""
        return self.given if batch.key is None else self.strategy

    def __str__(self) -> str:
        key = f"key {self.key_name}" if self.key_name else "keys given"
        lines = [f"{self.table_name} ({key}): {self.strategy.name}"]
        lines += [f"  {name}: {verdict}, {reason}" for name, verdict, reason in self.reasons]
        return "\n".join(lines)


def choose_steps(
    bind: Bind, table: Table, *, fresh: bool = False, write: bool = True
) -> Steps[KeyPlan]:
    """The key plan of `table` on `bind`: the kept one, or made now (which may ask the catalog
    once).

    `fresh` makes it anew; `write=False` is for those who only look (`accord explain`).
    """
    plan = None if fresh else bind.key_plans.get(table)
    if plan is not None:
        return plan
    capabilities = yield from capabilities_of(bind)
    dialect = bind.dialect  # asked for now: the server may have turned out to need another one
    need = KeyNeed.of(table, dialect, capabilities)
    if need.key is not None:
        need = need.with_facts((yield from dialect.key_facts_steps(bind, need, write=write)))
    chosen, reasons = _choose(need, dialect.key_strategies)
    given, _ = _choose(need.given(), dialect.key_strategies)
    if chosen is None or given is None:
        refused = "; ".join(f"{name}: {reason}" for name, _, reason in reasons)
        raise CompileError(
            f"Dialect {dialect.name!r} has no key strategy for table {table.name!r} ({refused}); "
            "give the rows their keys, or give the column a Python-side default"
        )
    plan = KeyPlan(
        table.name, need.key.name if need.key is not None else None, chosen, given, reasons
    )
    if need.facts is None or need.facts.settled:
        bind.key_plans[table] = plan
    return plan


def _choose(
    need: KeyNeed, strategies: tuple[type[KeyStrategy], ...]
) -> tuple[KeyStrategy | None, tuple[tuple[str, str, str], ...]]:
    chosen: KeyStrategy | None = None
    wrapped = need.wrapped
    reasons: list[tuple[str, str, str]] = []
    for strategy in strategies:
        answer = strategy.suits(need)
        if wrapped and strategy.counts and isinstance(answer, Suits):
            answer = Refusal("values of the key's type go through SQL, and numbers counted do not")
        if isinstance(answer, Refusal):
            reasons.append((strategy.name, "refused", answer.reason))
        elif chosen is None:
            chosen = answer.strategy
            reasons.append((strategy.name, "chosen", answer.reason))
        else:
            reasons.append((strategy.name, "not reached", answer.reason))
    return chosen, tuple(reasons)


def insert_steps(batch: InsertBatch) -> Steps[InsertResult]:
    """Insert a batch by the plan of its table. A plan that the schema has overtaken is made anew
    before anything is written.
    """
    fresh = False
    for _ in range(ATTEMPTS):
        plan = yield from choose_steps(batch.bind, batch.table, fresh=fresh)
        try:
            return (yield from plan.for_batch(batch).insert_steps(batch))
        except PlanOutdated:
            fresh = True  # a strategy says so before its first write
    raise PlanOutdated(
        f"The definition of table {batch.table.name!r} changes faster than its key plan can be made"
    )
