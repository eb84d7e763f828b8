"""Related objects out of the same statement: `joinedload` and `contains_eager`.

In: the entity plans of a SELECT and its directives. Out: the SELECT with LEFT OUTER JOINs onto
aliases of the related tables and their columns behind the user's own (`rewrite`), and after the
rows are in, the related objects put into the attributes of their owners (`attach`). A collection
joined to a statement with LIMIT, OFFSET, DISTINCT or GROUP BY would change which rows those mean:
such a collection is loaded by a second statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.mapping import AliasedEntity, QueryableAttribute, RelationshipProperty, new_collection
from accord.mapping.adapting import table_exchanged, without_attributes
from accord.sql.nodes import Entity
from accord.state import STATE_KEY

from .options import COLUMN_STRATEGIES, STICKY, Directive, Path, everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .plan import EntityPlan, LoadPlan

_LATER = frozenset({"selectin", "immediate", "noload", "subquery"})
#: What a relationship may be mapped with to be loaded along with its owner.
EAGER = frozenset({"joined", "selectin", "immediate", "subquery"})


class Edge:
    """One relationship loaded within the statement."""

    __slots__ = ("child", "criteria", "how", "innerjoin", "prop")

    def __init__(
        self,
        prop: RelationshipProperty,
        child: EntityPlan,
        how: str,
        innerjoin: bool,
        criteria: tuple[Any, ...],
    ) -> None:
        self.prop = prop
        self.child = child
        self.how = how
        self.innerjoin = innerjoin
        self.criteria = criteria


def directive_for(
    directives: Sequence[Directive], path: Path, prop: RelationshipProperty
) -> Directive | None:
    """Return the last directive that speaks about `prop` at `path`; a named one wins over "*"."""
    found = None
    for directive in directives:
        if directive.path != path or directive.strategy in COLUMN_STRATEGIES:
            continue
        if directive.name == prop.key or (
            directive.name == "*" and (found is None or found.name == "*")
        ):
            found = directive
    if found is None:
        general = [d for d in directives if everywhere(d) and d.strategy not in COLUMN_STRATEGIES]
        found = general[-1] if general else None
    return None if found is not None and found.strategy == "default" else found


def plan_relationships(
    plan: EntityPlan,
    directives: tuple[Directive, ...],
    *,
    joins_collections: bool,
) -> None:
    """Decide for each relationship of an entity how it is loaded, and plan the joined ones."""
    from .plan import Later, entity_plan

    for prop in plan.mapper.relationships.values():
        directive = directive_for(directives, plan.path, prop)
        strategy = prop.lazy if directive is None else directive.strategy
        if directive is None and strategy in EAGER and _goes_in_circles(prop, plan.trail):
            continue
        if strategy == "joined" and prop.uselist and not joins_collections:
            strategy = "selectin"
        inner = tuple(
            d for d in directives if d.path[: len(plan.path) + 1] == (*plan.path, prop.key)
        )
        if strategy in ("contains_eager", "joined"):
            alias = None if directive is None else directive.detail
            owner = _joined_owner(prop, strategy, alias)
            child = entity_plan(owner, directives, (*plan.path, prop.key), plan.trail)
            innerjoin = bool(
                prop.innerjoin if directive is None or not isinstance(alias, bool) else alias
            )
            criteria = () if directive is None else directive.criteria
            plan.attached.append(Edge(prop, child, strategy, innerjoin, criteria))
            plan_relationships(child, directives, joins_collections=joins_collections)
        elif strategy in _LATER:
            criteria = () if directive is None else directive.criteria
            behind = _behind(inner, len(plan.path) + 1)
            behind += tuple(d for d in directives if everywhere(d) and d.strategy in STICKY)
            plan.later.append(Later(prop, strategy, behind, criteria, plan.trail))


def _goes_in_circles(prop: RelationshipProperty, trail: tuple[int, ...]) -> bool:
    """Whether eager loading as mapped comes back to a class it has been to, or is deep enough."""
    if prop.join_depth:
        return len(trail) > prop.join_depth
    return prop.mapper.uid in trail


def _joined_owner(prop: RelationshipProperty, strategy: str, alias: Any) -> Any:
    if isinstance(alias, AliasedEntity):
        return alias
    if strategy == "contains_eager":
        if alias is not None and hasattr(alias, "c"):
            return AliasedEntity(prop.mapper, alias, None)
        return prop.mapper
    return AliasedEntity(prop.mapper, prop.mapper.local_table.alias(), None)


def _behind(directives: Sequence[Directive], depth: int) -> tuple[Directive, ...]:
    """Return the directives seen from the entity `depth` steps down the path."""
    return tuple(
        Directive(d.path[depth:], d.name, d.strategy, None, d.detail, d.detail_key, d.criteria)
        for d in directives
    )


def eager_entities(roots: Sequence[EntityPlan]) -> Iterator[EntityPlan]:
    """Yield the plans of all entities loaded along, owners first."""
    for root in roots:
        for edge in root.attached:
            yield edge.child
            yield from eager_entities([edge.child])


def edges(plans: Sequence[EntityPlan]) -> Iterator[tuple[EntityPlan, Edge]]:
    """Yield every edge with the plan of its owner, owners first."""
    for plan in plans:
        for edge in plan.attached:
            yield plan, edge
            yield from edges([edge.child])


def joins_collection(roots: Sequence[EntityPlan]) -> bool:
    """Whether rows repeat their root because a collection was joined."""
    return any(edge.prop.uselist for _, edge in edges(roots))


def joined_collections(plan: LoadPlan) -> list[str]:
    """Return the names of the collections that repeat rows, as they are written."""
    return [
        f"{edge.prop.parent.class_.__name__}.{edge.prop.key}"
        for _, edge in edges(plan.roots)
        if edge.prop.uselist
    ]


def rewrite(
    statement: Any, raw: Sequence[Any], nodes: Sequence[Any], roots: Sequence[EntityPlan]
) -> Any:
    """Return the statement to send: only the wanted columns, with the joined tables behind them."""
    eager = list(eager_entities(roots))
    if not eager and all(root.keys == root.mapper.loaded_keys for root in roots):
        return statement
    columns = [
        Entity(node.owner, node.from_clause, plan.columns) if isinstance(node, Entity) else node
        for plan, node in zip(raw, nodes, strict=True)
    ]
    columns += [Entity(plan.owner, plan.from_clause, plan.columns) for plan in eager]
    for owner, edge in edges(roots):
        if edge.how == "joined":
            statement = _join(statement, owner, edge)
    return statement.with_only_columns(*columns)


def _join(statement: Any, owner: EntityPlan, edge: Edge) -> Any:
    attribute: QueryableAttribute[Any] = QueryableAttribute(owner.owner, edge.prop)
    attribute.target_entity = edge.child.owner
    attribute.extra_criteria = edge.criteria
    target = attribute.__join_target__(owner.from_clause)
    left = target.left
    for right, condition in target.steps:
        statement = statement.join_from(left, right, condition, isouter=not edge.innerjoin)
        left = right
    if edge.prop.order_by:
        table, alias = edge.prop.mapper.local_table, edge.child.from_clause
        statement = statement.order_by(
            *[table_exchanged(without_attributes(key), table, alias) for key in edge.prop.order_by]
        )
    return statement


def attach(plan: LoadPlan, rows: Sequence[tuple[Any, ...]], overwrite: bool) -> None:
    """Put the related objects of each row into the attributes of their owners."""
    for owner, edge in edges(plan.roots):
        _attach_edge(rows, owner.part, edge.child.part, edge.prop, overwrite)


def _attach_edge(
    rows: Sequence[tuple[Any, ...]],
    at: int,
    related: int,
    prop: RelationshipProperty,
    overwrite: bool,
) -> None:
    key = prop.key
    gathered: dict[int, tuple[Any, dict[int, Any]]] = {}
    for row in rows:
        owner = row[at]
        if owner is None:
            continue
        found = gathered.get(id(owner))
        if found is None:
            found = gathered[id(owner)] = (owner, {})
        item = row[related]
        if item is not None:
            found[1][id(item)] = item
    for owner, items in gathered.values():
        values = vars(owner)
        if key in values and not overwrite:
            continue
        changes = values[STATE_KEY].changes
        if changes is not None and key in changes:
            continue
        if prop.uselist:
            values[key] = new_collection(owner, prop, items.values())
        else:
            values[key] = next(iter(items.values()), None)
