import type { HttpClient } from "../http/client.ts";
import { ask, fieldsIfAny, soon } from "./ask-server.ts";
import type { Dialect } from "./dialect.ts";
import { dialectNames, dialects, type DialectName } from "./dialects.ts";
import { listOf, textOf, type Fields } from "./fields.ts";

/** The names of the models, and what is said of the one wanted. */
export const readModels = async (
  client: HttpClient,
  model: string,
): Promise<Readonly<{ names: readonly string[]; entry: Fields }>> => {
  const answer = fieldsIfAny(await ask(client.get("/v1/models", soon())));
  const entries = (listOf(answer, "data") ?? []).map(fieldsIfAny);
  const names = entries.flatMap((entry) => textOf(entry, "id") ?? []);
  return { names, entry: entries.find((entry) => entry["id"] === model) ?? {} };
};

/**
 * What a server looks like; null: like nothing in particular. `first` is asked first, since a gateway may look like
 * several.
 */
export const sniff = async (client: HttpClient, first: DialectName): Promise<DialectName | null> => {
  for (const name of [first, ...dialectNames.filter((other) => other !== first)]) {
    const dialect: Dialect = await dialects[name]();
    if (await dialect.recognises(client)) return name;
  }
  return null;
};
