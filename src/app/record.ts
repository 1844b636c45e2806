import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, hostname, platform, release, totalmem } from "node:os";
import { sha256 } from "../core/hash.ts";
import type { Shard } from "../core/shard.ts";
import { packageRoot } from "../experiment/paths.ts";
import { identityOf, infoOf } from "../runner/prepared.ts";
import { pulledAs } from "./hub-models.ts";
import type { NaturalLengths } from "./natural-lengths.ts";
import type { Prepared } from "./prepare.ts";

type Package = { version: string; gitHead?: string; dependencies: Record<string, string> };

const ownPackage = (): Package => JSON.parse(readFileSync(`${packageRoot() ?? "."}/package.json`, "utf8")) as Package;

/** With the commit that a published package was made of. */
export const ownVersion = (): string => versionOf(ownPackage());

const versionOf = ({ version, gitHead }: Package): string => (gitHead ? `${version}+${gitHead.slice(0, 9)}` : version);

/** Commit of the folder the experiment is run from, if it is a checkout; marked where files were changed. */
function gitCommit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 5000 }).trim();
  try {
    const changes = git("status", "--porcelain", "--untracked-files=no");
    return `${git("rev-parse", "HEAD")}${changes ? " (with changes)" : ""}`;
  } catch {
    return null; // no checkout, or no git: nothing to record
  }
}

/** `shard`: the part that was run, and the attempts that it has. */
type RunFacts = Readonly<{
  command: readonly string[];
  warnings: readonly string[];
  shard: (Shard & Readonly<{ attempts: number }>) | undefined;
  /** What earlier runs recorded of models that this one leaves out. */
  earlier: readonly Readonly<{ name: string }>[];
  natural: NaturalLengths;
}>;

/** Of a model of the Hub, the commit that its revision stood for. */
function hubRecord({ loaded }: Prepared["file"], name: string): Readonly<{ hub?: unknown }> {
  const spec = loaded.experiment.models.find((one) => one.name === name && one.engine === "llama");
  const hub = spec ? pulledAs(spec) : null;
  return hub === null ? {} : { hub };
}

/** Everything it takes to repeat a run, as far as this process knows it. */
export function reproducibilityRecord(
  { file, models, natives, record }: Prepared,
  { command, warnings, shard, earlier, natural }: RunFacts,
): unknown {
  const { dependencies, ...own } = ownPackage();
  const running = [...models, ...natives];
  return {
    command: command.join(" "),
    ...(Object.keys(natural).length > 0 ? { natural_tokens: natural } : {}),
    experiment: { file: file.loaded.file, sha256: sha256(file.loaded.text), content: record.hash },
    models: [
      ...running.map((model) => ({
        name: model.name,
        identity: identityOf(model),
        facts: { ...infoOf(model).facts, ...file.shapes.get(model.name) },
        ...hubRecord(file, model.name),
        context_length: infoOf(model).contextLength,
        ...("format" in model ? { format: model.format, prompt: model.template } : {}),
      })),
      ...earlier.filter(({ name }) => !running.some((model) => model.name === name)),
    ],
    datasets: file.datasets.map(({ name, hash, problems, loaded, grader }) => ({
      name,
      hash,
      sha256: loaded.sha256,
      problems: problems.length,
      of: loaded.total,
      source: loaded.source,
      grader: `${grader.name} ${grader.version}`,
      ...(loaded.confidential ? { confidential: true } : {}),
    })),
    sampling: file.loaded.experiment.sampling,
    ...(file.loaded.experiment.modules ? { modules: file.loaded.experiment.modules } : {}),
    versions: { overthink: versionOf({ ...own, dependencies }), node: process.version, ...dependencies },
    platform: {
      host: hostname(),
      os: `${platform()} ${release()}`,
      arch: arch(),
      cpu: cpus()[0]?.model ?? null,
      cores: cpus().length,
      memory_bytes: totalmem(),
    },
    git_commit: gitCommit(),
    ...(shard ? { shard } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}
