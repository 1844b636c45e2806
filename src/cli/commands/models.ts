import {
  type CachedModel,
  checkModel,
  modelsHere,
  modelsNamed,
  pullHubModel,
  type PulledModel,
} from "../../app/hub-models.ts";
import { tableText } from "../../report/table-text.ts";
import { tableOf } from "../../report/table.ts";
import { pullProgress } from "../pull-progress.ts";
import { stopOnSignal } from "../stop-signals.ts";

const line = (text: string): void => void process.stdout.write(`${text}\n`);

/** Models of the Hub that are on this machine. */
export function listModelsCommand(flags: Readonly<{ json?: boolean }>): number {
  const models = modelsHere();
  if (flags.json) line(JSON.stringify(models.map(({ path, record }) => ({ ...record, path }))));
  else line(models.length === 0 ? "none here yet; overthink models pull owner/name:file.gguf" : listText(models));
  return 0;
}

const listText = (models: readonly CachedModel[]): string =>
  tableText(
    tableOf(models, [
      ["model", "left", ({ record }) => record.id],
      ["file", "left", ({ record }) => record.file],
      ["revision", "left", ({ record }) => record.revision],
      ["MB", "right", ({ record }) => (record.bytes / 1e6).toFixed(1)],
      ["sha256", "left", ({ record }) => record.sha256.slice(0, 12)],
    ]),
  );

export async function pullModelsCommand(names: readonly string[]): Promise<number> {
  const models = await modelsNamed(names);
  const stop = stopOnSignal(() => process.stderr.write("Stopping.\n"));
  try {
    for (const model of models) {
      const progress = pullProgress(model.id, process.stderr);
      const pulled = pullHubModel(model, { signal: stop.signal, onProgress: progress.show });
      line(pulledText(await pulled.finally(progress.end)));
    }
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write("Interrupted: what was downloaded is kept, and the same command continues.\n");
    return 130;
  } finally {
    stop.release();
  }
}

const pulledText = ({ name, how, record, path, reason }: PulledModel): string =>
  `${name}: ${how}${reason === null ? "" : ` (${reason})`}, ${record.bytes.toLocaleString("en-US")} bytes, ` +
  `sha256 ${record.sha256}${record.commit === null ? "" : `, commit ${record.commit}`}\n  ${path}`;

/** Compares models that are here with what was pulled; all of them if none is named. */
export async function checkModelsCommand(names: readonly string[]): Promise<number> {
  const asked = names.length === 0 ? null : await modelsNamed(names);
  const models = modelsHere().filter(
    ({ record }) =>
      asked?.some(
        ({ id, revision, file }) =>
          id === record.id && revision === record.revision && (file ?? record.file) === record.file,
      ) ?? true,
  );
  for (const model of models) {
    await checkModel(model);
    line(`${model.record.id}:${model.record.file}: as pulled, sha256 ${model.record.sha256}`);
  }
  if (models.length === 0) line("none of them is here");
  return models.length === 0 && asked !== null ? 1 : 0;
}
