"""SQLite for accord."""
