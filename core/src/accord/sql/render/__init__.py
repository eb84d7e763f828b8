"""Rendering: statements to SQL text with parameter slots.

`Renderer(target).compile(statement)` answers a `Compiled`. Dialects subclass Renderer and override
the `visit_…` and clause methods in which their database differs: base.py holds the machinery,
expressions.py, functions.py, froms.py, select.py and dml.py one family of nodes each.
"""

from __future__ import annotations

from .dml import DMLRenderer


class Renderer(DMLRenderer):
    """The SQL every database understands; the class dialects derive from."""


__all__ = ["Renderer"]
