"""PostgreSQL for accord, through psycopg 3."""
