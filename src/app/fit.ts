import { UserError, UserErrors } from "../core/user-error.ts";
import type { Problem } from "../core/problem.ts";
import { Breath } from "../runner/breath.ts";
import type { ChainPoint, Conditions, PlannedPoint, PreparedModel } from "../runner/prepared.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import { fittedTo } from "../runner/task.ts";
import { placeOfPoint, withPlace } from "./places.ts";
import type { Registry } from "./registry.ts";
import { checkSignals } from "./signals.ts";

/** A point whose model may be running or not yet. */
export type Checked = Omit<PlannedPoint, "model" | "dataset"> &
  Readonly<{ model: Readonly<{ name: string; prepared: PreparedModel | null }> }>;

/** The experiment that the points are of. */
type Asked = Readonly<{ loaded: LoadedExperiment; conditions: Conditions; registry: Registry }>;

/** What a method itself refuses, each fault once. */
export async function checkMethods(
  points: readonly Checked[],
  { loaded, conditions: { sampling }, registry }: Asked,
): Promise<void> {
  const faults = new Map<string, UserError>();
  for (const { method, options, record, model } of points)
    try {
      if (model.prepared?.delimiters.ends && !method.findsMergedEnds) throw mergingEnd();
      checkSignals(method.needs?.(options) ?? [], model, { loaded, registry, sampling });
      await method.check?.({ sampling, model: model.prepared && fittedTo(model.prepared) }, options);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const where = model.prepared ? `model "${model.name}", ` : "";
      const fault = new UserError(
        `${where}${record.method} ${record.label}: ${error.message}`,
        error.hint === undefined ? {} : { hint: error.hint },
      );
      faults.set(error.message, withPlace(fault, placeOfPoint(loaded, record)) as UserError);
    }
  if (faults.size > 0) throw new UserErrors([...faults.values()]);
}

const mergingEnd = (): UserError =>
  new UserError(
    "it looks for the ids of the end of thinking alone, and this model's end merges with the text next to it",
    {
      hint: "use budget-forcing or unforced, which find it in the text",
    },
  );

/** Budget, delimiters and answer must fit after every prompt: the context never cuts a thought silently. */
export async function checkContext(
  points: readonly ChainPoint[],
  { loaded, conditions: { maxAnswerTokens } }: Omit<Asked, "registry">,
): Promise<void> {
  const faults = new Map<string, UserError>();
  const assume = { natural: 0, perIgnoredEnd: 0, answer: maxAnswerTokens };
  for (const { record, model, dataset, method, options } of points) {
    const { worstThinking } = method.cost(options as never, assume);
    const { thinkingStart, thinkingEnd, answerCue } = model.delimiters;
    const thought = Number.isFinite(worstThinking) ? worstThinking : 1;
    const written = (await method.written?.(fittedTo(model), options as never)) ?? 0;
    const marks = thinkingStart.length + thinkingEnd.length + answerCue.length;
    const behind = marks + written + thought + maxAnswerTokens;
    for await (const { problem, length } of promptLengths(dataset, model)) {
      const needed = length + behind;
      const { contextLength } = model.engine.info;
      if (needed <= contextLength) continue;
      const message =
        `problem "${problem.id}" of ${dataset.name} needs ${needed} tokens at ${record.label} (prompt, thought ` +
        `and answer), the context of model "${model.name}" holds ${contextLength}`;
      const fault = new UserError(message, {
        hint: "raise the model's context_length, or lower max_thinking_tokens or max_answer_tokens",
      });
      faults.set(record.key, withPlace(fault, placeOfPoint(loaded, record)) as UserError);
      break;
    }
  }
  if (faults.size > 0) throw new UserErrors([...faults.values()]);
}

/** Problems whose prompts are encoded at once: a server's tokenizer is then asked for them in one request. */
const together = 256;

type Measured = Readonly<{ problem: Problem; length: number }>;

async function* promptLengths(
  { name, problems }: ChainPoint["dataset"],
  model: PreparedModel,
): AsyncGenerator<Measured, void, undefined> {
  const breath = new Breath();
  for (let from = 0; from < problems.length; from += together) {
    await breath.take();
    const part = problems.slice(from, from + together);
    const lengths = await Promise.all(part.map((problem) => lengthOf(problem, name, model)));
    for (const [at, problem] of part.entries()) yield { problem, length: lengths[at] ?? 0 };
  }
}

/** In tokens. What is wrong with the text is said with its place among the problems. */
async function lengthOf({ id, text }: Problem, dataset: string, model: PreparedModel): Promise<number> {
  try {
    return await promptLength(model, text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    throw new UserError(`problem "${id}" of ${dataset}, model "${model.name}": ${message}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

const lengths = new WeakMap<PreparedModel, Map<string, number>>();

async function promptLength(model: PreparedModel, text: string): Promise<number> {
  const known = lengths.get(model) ?? new Map<string, number>();
  lengths.set(model, known);
  const length = known.get(text) ?? (await model.prompt(text)).ids.length;
  known.set(text, length);
  return length;
}
