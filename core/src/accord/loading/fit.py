"""Whether loader options fit the statement they are given to.

In: the directives of a statement and the classes it selects. Out: nothing, or an `ArgumentError`
that names the option and what the statement selects. Runs once per plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.mapping import Mapper
    from accord.sql.nodes import Entity

    from .options import Directive


def mapper_of(node: Entity) -> Mapper:
    """Return the mapper of an entity in a select list, also of an aliased one."""
    owner: Any = node.owner
    mapper: Mapper = owner.mapper
    return mapper


def require_fit(directives: tuple[Directive, ...], roots: Sequence[Mapper]) -> None:
    """Refuse options that speak about nothing this statement loads."""
    for directive in directives:
        mapper = next((m for m in roots if directive.root in (None, m.uid)), None)
        if mapper is None:
            selected = ", ".join(sorted({m.class_.__name__ for m in roots})) or "no mapped class"
            raise exc.ArgumentError(
                f"The option {directive} starts at a class this statement does not select: it "
                f"selects {selected}. Begin with an attribute of that, and chain: "
                "selectinload(A.bs).joinedload(B.c)"
            )
        for name in directive.path:
            mapper = _attribute_of(mapper, name, directive).mapper
        if directive.name != "*" and directive.strategy != "undefer_group":
            _attribute_of(mapper, directive.name, directive)


def _attribute_of(mapper: Mapper, name: str, directive: Directive) -> Any:
    found = mapper.relationships.get(name) or mapper.column_attrs.get(name)
    if found is None:
        raise exc.ArgumentError(
            f"The option {directive} does not fit: {mapper.class_.__name__} has no attribute "
            f"{name!r}. Chain options along the relationships: "
            "selectinload(A.bs).joinedload(B.c)"
        )
    return found


__all__ = ["mapper_of", "require_fit"]
