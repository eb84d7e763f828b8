"""DuckDB for accord: the worked example of a third-party dialect."""
