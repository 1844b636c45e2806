import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { UserError, UserErrors } from "../../core/user-error.ts";
import { Card } from "../../datasets/card.ts";
import { faultsOf, pathText } from "../../experiment/faults.ts";
import { didYouMean } from "../../experiment/suggest.ts";
import { inFileOrder, parseYaml } from "../../experiment/yaml-file.ts";
import { dataExtensions } from "./read-rows.ts";

/** A data set by its name: one that has a card, or a file in the folder of data sets. */
export type Found = Readonly<
  { name: string; card: Card; cardFile: string } | { name: string; card: null; file: string }
>;

const readCard = (cardFile: string): Card => {
  const yaml = parseYaml(readFileSync(cardFile, "utf8"), cardFile);
  const result = Card.safeParse(yaml.value);
  if (result.success) return result.data;
  const errors = faultsOf(result.error.issues, Card, yaml.value).map(({ path, message, at }) => {
    const where = pathText(path);
    return new UserError(`${where}${where && ": "}${message}`, { place: yaml.place(path, at) });
  });
  throw new UserErrors(errors.toSorted(inFileOrder));
};

const firstExisting = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

const cardFileIn = (folder: string, name: string): string | undefined =>
  firstExisting([join(folder, `${name}.yaml`), join(folder, name, "card.yaml")]);

const dataFileIn = (folder: string, name: string): string | undefined =>
  firstExisting(
    dataExtensions.flatMap((extension) => [join(folder, name + extension), join(folder, name, `problems${extension}`)]),
  );

const findIn = (folder: string, name: string): Found | undefined => {
  const cardFile = cardFileIn(folder, name);
  if (cardFile !== undefined) return { name, card: readCard(cardFile), cardFile };
  const file = dataFileIn(folder, name);
  return file === undefined ? undefined : { name, card: null, file };
};

const namesIn = (folder: string): readonly string[] => {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return [entry.name];
    return [".yaml", ...dataExtensions].includes(extname(entry.name))
      ? [basename(entry.name, extname(entry.name))]
      : [];
  });
  return [...new Set(names)].filter((name) => cardFileIn(folder, name) ?? dataFileIn(folder, name));
};

const datasetFolders = (folders: readonly string[]): readonly string[] =>
  folders.map((folder) => join(folder, "datasets"));

/** Names of all data sets in the `datasets` folders here. */
export const datasetNames = (folders: readonly string[]): readonly string[] =>
  [...new Set(datasetFolders(folders).flatMap(namesIn))].sort();

/** Finds a data set by name in the `datasets` folders of these folders; the first counts. */
export const findDataset = (name: string, folders: readonly string[]): Found => {
  const isName = /^[\w.-]+$/.test(name) && !name.startsWith(".");
  for (const folder of isName ? datasetFolders(folders) : []) {
    const found = findIn(folder, name);
    if (found) return found;
  }
  const known = datasetNames(folders);
  throw new UserError(`unknown data set ${JSON.stringify(name)}${didYouMean(name, known)}`, {
    hint: `known: ${known.join(", ") || "none"}; for a file of your own give path, columns and grader`,
  });
};

/** Where a local card's file is. */
export const besideCard = (cardFile: string, file: string): string => join(dirname(cardFile), file);
