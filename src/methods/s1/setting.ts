import type { Sampling } from "../../core/sampling.ts";
import { UserError } from "../../core/user-error.ts";
import type { Task } from "../../ports/method.ts";
import type { Ids } from "../pieces.ts";
import type { Quirks } from "./quirks.ts";

/** A published run's options, names and texts, before they meet a model. */
export type Wanted = Readonly<{
  budget: number | "auto" | null;
  /** Null: none are ignored, and ends may come as the first token. */
  ignores: number | null;
  minThinking: number;
  continuation: string;
  /** Text between a thought that ran into its allowance and the closing delimiter; empty: nothing. */
  separator: string;
  /** Texts in place of the format's delimiters; null: the format's. */
  start: string | null;
  end: string | null;
  /** Null: the first token of the closing delimiter. */
  until: readonly string[] | null;
  /** Null: the prompt's own length. */
  batchPrompt: number | null;
  /** Cap of the answer, base of `auto`, budget where none is given; null: the context. */
  maxGen: number | null;
  modelLength: number | null;
  sampling: Partial<Sampling>;
}>;

/** The same in one model's tokens. */
export type Setting = Readonly<{
  start: Ids;
  end: Ids;
  cue: Ids;
  separator: Ids;
  continuation: Ids;
  /** What ends a thought and is taken off it, in the order it is tried. */
  ends: readonly Ids[];
  /** Ends of generation that stop a round without being taken off. */
  otherEnds: readonly Ids[];
  /** Whether the opening delimiter begins with the separator. */
  startsSeparated: boolean;
}>;

const special = { special: true };

export async function settingFor(
  { delimiters, encode, decode }: Pick<Task, "delimiters" | "encode" | "decode">,
  wanted: Wanted,
  quirks: Quirks,
): Promise<Setting> {
  const start = wanted.start === null ? delimiters.thinkingStart : await encode(wanted.start, special);
  const end = wanted.end === null ? delimiters.thinkingEnd : await encode(wanted.end, special);
  return {
    start,
    end,
    cue: delimiters.answerCue,
    separator: quirks.separatesWithNewline && wanted.separator !== "" ? await encode(wanted.separator) : [],
    continuation: wanted.continuation === "" ? [] : await encode(wanted.continuation),
    ends: await endsOf({ delimiters, encode }, wanted, end, quirks),
    otherEnds: delimiters.endOfTurn.slice(1),
    startsSeparated: (await decode(start)).startsWith(wanted.separator),
  };
}

async function endsOf(
  { delimiters, encode }: Pick<Task, "delimiters" | "encode">,
  { until }: Wanted,
  end: Ids,
  quirks: Quirks,
): Promise<readonly Ids[]> {
  const named = until === null ? [end.slice(0, 1)] : await Promise.all(until.map((text) => encode(text, special)));
  const closing = quirks.answersTwice ? [] : [end];
  return [...named, ...closing, ...delimiters.endOfTurn.slice(0, 1)];
}

/** Tokens that `auto` leaves for the answer. */
const answerReserve = 100;

export function budgetOf(
  wanted: Wanted,
  setting: Setting,
  task: Readonly<{ prompt: number; contextLength: number }>,
): number {
  const base = wanted.maxGen ?? task.contextLength;
  if (wanted.budget !== "auto") return wanted.budget ?? base;
  const auto =
    base -
    (wanted.batchPrompt ?? task.prompt) -
    setting.start.length -
    (setting.end.length + setting.cue.length) -
    answerReserve;
  if (auto < 1)
    throw new Error(
      `max_thinking_tokens auto leaves ${auto} tokens for the thought: ${base} less prompt, delimiters and ` +
        `${answerReserve}`,
    );
  return auto;
}

type Model = Pick<Task, "delimiters" | "encode" | "decode">;

/** Faults of a setting that only a model's vocabulary shows. */
export async function checkSetting(model: Model, wanted: Wanted, quirks: Quirks): Promise<void> {
  for (const text of [wanted.start, wanted.end, ...(wanted.until ?? [])])
    if (text !== null) await checkText(model, text);
  if (wanted.separator !== "") await checkSeparator(model, wanted.separator);
  if (!quirks.needsSingleTokenEnds || (wanted.ignores === null && wanted.minThinking === 0)) return;
  const end = wanted.end === null ? model.delimiters.thinkingEnd : await model.encode(wanted.end, special);
  const long = (await endsOf(model, wanted, end, quirks)).find(({ length }) => length !== 1);
  if (!long) return;
  throw new UserError(
    `the end ${JSON.stringify(await model.decode(long))} is ${long.length} tokens of this model: ends can ` +
      "only be ignored or put off where each is one token",
    {
      hint: "leave out ignore_ends and min_thinking_tokens, or use variant: strict",
    },
  );
}

/** A delimiter that a vocabulary changes would never be met. */
export async function checkText({ encode, decode }: Pick<Task, "encode" | "decode">, text: string): Promise<void> {
  const written = await decode(await encode(text, special));
  if (written !== text)
    throw new UserError(
      `${JSON.stringify(text)} becomes ${JSON.stringify(written)} in this model's vocabulary, so it cannot ` +
        "delimit a thought",
    );
}

async function checkSeparator({ encode }: Model, separator: string): Promise<void> {
  try {
    await encode(separator);
  } catch (cause) {
    throw new UserError(`this model has no token for the separator ${JSON.stringify(separator)}`, {
      hint: "set separator: null",
      cause,
    });
  }
}
