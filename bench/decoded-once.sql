-- Decoded tokens, and distinct ones: of one chain, behind the same ids, under the same mask, the same token. Under greedy
-- decoding the two are equal: nothing is decoded twice. `pairs` leaves the mask out.
WITH RECURSIVE
texts AS (
  SELECT id, chain, parent, start, sampled, masked, masked_ids,
    CASE forced WHEN '[]' THEN '' ELSE ',' || trim(forced, '[]') END AS forced
  FROM v_nodes
),
paths AS (
  SELECT id, forced AS ids FROM texts WHERE parent IS NULL
  UNION ALL
  SELECT t.id, p.ids || coalesce((SELECT ',' || group_concat(value) FROM json_each(above.sampled) WHERE key < t.start), '') || t.forced
  FROM paths p JOIN texts above ON above.id = p.id JOIN texts t ON t.parent = p.id
),
tokens AS (
  SELECT t.chain, token.value AS token, CASE WHEN token.key < t.masked THEN t.masked_ids ELSE '' END AS mask,
    p.ids || coalesce(',' || group_concat(token.value) OVER (PARTITION BY t.id ORDER BY token.key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '') AS before
  FROM texts t JOIN paths p ON p.id = t.id, json_each(t.sampled) token
)
SELECT count(*) AS decoded,
  count(DISTINCT chain || ':' || mask || ':' || before || '>' || token) AS distinct_tokens,
  count(DISTINCT chain || ':' || before || '>' || token) AS pairs,
  1.0 * count(*) / count(DISTINCT chain || ':' || mask || ':' || before || '>' || token) AS ratio
FROM tokens;
