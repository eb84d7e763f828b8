"""What takes a database to the models: the catalog compared with a MetaData, and DDL for the rest.

`compare.differences` is a function of values: reflected tables and declared ones in, frozen
`Difference` records out. `statements.statements` makes ordered DDL of them. `reading.diff` asks a
database and calls both. Nothing here changes a database.
"""

from accord.schemadiff.compare import differences
from accord.schemadiff.reading import SchemaDiff, diff
from accord.schemadiff.records import Catalog, Difference, Statement, Terms
from accord.schemadiff.statements import statements

__all__ = [
    "Catalog", "Difference", "SchemaDiff", "Statement", "Terms", "diff", "differences",
    "statements",
]  # fmt: skip
