import type { PieceStore } from "../../ports/piece-store.ts";
import { type Database, writing } from "./sqlite.ts";
import { withToldFaults } from "./told-faults.ts";

/** Vocabularies are named as chains are described: by the engine's identity as JSON. */
export function sqlitePieces(db: Database): PieceStore {
  const tokens = db
    .prepare<[string], number>(
      "SELECT p.token FROM vocabularies v JOIN pieces p ON p.vocabulary = v.id WHERE v.engine = ?",
    )
    .pluck();
  const vocabulary = db.prepare("INSERT INTO vocabularies (engine) VALUES (?) ON CONFLICT DO NOTHING");
  const piece = db.prepare(
    "INSERT INTO pieces (vocabulary, token, text) SELECT id, ?, ? FROM vocabularies WHERE engine = ? " +
      "ON CONFLICT DO NOTHING",
  );
  return withToldFaults<PieceStore>(db.name, {
    known: (engine) => tokens.all(JSON.stringify(engine)),
    add: writing(db, (engine: Readonly<Record<string, unknown>>, texts: ReadonlyMap<number, string>) => {
      const name = JSON.stringify(engine);
      vocabulary.run(name);
      for (const [token, text] of texts) piece.run(token, text, name);
    }),
  });
}
