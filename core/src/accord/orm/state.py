"""`accord.orm.state`: the state view of an instance, under the path where SQLAlchemy users look for it."""

from .inspection import AttributeState, InstanceState

__all__ = ["AttributeState", "InstanceState"]
