"""accord: a Python ORM whose unit of work is dialect-agnostic and whose databases are plugins."""
__version__ = "0.1.0"
