import type { Database } from "better-sqlite3";

/** Removes texts and prompts that no attempt has any more. */
export function forgetTexts(db: Database): void {
  db.exec(`
DELETE FROM main.spans WHERE id NOT IN (SELECT span FROM main.segments WHERE span IS NOT NULL);
DELETE FROM main.texts WHERE id NOT IN (SELECT text FROM main.segments WHERE text IS NOT NULL);
DELETE FROM main.prompts WHERE id NOT IN (SELECT prompt_id FROM main.attempts WHERE prompt_id IS NOT NULL);
`);
}
