import { Command, InvalidArgumentError, Option } from "commander";
import { parseShard, type Shard } from "../core/shard.ts";
import { costNames } from "../report/cost-names.ts";
import { matching } from "./matching.ts";
import { ownVersion } from "../app/record.ts";
import { defaultDatabase } from "../app/open-results.ts";

const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`expected a whole number ${range}`);
    return Number(text);
  };

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("expected a positive number");
  return value;
};

const shard = (text: string): Shard => {
  const parsed = parseShard(text);
  if (!parsed) throw new InvalidArgumentError("expected I/N, such as 0/4 for the first of four");
  return parsed;
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** The first one given takes the place of the default. */
const collectFiles = (value: string, before: readonly string[]): readonly string[] =>
  before.length === 1 && before[0] === defaultDatabase ? [value] : [...before, value];

const database = (): Option => new Option("--db <file>", "results database").default(defaultDatabase);
const databases = (): Option =>
  new Option("--db <file>", "results database; given several times, they are read as one")
    .argParser((value: string, before: readonly string[] | string) => [
      ...(typeof before === "string" ? [] : before),
      ...matching(value),
    ])
    .default(defaultDatabase);
const override = (): Option =>
  new Option("--set <path=value>", "change a value of the file, such as sampling.temperature=0.7")
    .argParser(collect)
    .default([]);
const only = (): Option =>
  new Option("--only <model>", "one of its models; repeat it for more. The experiment stays one experiment")
    .argParser(collect)
    .default([]);
const json = (): Option => new Option("--json", "one JSON document on stdout");

/**
 * The commands and their flags. They are loaded when they are run: plots and engines take longer to load than a
 * mistyped flag should.
 */
export function program(finish: (code: number) => void): Command {
  const overthink = new Command("overthink")
    .description(
      "Test-time scaling, measured: budgets of thinking tokens swept over any model, every token accounted for.",
    )
    .version(ownVersion())
    .configureOutput({
      outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n/g, " ")} (see --help)\n`),
    })
    .exitOverride();

  overthink
    .command("run")
    .description("run an experiment, or continue it; prints the curve and where the results are")
    .argument("<experiment.yaml>", "a file, or the name of a bundled experiment")
    .addOption(database())
    .option("--limit <n>", "the first n problems of each data set", wholeNumber(1))
    .addOption(only())
    .option("--concurrency <n>", "attempts at once of each model", wholeNumber(1))
    .addOption(override())
    .option("--shard <i/n>", "only part i (from 0) of n; whatever can share tokens is in one part", shard)
    .option("--queue <url>", "do parts together with other workers, from a queue in Redis: redis://host:6379/0")
    .option("--fresh", "forget what the experiment stored, and start over")
    .option("--wait", "wait for another process that is running the experiment, then continue from what it stored")
    .addOption(json())
    .action(async (path, flags) => finish(await (await import("./commands/run.ts")).runCommand(path, flags)));

  overthink
    .command("replay")
    .description("run other methods over the stored chains of an experiment; decodes only what is not stored")
    .argument("<experiment>", "name of a stored experiment, or its file")
    .requiredOption("--methods <file.yaml>", "file with the list of methods")
    .addOption(database())
    .option("--offline", "decode nothing: attempts that need more than what is stored are left out")
    .option("--limit <n>", "the first n problems of each data set", wholeNumber(1))
    .option("--concurrency <n>", "attempts at once of each model", wholeNumber(1))
    .addOption(override())
    .option("--wait", "wait for another process that is running the experiment")
    .addOption(json())
    .action(async (experiment, flags) =>
      finish(await (await import("./commands/replay.ts")).replayCommand(experiment, flags)),
    );

  overthink
    .command("init")
    .description("write a first experiment with comments")
    .argument("[name]", "its name", "my-experiment")
    .action(async (name) => finish((await import("./commands/init.ts")).initCommand(name)));

  overthink
    .command("plan")
    .description("points, attempts, tokens, time and money that an experiment needs; decodes nothing")
    .argument("<experiment.yaml>", "a file, or the name of a bundled experiment")
    .addOption(database())
    .option("--limit <n>", "the first n problems of each data set", wholeNumber(1))
    .addOption(only())
    .addOption(override())
    .option("--natural <tokens>", "thinking tokens up to the natural end", positive)
    .option("--per-ignored-end <tokens>", "thinking tokens that an ignored end adds", positive)
    .option("--answer <tokens>", "tokens of an answer", positive)
    .option("--throughput <tokens>", "decoded tokens per second, to estimate the time", positive)
    .option("--node <node>", "machine to plan for, such as 8xh100; needs the `shape` of each model")
    .option("--methods <file.yaml>", "what `replay` with these methods takes, natural thoughts being stored")
    .option("--shards <n>", "what each of n shards takes", wholeNumber(1, 10_000))
    .addOption(json())
    .action(async (path, flags) => finish(await (await import("./commands/plan.ts")).planCommand(path, flags)));

  overthink
    .command("status")
    .description("attempts that are done, missing or failed")
    .argument("[experiment]")
    .addOption(databases())
    .addOption(json())
    .action(async (experiment, flags) =>
      finish(await (await import("./commands/status.ts")).statusCommand(experiment, flags)),
    );

  overthink
    .command("report")
    .description("a page, Markdown, plots, tables and data of an experiment; several are compared")
    .argument("<experiment...>")
    .addOption(databases())
    .option("--out <dir>", "folder to write to (default: reports/ and a name of what it is made from)")
    .option("--overwrite", "replace another report in that folder")
    .option("--reference <name>", "published points to lay under the curve: s1, or a JSON file of that form")
    .option(
      "--show-questions",
      "show questions and thoughts of confidential data sets too; such a report must not be published",
    )
    .addOption(new Option("--x <cost>", "cost on the x axis of the curve").choices(costNames).default("thinking"))
    .action(async (experiments, flags) =>
      finish(await (await import("./commands/report.ts")).reportCommand(experiments, flags)),
    );

  overthink
    .command("merge")
    .description("join databases in one file: order-free, nothing counted twice")
    .argument("<database...>")
    .requiredOption("--into <file>", "the joined database; an existing file only where it is one of them")
    .option("--strict", "refuse databases whose runs differ in versions or hardware")
    .addOption(json())
    .action(async (databases, flags) =>
      finish(await (await import("./commands/merge.ts")).mergeCommand(databases, flags)),
    );

  const queue = overthink.command("queue").description("the queues that workers of `run --queue` share");
  queue
    .command("status")
    .description("what waits, is under way and was done")
    .argument("<url>", "the Redis, such as redis://127.0.0.1:6379/0")
    .addOption(json())
    .action(async (url, flags) => finish(await (await import("./commands/queue.ts")).queueStatusCommand(url, flags)));
  queue
    .command("drain")
    .description("empty the queue of an experiment; what is stored stays")
    .argument("<url>", "the Redis")
    .argument("<experiment>", "its name")
    .action(async (url, name) => finish(await (await import("./commands/queue.ts")).queueDrainCommand(url, name)));

  overthink
    .command("study")
    .description(
      "measures of s1: control, scaling, performance; flips at each Wait, votes, equal tokens; " +
        "several experiments are studied together",
    )
    .argument("<experiment...>")
    .addOption(databases())
    .option("--points <labels>", 'only these points, by their labels, such as "<=500,Wait x2"', collect, [])
    .option("--votes <k,...>", "sizes of the votes (default: powers of two up to the pool)")
    .option(
      "--scorer <url>",
      "reward model whose scores weigh the votes (default: mean log-probability, where the engine gave it)",
    )
    .option(
      "--window <tokens>",
      "window of the rules of confidence, where the engine gave it (default: 2048)",
      wholeNumber(1),
    )
    .addOption(json())
    .action(async (experiments, flags) =>
      finish(await (await import("./commands/study.ts")).studyCommand(experiments, flags)),
    );

  overthink
    .command("export")
    .description("rows of the results, of one experiment or all")
    .argument("[experiment]")
    .addOption(databases())
    .addOption(new Option("--format <format>").choices(["csv", "jsonl", "parquet"]).default("csv"))
    .addOption(new Option("--table <table>").choices(["attempts", "points", "segments", "usage"]).default("attempts"))
    .option("--out <file>", "write it there; needed for Parquet")
    .action(async (experiment, flags) =>
      finish(await (await import("./commands/export.ts")).exportCommand(experiment, flags)),
    );

  overthink
    .command("grade")
    .description("grade an experiment again from its stored texts, or a file of cases")
    .argument("[experiment]")
    .addOption(database())
    .option("--grader <grader>", "name, or {name: options} as JSON", "math")
    .option("--cases <file>", "JSON file of cases; prints agreement by category")
    .addOption(json())
    .action(async (experiment, flags) =>
      finish(await (await import("./commands/grade.ts")).gradeCommand(experiment, flags)),
    );

  overthink
    .command("check")
    .description("examine the engines of an experiment: do they do what it relies on?")
    .argument("<experiment.yaml>", "a file, or the name of a bundled experiment")
    .addOption(override())
    .addOption(json())
    .action(async (path, flags) =>
      finish(await (await import("./commands/check.ts")).checkExperimentCommand(path, flags)),
    );

  overthink
    .command("serve")
    .description("serve a model of an experiment file to OpenAI clients, with budget forcing")
    .argument("<experiment.yaml>", "a file, or the name of a bundled experiment")
    .option("--model <name>", "which of its models (default: the first)")
    .option("--port <n>", "port; 0 for any free one", wholeNumber(0, 65_535), 8000)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--token-env <name>", "environment variable with the token that clients must send")
    .addOption(override())
    .action(async (path, flags) => finish(await (await import("./commands/serve.ts")).serveCommand(path, flags)));

  overthink
    .command("view")
    .description("look at results in a browser, also while they are made: curves, problems, thoughts token by token")
    .addOption(
      new Option("--db <file>", "results database; may be given several times")
        .argParser(collectFiles)
        .default([defaultDatabase], defaultDatabase),
    )
    .option("--port <n>", "port; 0 for any free one", wholeNumber(0, 65_535), 8080)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--token-env <name>", "environment variable with the token that others must have")
    .option("--bundle <folder>", "write a copy there that opens from a file or a static host, instead of serving")
    .option("--single", "the copy as one file of at most 5 MB")
    .option("--page <address>", "a copy of what this address of the page shows, with its thoughts, and nothing else")
    .action(async (flags) => finish(await (await import("./commands/view.ts")).viewCommand(flags)));

  const datasets = overthink.command("datasets").description("list, download and check data sets");
  datasets
    .command("list")
    .description("known data sets, pulled or not")
    .addOption(json())
    .action(async (flags) => finish((await import("./commands/datasets.ts")).listCommand(flags)));
  datasets
    .command("pull")
    .description("download data sets at their pinned revision, and verify them")
    .argument("<name...>")
    .action(async (names) => finish(await (await import("./commands/datasets.ts")).pullCommand(names)));
  datasets
    .command("check")
    .description("compare data sets with their cards; by default all that were pulled or bundled")
    .argument("[name...]")
    .action(async (names) => finish(await (await import("./commands/datasets.ts")).checkCommand(names)));

  const models = overthink.command("models").description("list, download and check models of the Hugging Face Hub");
  models
    .command("list")
    .description("models that are on this machine")
    .addOption(json())
    .action(async (flags) => finish((await import("./commands/models.ts")).listModelsCommand(flags)));
  models
    .command("pull")
    .description("download models: owner/name, owner/name@revision:file.gguf, or all of an experiment file")
    .argument("<name...>")
    .action(async (names) => finish(await (await import("./commands/models.ts")).pullModelsCommand(names)));
  models
    .command("check")
    .description("compare models with what was pulled; all that are here if none is named")
    .argument("[name...]")
    .action(async (names) => finish(await (await import("./commands/models.ts")).checkModelsCommand(names)));

  overthink
    .command("schema")
    .description("JSON Schema of experiment files, for editors")
    .option("--out <file>", "write it there")
    .action(async (flags) => finish((await import("./commands/schema.ts")).schemaCommand(flags)));

  for (const command of [...overthink.commands, ...datasets.commands])
    if (command !== datasets) command.option("--verbose", "show the stack of every error");
  return overthink;
}
