import { datasetCache } from "../adapters/dataset/cache.ts";
import { datasetNames, findDataset } from "../adapters/dataset/cards.ts";
import { checkDataset, type DatasetSummary, listDatasets } from "../adapters/dataset/list.ts";
import type { DatasetContext } from "../adapters/dataset/load.ts";
import { type Pulled, pullDataset, type PullOptions } from "../adapters/dataset/pull.ts";
import { UserError } from "../core/user-error.ts";
import type { Card } from "../datasets/card.ts";
import { searchFolders } from "../experiment/paths.ts";

export type { DatasetSummary, Pulled };

const here = (): DatasetContext => ({
  folders: searchFolders("experiment.yaml"),
  cacheDir: datasetCache(process.env),
});

export const knownDatasets = (): readonly string[] => datasetNames(here().folders);

/** The data sets that are known from here, pulled or not. */
export const summariesOfDatasets = (): readonly DatasetSummary[] => listDatasets(here());

export type Pullable = Readonly<{ name: string; card: Card }>;

/** Data sets to be pulled; throws a UserError for one that is a file here. */
export const pullable = (names: readonly string[]): readonly Pullable[] =>
  names.map((name) => {
    const { card } = findDataset(name, here().folders);
    if (card === null) throw new UserError(`data set ${JSON.stringify(name)} is a file here, there is nothing to pull`);
    return { name, card };
  });

/** Downloads a data set at its pinned revision, and verifies it. */
export const pull = ({ name, card }: Pullable, options: Pick<PullOptions, "signal" | "onProgress">): Promise<Pulled> =>
  pullDataset(name, card, { cacheDir: here().cacheDir, ...options });

/** Compares a data set that is here with its card. */
export const checkAgainstCard = (name: string) => checkDataset(name, here());
