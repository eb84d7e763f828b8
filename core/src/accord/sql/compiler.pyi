# What type checkers see for `accord.sql.compiler`: see paths.py.
import accord.dialect as _dialect
import accord.sql as _sql
import accord.sql.preparer as _sql_preparer
import accord.sql.render as _sql_render

Compiled = _sql.Compiled
IdentifierPreparer = _sql_preparer.IdentifierPreparer
SQLCompiler = _sql_render.Renderer
DDLCompiler = _dialect.DDLRenderer
