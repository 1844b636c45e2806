import { existsSync } from "node:fs";
import type { Problem } from "../../core/problem.ts";
import { hashOf } from "../../core/hash.ts";
import { UserError } from "../../core/user-error.ts";
import type { Card } from "../../datasets/card.ts";
import type { Layout } from "../../datasets/columns.ts";
import { type Item, problemsOf } from "../../datasets/problems.ts";
import { withPrompt } from "../../datasets/question.ts";
import { type ReadTarget, withReadTargets } from "../../datasets/targets.ts";
import { select } from "../../datasets/select.ts";
import type { DatasetSpec, GraderSpec } from "../../experiment/dataset-spec.ts";
import { findPath } from "../../experiment/paths.ts";
import { cachedFile, fileHash, readRecord } from "./cache.ts";
import { besideCard, findDataset, type Found } from "./cards.ts";
import { formatOf, isFolder, readRows } from "./read-rows.ts";
import { shardsIn } from "./shards.ts";
import { notesOf } from "../../datasets/notes.ts";

export type DatasetContext = Readonly<{
  /** Where relative paths and `datasets` folders are looked up, in order. */
  folders: readonly string[];
  cacheDir: string;
  /** How a grader reads targets; left out, they stay as they are. */
  readTarget?: ((grader: GraderSpec) => ReadTarget | undefined) | undefined;
}>;

export type LoadedDataset = Readonly<{
  name: string;
  /** Hash of all its problems as they are asked, whichever of them are taken. */
  hash: string;
  problems: readonly Problem[];
  /** Number of problems before `where` and `limit`. */
  total: number;
  grader: GraderSpec;
  file: string;
  /** Hash of the file. */
  sha256: string;
  /** The authors ask that questions are not shown in public. */
  confidential: boolean;
  /** What the user should know of it, in a line each. */
  notes: readonly string[];
  /** Where it comes from, for the record of a run. */
  source: Readonly<Record<string, string>>;
}>;

type Located = Readonly<{ file: string; card: Card | null }>;

const notPulled = (name: string, { gated }: Card): never => {
  throw new UserError(`data set ${JSON.stringify(name)} is not on this machine yet`, {
    hint: `run: overthink datasets pull ${name}${gated ? " (it is gated: set HF_TOKEN)" : ""}`,
  });
};

/** The file of a data set that was found by name. */
export const fileOf = (found: Found, cacheDir: string): Located => {
  if (found.card === null) return { file: found.file, card: null };
  const { card, cardFile, name } = found;
  const file = card.file === undefined ? cachedFile(name, card, cacheDir) : besideCard(cardFile, card.file);
  if (existsSync(file)) return { file, card };
  if (card.file === undefined) return notPulled(name, card);
  throw new UserError(`data set ${JSON.stringify(name)}: there is no ${JSON.stringify(file)}`, {
    place: { file: cardFile },
  });
};

const locate = (spec: DatasetSpec, { folders, cacheDir }: DatasetContext): Located =>
  spec.path === undefined
    ? fileOf(findDataset(spec.from ?? spec.name, folders), cacheDir)
    : { file: findPath(spec.path, folders), card: null };

/** How a card says that rows become problems. */
export const cardLayout = (card: Card): Layout => ({
  columns: card.columns,
  answer: card.answer,
  answerStated: true,
  restoreEscapes: card.restore_escapes,
  choices: card.choices ? { ...card.choices, seed: 0 } : null,
  tagAll: false,
});

/** How rows of a file without a card become problems. */
export const plainLayout: Layout = { columns: {}, answer: "text", restoreEscapes: false, choices: null, tagAll: true };

const layoutOf = (spec: DatasetSpec, card: Card | null): Layout => {
  const known = card ? cardLayout(card) : plainLayout;
  const layout: Layout = {
    ...known,
    ...(spec.answer === undefined ? {} : { answer: spec.answer, answerStated: true }),
    choices: spec.choices ? { ...spec.choices, seed: 0 } : known.choices,
    untrimmed: spec.trim === false,
  };
  const seed = spec.choices_seed;
  if (seed !== undefined && !layout.choices)
    throw new UserError(
      `data set ${JSON.stringify(spec.name)}: choices_seed: it is not a set of multiple-choice questions`,
    );
  return {
    ...layout,
    columns: { ...layout.columns, ...spec.columns },
    choices: layout.choices && { ...layout.choices, seed: seed ?? layout.choices.seed },
  };
};

const folderHash = async (folder: string): Promise<string> =>
  hashOf(await Promise.all(shardsIn(folder, formatOf).map(async ({ name, path }) => [name, await fileHash(path)])));

/** A file that is not what its card, or its download, says is not used. */
export const checkContent = async ({ file, card }: Located): Promise<string> => {
  const sha256 = isFolder(file) ? await folderHash(file) : await fileHash(file);
  const expected = card?.sha256 ?? readRecord(file)?.sha256;
  if (expected !== undefined && expected !== sha256)
    throw new UserError(`the file has changed: its sha256 is ${sha256}, not ${expected}`, {
      place: { file },
      hint: card?.hub ? "pull it again" : "correct the file, or the sha256 of its card",
    });
  return sha256;
};

export const checkCount = (items: readonly Item[], { file, card }: Located): void => {
  if (card?.count !== undefined && card.count !== items.length)
    throw new UserError(`the file holds ${items.length} problems, its card says ${card.count}`, { place: { file } });
};

/** The grader that a card names. */
export const cardGrader = (grader: Card["grader"]): GraderSpec => {
  if (typeof grader === "string") return { name: grader, options: {} };
  const [entry] = Object.entries(grader);
  return entry ? { name: entry[0], options: entry[1] } : { name: "", options: {} };
};

const graderOf = (spec: DatasetSpec, card: Card | null): GraderSpec => {
  if (spec.grader) return spec.grader;
  if (card) return cardGrader(card.grader);
  throw new UserError(`data set ${JSON.stringify(spec.name)} has no card, so it needs a grader`, {
    hint: "such as grader: exact, or grader: math",
  });
};

const sourceOf = (card: Card | null, file: string): Readonly<Record<string, string>> => {
  if (!card?.hub) return {};
  const commit = readRecord(file)?.commit;
  return { hub: card.hub.id, revision: card.hub.revision, file: card.hub.file, ...(commit ? { commit } : {}) };
};

const contentHash = (items: readonly Item[]): string =>
  hashOf(items.map(({ problem: { id, text, target } }) => [id, text, target]));

/** Reads the problems that an experiment asks for. */
export const loadDataset = async (spec: DatasetSpec, context: DatasetContext): Promise<LoadedDataset> => {
  const located = locate(spec, context);
  const { file, card } = located;
  const grader = graderOf(spec, card);
  const sha256 = await checkContent(located);
  const source = { file, layout: layoutOf(spec, card), rows: await readRows(file) };
  const all = withReadTargets(problemsOf(source), source, context.readTarget?.(grader));
  checkCount(all, located);
  const asked = withPrompt(all, spec);
  return {
    name: spec.name,
    hash: contentHash(asked),
    problems: select(asked, spec).map(({ problem }) => problem),
    total: all.length,
    grader,
    file,
    sha256,
    confidential: spec.confidential ?? card?.confidential ?? false,
    source: sourceOf(card, file),
    notes: [...(source.rows.notes ?? []), ...notesOf(all)],
  };
};
