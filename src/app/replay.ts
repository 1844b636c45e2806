import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import { z } from "zod";
import { sqliteReader } from "../adapters/store/sqlite-reader.ts";
import { openForReading } from "../adapters/store/sqlite.ts";
import { UserError } from "../core/user-error.ts";
import { readDraft } from "../experiment/load.ts";

/** An experiment with other methods: the same models, data sets and sampling, and so the same chains. */
export type Replay = Readonly<{ file: string; set: readonly string[] }>;

const Methods = z.object({ methods: z.array(z.unknown()).min(1), name: z.string().optional() });
const Named = z.looseObject({ name: z.string() });
const Recorded = z.looseObject({ experiment: z.looseObject({ file: z.string() }) });

/**
 * What has to be run to lay the methods of a file over the chains of an experiment, which is named or given as a file.
 * Its name is the experiment's and the file's together, unless the file has one.
 */
export function replayOf(experiment: string, methodsFile: string, db: string): Replay {
  const file = fileOf(experiment, db);
  const given = methodsIn(methodsFile);
  const own = Named.safeParse(readDraft(file).input);
  const stem = basename(methodsFile, extname(methodsFile))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  const name = given.name ?? `${own.success ? own.data.name : basename(file, extname(file))}-${stem}`;
  return { file, set: [`name=${JSON.stringify(name)}`, `methods=${JSON.stringify(given.methods)}`] };
}

function methodsIn(path: string) {
  const read = Methods.safeParse(readDraft(path).input);
  if (!read.success)
    throw new UserError(`${path} holds no list of methods`, {
      hint: "write methods: and the list, as in an experiment",
    });
  return read.data;
}

/** A file, or that of the newest run of a stored experiment. */
function fileOf(experiment: string, db: string): string {
  if (existsSync(experiment)) return experiment;
  if (!existsSync(db))
    throw new UserError(`no file and no stored experiment ${JSON.stringify(experiment)}`, {
      hint: "give the experiment's file, or its name and --db",
    });
  const reader = sqliteReader(openForReading(db));
  try {
    const runs = reader.runs(experiment).toReversed();
    const file = runs.map(({ record }) => Recorded.safeParse(JSON.parse(record)).data?.experiment.file).find(Boolean);
    if (file !== undefined && existsSync(file)) return file;
    throw new UserError(
      file === undefined
        ? `no file and no stored experiment ${JSON.stringify(experiment)}`
        : `the file of ${JSON.stringify(experiment)}, ${file}, is not there any more`,
      { hint: "give the experiment's file" },
    );
  } finally {
    reader.close();
  }
}
