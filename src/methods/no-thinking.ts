import { append } from "../core/extremes.ts";
import { z } from "zod";
import type { StatedFacts } from "../core/facts.ts";
import type { Piece } from "../core/segment.ts";
import { traceIds } from "../core/trace.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { answerPieces, forced, sampleAnswer } from "./pieces.ts";
import { opened, openWalk } from "./walk.ts";

/** The thought that is written, and how the answer is begun. */
const styles = {
  "no-thinking": { thought: "Okay, I think I have finished thinking.", begin: "" },
  "mid-think": { thought: "", begin: "\nOkay" },
} as const;

export const NoThinking = z.strictObject({
  style: z
    .enum(["no-thinking", "mid-think"])
    .default("no-thinking")
    .describe(
      "no-thinking writes a thought that says it is finished (arXiv 2504.09858). mid-think writes an empty one and " +
        "begins the answer with `\\nOkay` (arXiv 2601.07036).",
    ),
  thought: z.string().optional().describe("Thought that is written instead of the style's."),
  begin: z.string().optional().describe("Words at the beginning of the answer instead of the style's."),
  answer_budget: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("Tokens of the answer, which carries the reasoning, at which it is cut. Null: what the context holds."),
  cue: z
    .string()
    .default("Final Answer:")
    .describe("Written where the answer is cut; a short answer of `max_answer_tokens` follows."),
});
export type NoThinking = z.infer<typeof NoThinking>;

const textsOf = ({ style, thought, begin }: NoThinking) => ({
  thought: thought ?? styles[style].thought,
  begin: begin ?? styles[style].begin,
});

/** What follows the reasoning in the answer: nothing where it ended its turn; the cue where it was cut. */
export const answerStep = (stop: Piece["stop"]): "done" | "cue" => (stop === "eos" ? "done" : "cue");

async function* noThinking(task: Task, options: NoThinking): AsyncGenerator<Piece, void, undefined> {
  const { go, room } = await openWalk(task);
  const { endOfTurn, thinkingEnd } = task.delimiters;
  const texts = textsOf(options);
  const encode = idsOf(task);
  const [thought, begin, cue] = [await encode(texts.thought), await encode(texts.begin), await encode(options.cue)];
  const trace: Piece[] = [
    ...opened(task),
    ...(thought.length > 0 ? [forced("thinking", thought)] : []),
    forced("delimiter", thinkingEnd),
    ...(begin.length > 0 ? [forced("cue", begin)] : []),
  ];
  yield* trace;
  const most = Math.min(options.answer_budget ?? Infinity, room - thought.length - begin.length - cue.length);
  if (most > 0) {
    const { tokenIds } = await go({ after: traceIds(trace), maxTokens: most, stops: endOfTurn });
    const reasoned = answerPieces(tokenIds, endOfTurn);
    append(trace, reasoned);
    yield* reasoned;
    if (answerStep(reasoned[0]?.stop ?? null) === "done") return;
  }
  if (cue.length > 0) {
    trace.push(forced("cue", cue));
    yield forced("cue", cue);
  }
  yield* await sampleAnswer({ go, after: traceIds(trace), maxTokens: task.maxAnswerTokens, endOfTurn });
}

const idsOf =
  ({ encode }: Pick<Task, "encode">) =>
  async (text: string) =>
    text === "" ? [] : encode(text);

async function check({ model }: Fit, options: NoThinking): Promise<void> {
  if (model) for (const text of [...Object.values(textsOf(options)), options.cue]) await idsOf(model)(text);
}

const facts = ({ style }: NoThinking): StatedFacts => ({
  role: "other",
  family: style === "mid-think" ? "Mid-Think" : "NoThinking",
  along: ["answer_budget"],
});

/** The reasoning in the answer is as long as a natural thought where nothing cuts it. */
function cost(options: NoThinking, { natural }: Assumptions): Cost {
  const most = options.answer_budget ?? Infinity;
  const tokens = Math.min(natural, most);
  return {
    thinking: tokens,
    worstThinking: most,
    chains: 1,
    requests: 2,
    stretches: [{ name: JSON.stringify(textsOf(options)), tokens }],
  };
}

/** Skips the thought, so that the answer carries the reasoning; budgets cut the answer. */
export const noThinkingMethod: Method<NoThinking> = {
  name: "no-thinking",
  options: NoThinking,
  label: ({ style, answer_budget }) => `${style}${answer_budget === null ? "" : ` ≤${answer_budget}`}`,
  facts,
  cost,
  check,
  findsMergedEnds: true,
  run: noThinking,
};
