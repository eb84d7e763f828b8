"""Names and strings in SQLite's text.

Names stand in backticks: SQLite takes an unknown name in double quotes for a string.
"""


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
