import { datasetCache } from "../../adapters/dataset/cache.ts";
import { datasetNames, findDataset } from "../../adapters/dataset/cards.ts";
import { checkDataset, type DatasetSummary, listDatasets } from "../../adapters/dataset/list.ts";
import type { DatasetContext } from "../../adapters/dataset/load.ts";
import { type Pulled, pullDataset } from "../../adapters/dataset/pull.ts";
import { UserError } from "../../core/user-error.ts";
import type { Card } from "../../datasets/card.ts";
import { pullProgress } from "../pull-progress.ts";
import { stopOnSignal } from "../stop-signals.ts";
import { searchFolders } from "../../experiment/paths.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";

const context = (): DatasetContext => ({
  folders: searchFolders("experiment.yaml"),
  cacheDir: datasetCache(process.env),
});

const line = (text: string): void => void process.stdout.write(`${text}\n`);

export function listCommand(flags: Readonly<{ json?: boolean }>): number {
  const rows = listDatasets(context());
  line(flags.json ? JSON.stringify(rows) : listText(rows));
  return 0;
}

const listText = (rows: readonly DatasetSummary[]): string =>
  tableText(
    tableOf(rows, [
      ["name", "left", ({ name }) => name],
      ["problems", "right", ({ count }) => count],
      ["state", "left", ({ state, gated }) => (gated && state === "not pulled" ? "not pulled (gated)" : state)],
      ["licence", "left", ({ licence }) => licence],
      ["what", "left", ({ title }) => title],
    ]),
  );

export async function pullCommand(names: readonly string[]): Promise<number> {
  const { folders } = context();
  const cards = names.map((name) => {
    const { card } = findDataset(name, folders);
    if (card === null) throw new UserError(`data set ${JSON.stringify(name)} is a file here, there is nothing to pull`);
    return { name, card };
  });
  const stop = stopOnSignal(() => process.stderr.write("Stopping.\n"));
  try {
    for (const { name, card } of cards) line(pulledText(await pullShown(name, card, stop.signal)));
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write("Interrupted: what came is kept, and the same command goes on.\n");
    return 130;
  } finally {
    stop.release();
  }
}

async function pullShown(name: string, card: Card, signal: AbortSignal): Promise<Pulled> {
  const progress = pullProgress(name, process.stderr);
  try {
    return await pullDataset(name, card, { cacheDir: context().cacheDir, signal, onProgress: progress.show });
  } finally {
    progress.end();
  }
}

const pulledText = ({ name, how, record, file, reason }: Pulled): string =>
  `${name}: ${how}${reason === null ? "" : ` (${reason})`}, ${record.count} problems, ${record.bytes.toLocaleString("en-US")} bytes, sha256 ${record.sha256}\n  ${file}`;

/** Compares data sets that are here with their cards; all of them if none is named. */
export async function checkCommand(names: readonly string[]): Promise<number> {
  const here = context();
  const asked =
    names.length > 0
      ? names
      : listDatasets(here)
          .filter(({ state }) => state !== "not pulled")
          .map(({ name }) => name);
  for (const name of asked) {
    const { count, sha256, checked } = await checkDataset(name, here);
    line(
      `${name}: ${count} problems, sha256 ${sha256}${checked.length > 0 ? `, as its card says (${checked.join(", ")})` : ", no card to compare with"}`,
    );
  }
  if (asked.length === 0) line(`none here yet; known: ${datasetNames(here.folders).join(", ")}`);
  return 0;
}
