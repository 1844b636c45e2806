import type { Database } from "better-sqlite3";

/** What a method states of each setting. Points of earlier versions are given what the methods of that time would have stated. */
export function m005Facts(db: Database): void {
  const sqlOf = (view: string): string =>
    db.prepare("SELECT sql FROM sqlite_master WHERE name = ?").pluck().get(view) as string;
  const [points, attempts] = [sqlOf("v_points"), sqlOf("v_attempts")];
  db.exec(`
ALTER TABLE points ADD COLUMN role TEXT NOT NULL DEFAULT 'other';
ALTER TABLE points ADD COLUMN budget INTEGER;
ALTER TABLE points ADD COLUMN minimum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE points ADD COLUMN ignored_ends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE points ADD COLUMN continuation TEXT;
ALTER TABLE points ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE points ADD COLUMN along TEXT CHECK (json_valid(along));
ALTER TABLE points ADD COLUMN asked TEXT CHECK (json_valid(asked));

UPDATE points SET family = replace(method, '-', ' ');

UPDATE points SET
  budget = CASE json_type(params, '$.max_thinking_tokens') WHEN 'integer' THEN params ->> '$.max_thinking_tokens' END,
  minimum = coalesce(params ->> '$.min_thinking_tokens', 0),
  ignored_ends = coalesce(params ->> '$.ignore_ends', 0),
  along = '["max_thinking_tokens","ignore_ends","continuation","min_thinking_tokens"]',
  family = CASE coalesce(params ->> '$.variant', 'strict') WHEN 'strict' THEN 'budget forcing' ELSE 'budget forcing (' || (params ->> '$.variant') || ')' END
WHERE method = 'budget-forcing';
UPDATE points SET
  role = CASE WHEN ignored_ends > 0 OR minimum > 0 THEN 'extension' WHEN budget IS NULL THEN 'natural' ELSE 'cut' END,
  continuation = CASE WHEN ignored_ends > 0 OR minimum > 0 THEN coalesce(params ->> '$.continuation', '') END
WHERE method = 'budget-forcing';

UPDATE points SET
  role = 'asked',
  family = (params ->> '$.by') || '-conditional' || CASE WHEN params ->> '$.forced' THEN ' + forcing' ELSE '' END
WHERE method = 'conditional';
UPDATE points SET family = replace(family, 'tokens-', 'token-'), asked = json_object('tokens', params ->> '$.amount'),
  budget = CASE WHEN params ->> '$.forced' THEN params ->> '$.amount' END
WHERE method = 'conditional' AND params ->> '$.by' = 'tokens';
UPDATE points SET family = replace(family, 'steps-', 'step-'), asked = json_object('steps', params ->> '$.amount', 'mark', params ->> '$.step_mark')
WHERE method = 'conditional' AND params ->> '$.by' = 'steps';
UPDATE points SET asked = CASE params ->> '$.class' WHEN 'short' THEN '{"length":"shorter"}' WHEN 'long' THEN '{"length":"longer"}' END
WHERE method = 'conditional' AND params ->> '$.by' = 'class';

UPDATE points SET role = 'draws', budget = params ->> '$.max_thinking_tokens' WHERE method = 'rejection-sampling';
UPDATE points SET role = 'unforced' WHERE method = 'unforced';
UPDATE points SET role = 'native', budget = params ->> '$.thinking_budget' WHERE method = 'native-effort';
UPDATE points SET role = 'search', family = 'rebase (' || replace(coalesce(params ->> '$.scorer.url', params ->> '$.scorer'), 'scripted:', '') || ')'
WHERE method = 'rebase';

DROP VIEW v_points;
${points.replace("\nFROM points p", ",\n  p.role, p.budget, p.minimum, p.ignored_ends, p.continuation, p.family, p.along, p.asked\nFROM points p")};
DROP VIEW v_attempts;
${attempts.replace("\nFROM attempts a", ", p.role\nFROM attempts a")};
`);
}
