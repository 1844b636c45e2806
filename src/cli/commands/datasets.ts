import {
  checkAgainstCard,
  type DatasetSummary,
  knownDatasets,
  pull,
  type Pullable,
  pullable,
  type Pulled,
  summariesOfDatasets,
} from "../../app/datasets.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";
import { pullProgress } from "../pull-progress.ts";
import { stopOnSignal } from "../stop-signals.ts";

const line = (text: string): void => void process.stdout.write(`${text}\n`);

export function listCommand(flags: Readonly<{ json?: boolean }>): number {
  const rows = summariesOfDatasets();
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
  const asked = pullable(names);
  const stop = stopOnSignal(() => process.stderr.write("Stopping.\n"));
  try {
    for (const each of asked) line(pulledText(await pullShown(each, stop.signal)));
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write("Interrupted: what was downloaded is kept, and the same command continues.\n");
    return 130;
  } finally {
    stop.release();
  }
}

async function pullShown(asked: Pullable, signal: AbortSignal): Promise<Pulled> {
  const progress = pullProgress(asked.name, process.stderr);
  try {
    return await pull(asked, { signal, onProgress: progress.show });
  } finally {
    progress.end();
  }
}

const pulledText = ({ name, how, record, file, reason }: Pulled): string =>
  `${name}: ${how}${reason === null ? "" : ` (${reason})`}, ${record.count} problems, ` +
  `${record.bytes.toLocaleString("en-US")} bytes, sha256 ${record.sha256}\n  ${file}`;

/** Compares data sets that are here with their cards; all of them if none is named. */
export async function checkCommand(names: readonly string[]): Promise<number> {
  const asked =
    names.length > 0
      ? names
      : summariesOfDatasets()
          .filter(({ state }) => state !== "not pulled")
          .map(({ name }) => name);
  for (const name of asked) {
    const { count, sha256, checked } = await checkAgainstCard(name);
    line(
      `${name}: ${count} problems, sha256 ` +
        `${sha256}${checked.length > 0 ? `, as its card says (${checked.join(", ")})` : ", no card to compare with"}`,
    );
  }
  if (asked.length === 0) line(`none here yet; known: ${knownDatasets().join(", ")}`);
  return 0;
}
