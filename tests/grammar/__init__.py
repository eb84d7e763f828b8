"""Somebody else's grammar: what the tests make accord write is read by sqlglot, each statement in
its database's dialect, to the node its verb says.

`recorder` collects while the tests run, `reading` asks sqlglot at the end, `exceptions` are the
statements that sqlglot cannot read and a real server runs, `plugin` is what pytest sees of it.
"""
