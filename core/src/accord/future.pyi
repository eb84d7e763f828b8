# What type checkers see for `accord.future`: see paths.py.
import accord.engine as _engine
import accord.sql as _sql

Connection = _engine.Connection
Engine = _engine.Engine
create_engine = _engine.create_engine
select = _sql.select
