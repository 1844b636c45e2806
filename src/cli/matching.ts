import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../core/user-error.ts";

/** Files of a pattern with * in its last part, such as `shard-*.db`; any other path as it is. */
export function matching(path: string): readonly string[] {
  const [folder, name] = [dirname(path), basename(path)];
  if (!name.includes("*")) return [path];
  const pattern = new RegExp(`^${name.split("*").map(escaped).join(".*")}$`);
  const found = namesIn(folder)
    .filter((each) => pattern.test(each))
    .toSorted();
  if (found.length === 0) throw new UserError(`no file matches "${path}"`);
  return found.map((each) => (folder === "." ? each : join(folder, each)));
}

const escaped = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
