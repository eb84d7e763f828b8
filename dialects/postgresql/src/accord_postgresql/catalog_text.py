"""The queries of reflection: text only; reflection.py asks them and reads the answers.

A schema is given twice: where it is NULL, names are looked up along the search_path.
"""

from __future__ import annotations

_OWN_SCHEMA = """
  AND CASE WHEN %s::text IS NULL
    THEN pg_catalog.pg_table_is_visible(c.oid) AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
    ELSE n.nspname = %s END
"""

SCHEMAS = """
SELECT n.nspname::text FROM pg_catalog.pg_namespace n
WHERE n.nspname NOT LIKE 'pg\\_%%' ORDER BY 1
"""

_FROM_CLASS = """
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
"""

RELATIONS = f"""
SELECT c.relname::text {_FROM_CLASS}
WHERE c.relkind::text = ANY (%s) AND c.relpersistence <> 't' {_OWN_SCHEMA}
ORDER BY 1
"""

TEMPORARY = f"""
SELECT c.relname::text {_FROM_CLASS}
WHERE c.relkind::text = ANY (%s) AND c.relpersistence = 't'
  AND c.relnamespace = pg_catalog.pg_my_temp_schema()
ORDER BY 1
"""

SEQUENCES = f"""
SELECT c.relname::text {_FROM_CLASS}
WHERE c.relkind = 'S' {_OWN_SCHEMA} AND NOT EXISTS (
  SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
    AND d.objid = c.oid AND d.deptype = 'i')
ORDER BY 1
"""

VIEW = f"""
SELECT pg_catalog.pg_get_viewdef(c.oid) {_FROM_CLASS}
WHERE c.relname = %s AND c.relkind IN ('v', 'm') {_OWN_SCHEMA}
"""

TABLES = f"""
SELECT c.oid::bigint, c.relname::text, c.relkind::text,
  pg_catalog.obj_description(c.oid, 'pg_class'),
  ARRAY(SELECT i.inhparent::regclass::text FROM pg_catalog.pg_inherits i
    WHERE i.inhrelid = c.oid AND NOT c.relispartition ORDER BY i.inhseqno),
  CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
  CASE WHEN c.relispartition THEN (SELECT i.inhparent::regclass::text FROM pg_catalog.pg_inherits i
    WHERE i.inhrelid = c.oid) END,
  c.reloptions::text[],
  (SELECT s.spcname::text FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
  (SELECT m.amname::text FROM pg_catalog.pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap')
{_FROM_CLASS}
WHERE c.relname::text = ANY (%s) AND c.relkind IN ('r', 'p', 'f', 'v', 'm') {_OWN_SCHEMA}
"""

COLUMNS = """
SELECT a.attrelid::bigint, a.attname::text,
  pg_catalog.format_type(a.atttypid, a.atttypmod), a.atttypid::bigint, t.typelem::bigint,
  CASE WHEN t.typcategory = 'A' THEN GREATEST(a.attndims::int, 1) ELSE 0 END,
  a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity::text,
  a.attgenerated::text, pg_catalog.col_description(a.attrelid, a.attnum),
  CASE WHEN a.attidentity <> '' THEN (
    SELECT ARRAY[s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text,
      s.seqcycle::text, s.seqcache::text]
    FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid
    WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.deptype = 'i'
      AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum) END,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%%', t.typtype = 'd',
  CASE WHEN a.attcollation <> t.typcollation THEN (
    SELECT l.collname::text FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation) END
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

_KEY_NAMES = """ARRAY(SELECT a.attname::text FROM unnest({numbers}) WITH ORDINALITY AS k (n, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = k.n ORDER BY k.place)"""

CONSTRAINTS = f"""
SELECT o.conrelid::bigint, o.conname::text, o.contype::text,
  {_KEY_NAMES.format(numbers="o.conkey", table="o.conrelid")},
  r.relname::text, rn.nspname::text, pg_catalog.pg_table_is_visible(r.oid),
  {_KEY_NAMES.format(numbers="o.confkey", table="o.confrelid")},
  o.confdeltype::text, o.confupdtype::text, o.confmatchtype::text,
  CASE WHEN o.condeferrable THEN CASE WHEN o.condeferred THEN 'deferred' ELSE 'immediate' END END,
  o.convalidated,
  CASE WHEN x.indexrelid IS NOT NULL THEN ARRAY(
    SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = o.conrelid
      AND a.attnum = ANY ((x.indkey::smallint[])[x.indnkeyatts:])) END,
  COALESCE((pg_catalog.to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false),
  pg_catalog.obj_description(o.oid, 'pg_constraint'),
  CASE WHEN o.contype = 'c' THEN pg_catalog.pg_get_expr(o.conbin, o.conrelid)
    WHEN o.contype = 'x' THEN pg_catalog.pg_get_constraintdef(o.oid) END
FROM pg_catalog.pg_constraint o
LEFT JOIN pg_catalog.pg_class r ON r.oid = o.confrelid AND o.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
LEFT JOIN pg_catalog.pg_index x ON x.indexrelid = o.conindid AND o.contype IN ('p', 'u')
WHERE o.conrelid = ANY (%s::oid[]) AND o.contype IN ('p', 'u', 'f', 'c', 'x')
ORDER BY o.conname
"""

INDEXES = """
SELECT x.indrelid::bigint, i.relname::text, x.indisunique,
  ARRAY(SELECT a.attname::text
    FROM pg_catalog.generate_subscripts(x.indkey, 1) AS k
    LEFT JOIN pg_catalog.pg_attribute a
      ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k] AND x.indkey[k] <> 0
    WHERE k < x.indnkeyatts ORDER BY k),
  ARRAY(SELECT pg_catalog.pg_get_indexdef(x.indexrelid, k + 1, true)
    FROM pg_catalog.generate_subscripts(x.indkey, 1) AS k WHERE k < x.indnkeyatts ORDER BY k),
  ARRAY(SELECT a.attname::text
    FROM pg_catalog.generate_subscripts(x.indkey, 1) AS k
    JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k]
    WHERE k >= x.indnkeyatts ORDER BY k),
  ARRAY(SELECT x.indoption[k]::int
    FROM pg_catalog.generate_subscripts(x.indoption, 1) AS k ORDER BY k),
  o.conname::text, m.amname::text,
  pg_catalog.pg_get_expr(x.indpred, x.indrelid), i.reloptions,
  COALESCE((pg_catalog.to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false),
  ARRAY(SELECT CASE WHEN p.opcdefault THEN NULL ELSE p.opcname::text END
    FROM pg_catalog.generate_subscripts(x.indclass, 1) AS k
    JOIN pg_catalog.pg_opclass p ON p.oid = x.indclass[k] ORDER BY k)
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = i.relam
LEFT JOIN pg_catalog.pg_constraint o
  ON o.conindid = x.indexrelid AND o.contype IN ('u', 'x') AND o.conrelid = x.indrelid
WHERE x.indrelid = ANY (%s::oid[]) AND NOT x.indisprimary
ORDER BY i.relname
"""

DOMAINS = """
SELECT DISTINCT ON (t.oid) t.oid::bigint, t.typname::text,
  CASE WHEN pg_catalog.pg_type_is_visible(t.oid) THEN NULL ELSE n.nspname::text END,
  pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
  (SELECT o.conname::text FROM pg_catalog.pg_constraint o
    WHERE o.contypid = t.oid AND o.contype = 'c' ORDER BY o.conname LIMIT 1),
  (SELECT pg_catalog.pg_get_constraintdef(o.oid, true) FROM pg_catalog.pg_constraint o
    WHERE o.contypid = t.oid AND o.contype = 'c' ORDER BY o.conname LIMIT 1)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'd'
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0
"""

ENUMS = """
SELECT DISTINCT ON (t.oid) t.oid::bigint, t.typname::text,
  CASE WHEN pg_catalog.pg_type_is_visible(t.oid) THEN NULL ELSE n.nspname::text END,
  ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
    WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type w ON w.oid = a.atttypid
JOIN pg_catalog.pg_type t ON t.oid IN (w.oid, w.typelem) AND t.typtype = 'e'
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = ANY (%s::oid[]) AND a.attnum > 0
"""

ENUM_TYPES = """
SELECT t.typname::text, n.nspname::text, pg_catalog.pg_type_is_visible(t.oid),
  ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
    WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND n.nspname <> 'pg_catalog'
  AND (%s::text = '*' OR n.nspname = %s::text
    OR (%s::text IS NULL AND pg_catalog.pg_type_is_visible(t.oid)))
ORDER BY n.nspname, t.typname
"""
