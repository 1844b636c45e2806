import type { Database } from "better-sqlite3";
import { hashOf } from "../../core/hash.ts";
import { providerOf } from "../../core/provider.ts";

type Fields = Record<string, unknown>;

/** The address leaves the identity of closed models; of a public service its host stays. */
export function m011Providers(db: Database): void {
  const responses = db
    .prepare<[], { id: number; described: string }>(
      "SELECT id, described FROM responses WHERE described ->> '$.engine.engine' = 'openai-native' ORDER BY id",
    )
    .all();
  const rekey = db.prepare("UPDATE OR IGNORE responses SET key = ?, described = ? WHERE id = ?");
  for (const { id, described } of responses) {
    const key = JSON.parse(described) as Fields & { engine: Fields };
    const renewed = { ...key, engine: identityOf(key.engine) };
    rekey.run(hashOf(renewed), JSON.stringify(renewed), id);
  }
  const renew = db.prepare("UPDATE runs SET record = ? WHERE id = ?");
  for (const { id, record } of db.prepare<[], { id: number; record: string }>("SELECT id, record FROM runs").all()) {
    const read = JSON.parse(record) as Fields & { models?: { identity?: Fields }[] };
    if (!read.models?.some(({ identity }) => identity?.["engine"] === "openai-native")) continue;
    const models = read.models.map((model) => ({ ...model, identity: model.identity && identityOf(model.identity) }));
    renew.run(JSON.stringify({ ...read, models }), id);
  }
}

const identityOf = (identity: Fields): Fields => {
  const { url, ...rest } = identity;
  if (identity["engine"] !== "openai-native" || typeof url !== "string") return identity;
  const provider = providerOf(url);
  return provider === null ? rest : { ...rest, provider };
};
