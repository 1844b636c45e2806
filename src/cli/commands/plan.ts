import { existsSync } from "node:fs";
import { sqliteReader } from "../../adapters/store/sqlite-reader.ts";
import { openForReading } from "../../adapters/store/sqlite.ts";
import type { Assumptions } from "../../ports/method.ts";
import { groupJobs } from "../../runner/jobs.ts";
import { type Plan, planExperiment } from "../../runner/plan.ts";
import { measuredOr, type Sourced } from "../../app/assumptions.ts";
import { duration } from "../display.ts";
import { loadFile, type LoadedFile } from "../../app/load-file.ts";
import { prepare } from "../../app/prepare.ts";

export type PlanFlags = Readonly<{
  db: string;
  limit?: number;
  set: string[];
  json?: boolean;
  natural?: number;
  perIgnoredEnd?: number;
  answer?: number;
  throughput?: number;
}>;

/** Says what an experiment will take. Models in this process are loaded, to check that everything fits; nothing is decoded, and no server is asked. */
export async function planCommand(path: string, flags: PlanFlags): Promise<number> {
  const file = await loadFile(path, { ...flags, outline: true });
  const contexts = await contextLengths(path, file);
  const assume = assumed(file, flags);
  const plan = planExperiment({
    points: file.points,
    groups: groupJobs(file.points, file.conditions, assume),
    conditions: file.conditions,
    assume,
    contextLength: (model) => contexts.get(model) ?? null,
    throughput: flags.throughput ?? file.loaded.experiment.expect?.tokens_per_second ?? null,
  });
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ experiment: file.loaded.experiment.name, ...plan })}\n`
      : `${planText(file, plan)}\n`,
  );
  return 0;
}

function assumed(file: LoadedFile, flags: PlanFlags): Sourced {
  const expect = file.loaded.experiment.expect;
  const stated: Record<keyof Assumptions, number | undefined> = {
    natural: flags.natural ?? expect?.thinking_tokens,
    perIgnoredEnd: flags.perIgnoredEnd ?? expect?.tokens_per_ignored_end,
    answer: flags.answer ?? expect?.answer_tokens,
  };
  const given = Object.fromEntries(
    Object.entries(stated).filter(([, value]) => value !== undefined),
  ) as Partial<Assumptions>;
  if (!existsSync(flags.db)) return measuredOr(null, file, given);
  const reader = sqliteReader(openForReading(flags.db));
  try {
    return measuredOr(reader, file, given);
  } finally {
    reader.close();
  }
}

/** Context length of each model where it is known without asking a server. */
async function contextLengths(path: string, file: LoadedFile): Promise<ReadonlyMap<string, number>> {
  const { models } = file.loaded.experiment;
  const stated = models.flatMap(({ name, options }) =>
    typeof options["context_length"] === "number" ? [[name, options["context_length"]] as const] : [],
  );
  if (models.some(({ engine }) => engine !== "llama" && engine !== "scripted")) return new Map(stated);
  const prepared = await prepare(path, file);
  await prepared.close();
  return new Map(prepared.models.map(({ name, engine }) => [name, engine.info.contextLength]));
}

const count = (value: number): string => Math.round(value).toLocaleString("en-US");

function planText({ loaded: { experiment } }: LoadedFile, plan: Plan): string {
  const { assumptions, worst } = plan;
  const ratio =
    plan.decoded_tokens > 0 ? ` (${(plan.naive_tokens / plan.decoded_tokens).toFixed(1)} times as many)` : "";
  const worstText =
    worst.decoded_tokens === null
      ? "not bounded: a model's context length is not known"
      : `${count(worst.decoded_tokens)} decoded, ${count(worst.naive_tokens ?? 0)} from scratch`;
  const lines = [
    `${experiment.name}: ${plan.points} points x ${plan.problems} problems x ${experiment.sampling.epochs} epochs = ${count(plan.attempts)} attempts`,
    `requests   up to ${count(plan.requests)}`,
    `tokens     ${count(plan.decoded_tokens)} decoded; each point from scratch ${count(plan.naive_tokens)}${ratio}`,
    `at worst   ${worstText}`,
    ...(plan.seconds === null ? [] : [`time       ${duration(plan.seconds)}`]),
    ...(plan.cost === null ? [] : [`cost       ${plan.cost.toFixed(2)} for decoded tokens`]),
    `assuming   a natural thought of ${count(assumptions.natural)} tokens, ${count(assumptions.perIgnoredEnd)} for each ignored end, answers of ${count(assumptions.answer)} (${assumptions.source})`,
  ];
  return lines.join("\n");
}
