"""The statements that ask SQL Server's catalog; each has one parameter, the quoted name of a table,
unless it says otherwise.

In: nothing. Out: texts for reflection.py.
"""

from __future__ import annotations

SCHEMAS = (
    "SELECT name FROM sys.schemas WHERE SUBSTRING(name, 1, 3) <> 'db_' AND name NOT IN "
    "('sys', 'INFORMATION_SCHEMA', 'guest') ORDER BY name"
)
OBJECTS = (
    "SELECT o.name FROM sys.objects AS o INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id "
    "WHERE o.type = %s AND o.is_ms_shipped = 0 AND s.name = COALESCE(%s, SCHEMA_NAME()) "
    "ORDER BY o.name"
)
"""Parameters: the type of object, the schema or NULL."""
TABLE = (
    "SELECT o.type, CAST(p.value AS NVARCHAR(4000)) AS comment FROM sys.objects AS o "
    "LEFT JOIN sys.extended_properties AS p ON p.class = 1 AND p.major_id = o.object_id "
    "AND p.minor_id = 0 AND p.name = N'MS_Description' "
    "WHERE o.object_id = OBJECT_ID(%s) AND o.type IN ('U', 'V')"
)
COLUMNS = (
    "SELECT c.name, COALESCE(b.name, t.name) AS type_name, c.max_length, c.precision, c.scale, "
    "c.is_nullable, "
    "CASE WHEN c.collation_name = CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS "
    "NVARCHAR(128)) THEN NULL ELSE c.collation_name END AS collation, "
    "d.definition AS default_text, "
    "CAST(i.seed_value AS BIGINT) AS seed, CAST(i.increment_value AS BIGINT) AS step, "
    "k.definition AS computed, k.is_persisted, CAST(p.value AS NVARCHAR(4000)) AS comment "
    "FROM sys.columns AS c "
    "INNER JOIN sys.types AS t ON t.user_type_id = c.user_type_id "
    "LEFT JOIN sys.types AS b ON b.user_type_id = c.system_type_id "
    "LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id "
    "LEFT JOIN sys.identity_columns AS i "
    "ON i.object_id = c.object_id AND i.column_id = c.column_id "
    "LEFT JOIN sys.computed_columns AS k "
    "ON k.object_id = c.object_id AND k.column_id = c.column_id "
    "LEFT JOIN sys.extended_properties AS p ON p.class = 1 AND p.major_id = c.object_id "
    "AND p.minor_id = c.column_id AND p.name = N'MS_Description' "
    "WHERE c.object_id = OBJECT_ID(%s) ORDER BY c.column_id"
)
INDEXES = (
    "SELECT i.name, i.is_primary_key, i.is_unique, i.is_unique_constraint, i.type_desc, "
    "i.filter_definition, c.name AS column_name, k.is_included_column, k.is_descending_key "
    "FROM sys.indexes AS i "
    "INNER JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id "
    "INNER JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id "
    "WHERE i.object_id = OBJECT_ID(%s) AND i.type IN (1, 2) "
    "ORDER BY i.index_id, k.is_included_column, k.key_ordinal, k.index_column_id"
)
FOREIGN_KEYS = (
    "SELECT f.name, s.name AS parent_schema, o.name AS parent, "
    "f.delete_referential_action_desc, f.update_referential_action_desc, "
    "c.name AS own_column, r.name AS parent_column "
    "FROM sys.foreign_keys AS f "
    "INNER JOIN sys.foreign_key_columns AS k ON k.constraint_object_id = f.object_id "
    "INNER JOIN sys.columns AS c "
    "ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id "
    "INNER JOIN sys.columns AS r "
    "ON r.object_id = k.referenced_object_id AND r.column_id = k.referenced_column_id "
    "INNER JOIN sys.objects AS o ON o.object_id = f.referenced_object_id "
    "INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id "
    "WHERE f.parent_object_id = OBJECT_ID(%s) ORDER BY f.name, k.constraint_column_id"
)
CHECKS = (
    "SELECT name, definition FROM sys.check_constraints "
    "WHERE parent_object_id = OBJECT_ID(%s) ORDER BY name"
)
VIEW = (
    "SELECT m.definition FROM sys.sql_modules AS m INNER JOIN sys.objects AS o "
    "ON o.object_id = m.object_id WHERE m.object_id = OBJECT_ID(%s) AND o.type = 'V'"
)
