import { z } from "zod";
import type { StatedFacts } from "../core/facts.ts";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { forced, type Ids } from "./pieces.ts";
import { asksForAnswer, closing, conclude, forcedEnd, grow, opened, openWalk, thinking, type Walk } from "./walk.ts";

/** Dynasor's levels: how many answers have to agree, and the tokens between two probes. */
const levels = {
  mild: { agree: 8, every: 64 },
  low: { agree: 5, every: 64 },
  mid: { agree: 3, every: 64 },
  high: { agree: 2, every: 64 },
  crazy: { agree: 2, every: 32 },
} as const;

const probeText = "... Oh, I suddenly got the answer to the whole problem, **Final Answer**\n\n\\[ \\boxed{";
const exitText =
  "\n\n...</think>\n Oh, I have got the answer to the whole problem\n**Final Answer:**\n\\[\n \\boxed{{answer}}\n\\]";

export const Probe = z.strictObject({
  level: z
    .enum(["mild", "low", "mid", "high", "crazy"])
    .default("mid")
    .describe("Dynasor's levels (agree, every): mild 8, 64; low 5, 64; mid 3, 64; high 2, 64; crazy 2, 32."),
  agree: z.int().positive().optional().describe("Answers in a row that have to agree. Default: the level's."),
  every: z.int().positive().optional().describe("Thinking tokens between two probes. Default: the level's."),
  overlap: z
    .boolean()
    .default(false)
    .describe("Decide after the next chunk, which is then part of thought and cost, as the authors' program does."),
  text: z.string().min(1).default(probeText).describe("What is written on the side branch to ask for the answer."),
  until: z
    .literal("}")
    .nullable()
    .default("}")
    .describe("The probe's answer stands before the first unpaired brace. Null: it is the reply up to its own end."),
  max_probe_tokens: z.int().positive().default(20).describe("Most tokens of a probe's answer."),
  doubts: z
    .array(z.string().min(1))
    .default(["wait", "hold", "but", "okay", "no", "hmm"])
    .describe("A probe that holds one of these, in lower case, is not certain."),
  temperature: z
    .number()
    .nonnegative()
    .nullable()
    .default(0.6)
    .describe("Sampling temperature of probes. Null: that of the experiment, top_p too."),
  top_p: z.number().gt(0).max(1).default(0.95).describe("Share of the distribution that probes are drawn from."),
  exit_text: z
    .string()
    .min(1)
    .nullable()
    .default(exitText)
    .describe(
      "Written at the exit, with the end mark once and {answer}; nothing more is sampled. Null: the thought is " +
        "closed and the answer is sampled.",
    ),
  max_thinking_tokens: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Thinking tokens at which the end is forced. Null: what the context holds."),
});
export type Probe = z.infer<typeof Probe>;

const setting = ({ level, agree, every }: Probe) => ({
  agree: agree ?? levels[level].agree,
  every: every ?? levels[level].every,
});

/** What a probe brought: its whole text, and the answer in it; empty where there is none. */
export type Asked = Readonly<{ text: string; answer: string }>;

type Rule = Readonly<{ agree: number; doubts: readonly string[]; same: (a: string, b: string) => boolean }>;

/** How many probes up to the last one agree with it, all certain and none empty; the exit follows from it. */
export function probeDecision(
  probes: readonly Asked[],
  { agree, doubts, same }: Rule,
): Readonly<{ agreeing: number; exit: boolean }> {
  const last = probes.at(-1);
  const counts = ({ text, answer }: Asked): boolean =>
    answer !== "" && !isDoubtful(text, doubts) && same(answer, last?.answer ?? "");
  const breaks = probes.toReversed().findIndex((probe) => !counts(probe));
  const agreeing = breaks < 0 ? probes.length : breaks;
  return { agreeing, exit: agreeing >= agree };
}

const isDoubtful = (text: string, doubts: readonly string[]): boolean =>
  doubts.some((word) => text.toLowerCase().includes(word));

/** What stands before the first brace that closes none; empty where there is none. */
export function beforeBrace(text: string): string {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") open++;
    if (text[at] === "}" && open-- === 0) return text.slice(0, at);
  }
  return "";
}

async function* probing(task: Task, options: Probe): AsyncGenerator<Piece, void, undefined> {
  const walk = await openWalk(task);
  const { agree, every } = setting(options);
  const most = Math.min(walk.room, options.max_thinking_tokens ?? Infinity);
  const probes: Asked[] = [];
  let thought: Ids = [];
  yield* opened(task);
  for (;;) {
    const { pieces, asked, isAnswer } = await ask(walk, thought, options);
    probes.push(asked);
    const { agreeing, exit } = probeDecision(probes, { agree, doubts: options.doubts, same: task.sameAnswer });
    task.decide?.({
      position: thought.length,
      rule: "probe",
      value: agreeing,
      threshold: agree,
      outcome: exit ? "exit" : "on",
      detail: asked.answer,
    });
    const leaves = exit && !options.overlap;
    const closes = thought.length >= most || (leaves && options.exit_text === null);
    if (!(isAnswer && closes)) yield* pieces;
    if (leaves) return yield* leave(walk, thought, asked.answer, options);
    if (thought.length >= most) return yield* await conclude(walk, thought, forcedEnd(task.delimiters));
    const { tokenIds, ending } = await grow(walk, thought, { most: Math.min(every, most - thought.length) });
    thought = [...thought, ...tokenIds];
    if (tokenIds.length > 0 || ending) yield thinking(tokenIds, ending);
    if (ending) return yield* await conclude(walk, thought, closing(task, ending));
    if (exit) return yield* leave(walk, thought, asked.answer, options);
  }
}

/** Asks for the answer on a side branch, whose tokens never enter the thought. */
async function ask(
  walk: Walk,
  thought: Ids,
  { text, until, max_probe_tokens, temperature, top_p }: Probe,
): Promise<Readonly<{ pieces: readonly Piece[]; asked: Asked; isAnswer: boolean }>> {
  const { task, prompt } = walk;
  const { thinkingStart, endOfTurn } = task.delimiters;
  const words = await task.encode(text, { special: true });
  const go = task.chain(prompt, 0, temperature === null ? {} : { temperature, topP: top_p });
  const maxTokens = Math.min(
    max_probe_tokens,
    task.contextLength - prompt.length - thinkingStart.length - thought.length - words.length,
  );
  if (maxTokens < 1) return { pieces: [], asked: { text: "", answer: "" }, isAnswer: false };
  const { tokenIds, stop } = await go({ after: [...thinkingStart, ...thought, ...words], maxTokens, stops: endOfTurn });
  const pieces: readonly Piece[] = [
    forced("probe", words),
    { kind: "probe", origin: "sampled", stop: stop === "stop" ? "eos" : "length", tokenIds },
  ];
  const reply = await task.decode(tokenIds);
  const answer = until === null ? await wholeAnswer(task, tokenIds) : beforeBrace(reply);
  return { pieces, asked: { text: reply, answer }, isAnswer: asksForAnswer(walk, go, words) };
}

/** A reply that did not end is no answer. */
async function wholeAnswer(task: Task, ids: Ids): Promise<string> {
  const end = task.delimiters.endOfTurn.find((tail) =>
    tail.every((id, at) => ids[ids.length - tail.length + at] === id),
  );
  if (!end) return "";
  return (await task.answerIn(await task.decode(ids.slice(0, ids.length - end.length)))) ?? "";
}

async function* leave(walk: Walk, thought: Ids, answer: string, { exit_text: text }: Probe) {
  const { task } = walk;
  if (text === null) return yield* await conclude(walk, thought, forcedEnd(task.delimiters));
  const [before, behind] = await exitParts(task, text);
  yield forced("delimiter", [...(await task.encode(before)), ...task.delimiters.thinkingEnd]);
  yield forced("answer", await task.encode(behind.replace("{answer}", () => answer)));
}

/** What stands before the end mark and behind it. */
async function exitParts(
  { delimiters, decode }: Pick<Task, "delimiters" | "decode">,
  text: string,
): Promise<readonly [string, string]> {
  const mark = (await decode(delimiters.thinkingEnd)).trim();
  const parts = text.replace("</think>", mark).split(mark);
  if (parts.length !== 2 || parts[1]?.split("{answer}").length !== 2)
    throw new UserError("exit_text has to hold the end mark once, and {answer} once behind it", {
      hint: "exit_text: null samples the answer instead",
    });
  return [parts[0] ?? "", parts[1]];
}

async function check({ model }: Fit, { exit_text, text }: Probe): Promise<void> {
  if (!model) return;
  await model.encode(text, { special: true });
  if (exit_text !== null) await exitParts(model, exit_text);
}

const facts = (options: Probe): StatedFacts => ({
  role: "other",
  budget: options.max_thinking_tokens,
  family: `probe and exit (Dynasor)${options.overlap ? ", overlapped" : ""}`,
  along: ["level", "agree", "every"],
});

function cost(options: Probe, { natural }: Assumptions): Cost {
  const { every } = setting(options);
  const most = options.max_thinking_tokens ?? Infinity;
  const thinking = Math.min(natural, most);
  const { text, max_probe_tokens, temperature, top_p } = options;
  return {
    thinking,
    worstThinking: most,
    chains: 1,
    requests: 2 + (Number.isFinite(thinking) ? 2 * Math.ceil(thinking / every) : 0),
    stretches: [{ name: "", tokens: thinking }],
    beside: { name: JSON.stringify([text, temperature, top_p, every]), perToken: max_probe_tokens / every },
  };
}

/** Asks for the answer every few tokens, and leaves once the answers agree (Dynasor, arXiv 2412.20993). */
export const probeMethod: Method<Probe> = {
  name: "probe",
  options: Probe,
  label: (options) => {
    const { agree, every } = setting(options);
    return `probe ${agree} agree, every ${every}${options.overlap ? ", overlap" : ""}`;
  },
  facts,
  cost,
  check,
  findsMergedEnds: true,
  run: probing,
};
