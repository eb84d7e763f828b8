"""Standard conversions, one module per family.

Each module offers factories `(type, table) -> TypeEntry` and the conversions they are made of, so
that a dialect whose driver or storage differs can put its own entry together:
``dataclasses.replace(STANDARD.entry(type_), bind=…, result=…)``.
"""
