"""`accord.orm.attributes`: functions on the attributes of single objects."""

from accord.mapping import InstrumentedAttribute, QueryableAttribute

from .inspection import (
    del_attribute,
    flag_dirty,
    flag_modified,
    get_attribute,
    instance_state,
    set_attribute,
    set_committed_value,
)
from .state import NO_VALUE, History, get_history

__all__ = [
    "NO_VALUE",
    "History",
    "InstrumentedAttribute",
    "QueryableAttribute",
    "del_attribute",
    "flag_dirty",
    "flag_modified",
    "get_attribute",
    "get_history",
    "instance_state",
    "set_attribute",
    "set_committed_value",
]
