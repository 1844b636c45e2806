import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/user-error.ts";
import { packageRoot } from "./paths.ts";

/** Names of the experiments that come with the package, such as `pico-figure1` and `s1/figure1`. */
export function bundledExperiments(): readonly string[] {
  const folder = join(packageRoot() ?? ".", "experiments");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length).replaceAll("\\", "/"))
    .toSorted();
}

/**
 * The file that an experiment is in: a path, or the name of a bundled one. Throws a UserError where a word that is no
 * path names none; a path is left for its reader to refuse.
 */
export function experimentFile(named: string): string {
  const root = packageRoot();
  if (existsSync(named) || root === undefined) return named;
  const places = [join(root, "experiments", `${named}.yaml`), join(root, named)];
  const found = places.find((place) => /\.ya?ml$/.test(place) && existsSync(place));
  if (found !== undefined) return found;
  if (/\.ya?ml$/i.test(named)) return named;
  throw new UserError(`cannot read ${JSON.stringify(named)}: no such file, and no bundled experiment of that name`, {
    hint: `bundled: ${bundledExperiments().join(", ")}`,
  });
}
