"""Stage 3, where operations depend on each other: their rows in order, circles broken.

In: operations that have to precede one another, and conflicts about unique values. Out:
operations of some of the rows each, in an order that works. Edges are between rows, from actual
values: the row of a parent before its child's, a child's last row before its parent is deleted,
the giver of a unique value before its taker. A circle is broken by one more write: a nullable
foreign key is inserted as NULL and patched (PATCH), or emptied early; a unique value is parked
early, as NULL or as a reserved value nobody else uses (PARK). These writes are quiet: no
version, no event.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from accord import exc
from accord.records import replace
from accord.schema.constraint_model import Reference, UniqueSlot
from accord.state import NOT_LOADED

from .circles import (
    Edge,
    Node,
    Role,
    Way,
    Why,
    cell_at,
    components,
    emptied,
    longest_path,
    nullable,
    parkable,
    parking,
    patching,
    reserved,
)
from .constraints import (
    Conflict,
    at_statement_end,
    lets_go,
    new_values,
    old_values,
    provides,
    references_of,
    refers_by,
)
from .operations import UNLINKED, Kind, Operation, name_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from accord.dialect.steps import AnyColumn

    from .collect import Previous


def order_rows(
    operations: list[Operation],
    members: list[int],
    conflicts: list[Conflict],
    previous: Previous,
) -> list[Operation]:
    """Return the operations `members`, which depend on each other, divided and in order."""
    graph = _RowGraph(operations, members, conflicts, previous)
    return [graph.operation(nodes) for nodes in graph.schedule()]


class _RowGraph:
    """The rows of operations that depend on each other."""

    def __init__(
        self,
        operations: list[Operation],
        members: list[int],
        conflicts: list[Conflict],
        previous: Previous,
    ) -> None:
        self.operations = operations
        self.members = members
        self.previous = previous
        self.nodes: list[Node] = []
        #: Operation → number of its first row's node.
        self.first: dict[int, int] = {}
        for index in members:
            self.first[index] = len(self.nodes)
            self.nodes += [Node(index, row) for row in range(len(operations[index].objs))]
        self.leaving: defaultdict[int, list[Edge]] = defaultdict(list)
        self.entering: defaultdict[int, list[Edge]] = defaultdict(list)
        for index in members:
            for reference in references_of(operations[index]):
                self._refer(index, reference)
                self._let_go(index, reference)
        for conflict in conflicts:
            (giver, giving), (taker, taking) = conflict.giver, conflict.taker
            if giver in self.first and taker in self.first:
                nodes = self.first[giver] + giving, self.first[taker] + taking
                self._connect(Edge(*nodes, Why.GIVES, conflict.slot))

    # -- edges -----------------------------------------------------------------------------------

    def _refer(self, index: int, reference: Reference) -> None:
        """Rows that come to refer to others: after those."""
        child = self.operations[index]
        if not refers_by(child, reference):
            return
        by_object, by_value = self._referable(reference)
        if not by_object:
            return
        cells = [child.cell(column) for column in reference.columns]
        values = _tuples(
            [[NOT_LOADED] * len(child.objs) if cell is None else new_values(cell) for cell in cells]
        )
        linked = next((cell.parents for cell in cells if cell is not None and cell.parents), None)
        for row, value in enumerate(values):
            parent = UNLINKED if linked is None else linked[row]
            node = self.first[index] + row
            source = by_value.get(value) if parent is UNLINKED else by_object.get(id(parent))
            if source is None or (source == node and child.key is None):
                continue
            self._connect(Edge(source, node, Why.REFERS, reference))

    def _referable(self, reference: Reference) -> tuple[dict[int, int], dict[Hashable, int]]:
        """Return the rows that can be referred to from now on, by object and by value."""
        by_object: dict[int, int] = {}
        by_value: dict[Hashable, int] = {}
        for index in self.members:
            operation = self.operations[index]
            if operation.writes.table is not reference.referred_table or not provides(
                operation, reference
            ):
                continue
            numbers = range(self.first[index], self.first[index] + len(operation.objs))
            by_object.update(zip(map(id, operation.objs), numbers, strict=True))
            cells = [operation.cell(column) for column in reference.referred_columns]
            given = [new_values(cell) for cell in cells if cell is not None]
            if len(given) == len(cells):
                by_value.update(zip(_tuples(given), numbers, strict=True))
        return by_object, by_value

    def _let_go(self, index: int, reference: Reference) -> None:
        """Rows that cease to refer to others: before those are deleted."""
        child = self.operations[index]
        if not lets_go(child, reference):
            return
        gone: dict[Hashable, int] = {}
        for other in self.members:
            operation = self.operations[other]
            if operation.kind is Kind.DELETE and operation.writes.table is reference.referred_table:
                old = [
                    old_values(operation, column, self.previous)
                    for column in reference.referred_columns
                ]
                numbers = range(self.first[other], self.first[other] + len(operation.objs))
                gone.update(zip(_tuples(old), numbers, strict=True))
        if not gone:
            return
        held = [old_values(child, column, self.previous) for column in reference.columns]
        for row, value in enumerate(_tuples(held)):
            node, parent = self.first[index] + row, gone.get(value)
            if parent is not None and (parent != node or not at_statement_end(child)):
                self._connect(Edge(node, parent, Why.LETS_GO, reference))

    # -- schedule --------------------------------------------------------------------------------

    def schedule(self) -> Iterator[list[int]]:
        """Yield nodes in an order that respects the edges; each list is written alike."""
        circular = set(range(len(self.nodes)))
        while circular:
            circular = self._break_circles(circular)
        self._shorten_chains()
        waits = [len(self.entering.get(number, ())) for number in range(len(self.nodes))]
        likeness = [self._likeness(number) for number in range(len(self.nodes))]
        size = Counter(likeness)
        ready: dict[Hashable, list[int]] = {}
        for number, waiting in enumerate(waits):
            if not waiting:
                ready.setdefault(likeness[number], []).append(number)
        while ready:
            # Whole operations first: what is not yet complete may become it meanwhile.
            key = min(
                ready, key=lambda key: (len(ready[key]) < size[key], self._rank(ready[key][0]))
            )
            nodes = sorted(ready.pop(key))
            size[key] -= len(nodes)
            yield nodes
            for number in nodes:
                for edge in self.leaving.get(number, ()):
                    waits[edge.after] -= 1
                    if not waits[edge.after]:
                        ready.setdefault(likeness[edge.after], []).append(edge.after)

    def _likeness(self, number: int) -> Hashable:
        """Return equal keys for nodes that one operation can write."""
        node = self.nodes[number]
        moved = node.role is Role.ROW and bool(node.parked)
        return (node.operation, node.role, tuple(map(id, node.columns)), number if moved else -1)

    def _rank(self, number: int) -> tuple[bool, int, int]:
        node = self.nodes[number]
        deletes = self.operations[node.operation].kind is Kind.DELETE and node.role is Role.ROW
        return (deletes, node.role, node.operation)

    # -- chains ----------------------------------------------------------------------------------

    def _shorten_chains(self) -> None:
        """Rows that hand on unique values one to the next cost a statement each; parked all at
        once, they cost two together.
        """
        giving = {
            number: [edge for edge in edges if edge.why is Why.GIVES]
            for number, edges in self.leaving.items()
        }
        if longest_path({n: [e.after for e in edges] for n, edges in giving.items()}) <= _LONGEST:
            return
        taking = {edge.after for edges in giving.values() for edge in edges}
        rules = [edge.rule for edges in self.leaving.values() for edge in edges]
        referred = _referred(rules)
        for number in taking.intersection(giving):
            for slot in {id(edge.rule): edge for edge in giving[number]}.values():
                way = self._way(slot, referred)
                if way is not None:
                    self._park(way)

    # -- circles ---------------------------------------------------------------------------------

    def _break_circles(self, left: set[int]) -> set[int]:
        """Split one node of every circle among `left`; returns where there may be circles still."""
        numbers = sorted(left)
        position = {node: index for index, node in enumerate(numbers)}
        leaving = [self.leaving.get(number, ()) for number in numbers]
        inside = [edge for edges in leaving for edge in edges if edge.after in left]
        follows: list[list[int]] = [[] for _ in numbers]
        for edge in inside:
            follows[position[edge.before]].append(position[edge.after])
        component_of: dict[int, int] = {}
        for index, component in enumerate(components(len(numbers), follows.__getitem__)):
            component_of.update((numbers[item], index) for item in component)
        circles: dict[int, list[Edge]] = {}
        for edge in inside:
            if component_of[edge.before] == component_of[edge.after]:
                circles.setdefault(component_of[edge.before], []).append(edge)
        found: set[int] = set()
        for edges in circles.values():
            found.update(edge.after for edge in edges)
            found |= self._break(edges)
        return found

    def _break(self, edges: list[Edge]) -> set[int]:
        """Break one circle in the way that splits the fewest rows."""
        ways: dict[tuple[int, Why], list[Way]] = {}
        referred = _referred([edge.rule for edge in edges])
        for edge in edges:
            way = self._way(edge, referred)
            if way is not None:
                ways.setdefault((id(way.rule), way.why), []).append(way)
        if not ways:
            if self._one_delete(edges):
                for edge in edges:
                    self._disconnect(edge)
                return set()
            raise self._unbreakable(edges)
        best = min(
            ways.values(),
            key=lambda found: (len({way.node for way in found}), _PREFERENCE[found[0].why]),
        )
        way = best[0]
        return {self._patch(way) if way.why is Why.REFERS else self._park(way)}

    def _way(self, edge: Edge, referred: set[AnyColumn]) -> Way | None:
        """Return how an edge could be got rid of, if at all."""
        rule = edge.rule
        number = edge.after if edge.why is Why.REFERS else edge.before
        node = self.nodes[number]
        operation = self.operations[node.operation]
        if rule is None or node.role is not Role.ROW or operation.writes.mapper is None:
            return None
        if isinstance(rule, UniqueSlot):
            field = None if node.parked else parkable(operation, rule, referred)
            if field is None:
                return None
            return Way(number, edge.why, rule, (field.column,), (reserved(field),))
        if edge.why is Why.REFERS and operation.kind is not Kind.INSERT:
            return None
        columns = tuple(nullable(operation, rule))
        return Way(number, edge.why, rule, columns, (None,) * len(columns)) if columns else None

    def _one_delete(self, edges: list[Edge]) -> bool:
        """Rows of one DELETE that refer to each other go together: that is one statement,
        checked at its end.
        """
        touched = {
            self.nodes[number].operation for edge in edges for number in (edge.before, edge.after)
        }
        return (
            len(touched) == 1
            and all(edge.why is Why.LETS_GO for edge in edges)
            and at_statement_end(self.operations[touched.pop()])
        )

    def _patch(self, way: Way) -> int:
        """Insert NULL into a foreign key first and set it once the parent is there."""
        node = self.nodes[way.node]
        new = self._add(Node(node.operation, node.row, Role.PATCH, way.columns))
        node.columns = (*node.columns, *way.columns)
        for edge in self.entering.pop(way.node, []):
            late = edge.why is Why.REFERS and _touches(edge.rule, way.columns)
            edge.after = new if late else way.node
            self.entering[edge.after].append(edge)
        self._connect(Edge(way.node, new, Why.IS_SAME))
        return new

    def _park(self, way: Way) -> int:
        """Give up a unique value or a foreign key before the row itself is written or deleted."""
        node = self.nodes[way.node]
        new = self._add(Node(node.operation, node.row, Role.PARK, way.columns, way.values))
        matched = [cell.field.column for cell in self.operations[node.operation].match]
        if not set(way.columns).isdisjoint(matched):
            node.columns, node.parked = way.columns, way.values
        for edge in self.leaving.pop(way.node, []):
            early = edge.why in (Why.GIVES, Why.LETS_GO) and _touches(edge.rule, way.columns)
            edge.before = new if early else way.node
            self.leaving[edge.before].append(edge)
        self._connect(Edge(new, way.node, Why.IS_SAME))
        return new

    def _connect(self, edge: Edge) -> None:
        self.leaving[edge.before].append(edge)
        self.entering[edge.after].append(edge)

    def _disconnect(self, edge: Edge) -> None:
        self.leaving[edge.before].remove(edge)
        self.entering[edge.after].remove(edge)

    def _add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _unbreakable(self, edges: list[Edge]) -> exc.AccordError:
        rows = {number: None for edge in edges for number in (edge.before, edge.after)}
        shown = ", ".join([self._row_name(number) for number in list(rows)[:6]])
        slot = next((edge.rule for edge in edges if isinstance(edge.rule, UniqueSlot)), None)
        if slot is None:
            return exc.CircularDependencyError(
                "Rows depend on each other in a circle and no foreign key of it can be NULL for a "
                f"while: {shown}. Make one of the foreign keys nullable, or deferrable and "
                "initially deferred"
            )
        columns = ", ".join([str(column.name) for column in slot.columns])
        return exc.UniqueCycleError(
            f"Rows exchange values of the unique key ({columns}) in a circle: {shown}. Make the "
            "key deferrable and initially deferred, or one of its columns nullable, or write the "
            "rows in two flushes with a value of your own in between"
        )

    def _row_name(self, number: int) -> str:
        node = self.nodes[number]
        operation = self.operations[node.operation]
        if not operation.match:
            return f"new {name_of(operation.objs[node.row])}"
        keys = [f"{cell.field.key}={cell.values[node.row]!r}" for cell in operation.match]
        return f"{operation.writes.name}({', '.join(keys)})"

    # -- operations again ------------------------------------------------------------------------

    def operation(self, numbers: list[int]) -> Operation:
        """Return the operation that writes some nodes, which are alike."""
        node = self.nodes[numbers[0]]
        rows = [self.nodes[number].row for number in numbers]
        whole = self.operations[node.operation]
        if node.role is Role.PARK:
            return parking(
                whole.writes,
                [whole.objs[row] for row in rows],
                node.columns,
                [self.nodes[number].parked for number in numbers],
            )
        some = whole.take(rows)
        if node.role is Role.PATCH:
            return patching(some, node.columns)
        if node.parked:
            match = [cell_at(cell, node.columns, node.parked) for cell in some.match]
            return replace(some, match=tuple(match))
        if node.columns:
            return replace(some, cells=tuple([emptied(cell, node.columns) for cell in some.cells]))
        return some


#: Longer chains of rows that hand on a unique value are cut.
_LONGEST = 3
_PREFERENCE = {Why.GIVES: 0, Why.REFERS: 1, Why.LETS_GO: 2, Why.IS_SAME: 3}


def _tuples(columns: Sequence[Sequence[object]]) -> Iterable[Hashable]:
    return zip(*columns, strict=True)


def _referred(rules: Iterable[Reference | UniqueSlot | None]) -> set[AnyColumn]:
    """Return the columns that foreign keys among `rules` refer to."""
    references = [rule for rule in rules if isinstance(rule, Reference)]
    return {column for rule in references for column in rule.referred_columns}


def _touches(rule: Reference | UniqueSlot | None, columns: Sequence[AnyColumn]) -> bool:
    return rule is not None and not set(rule.columns).isdisjoint(columns)
