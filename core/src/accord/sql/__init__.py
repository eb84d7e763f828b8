"""The SQL expression language: immutable nodes, statement builders, rendering.

Everything public is importable from here; modules load when first asked for. The functions that operators
call are installed at import, so that any submodule alone works.
"""
