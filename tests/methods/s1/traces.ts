import type { Task } from "../../../src/ports/method.ts";

export type Published = "s1-fork" | "s1-readme";

/** One golden trace: what the model wants to say in each round, and what it is given. `n` is a newline. */
export type Trace = Readonly<{
  id: string;
  variant?: Published;
  options: Readonly<Record<string, unknown>>;
  task?: Partial<Pick<Task, "contextLength">>;
  /** Rounds of thinking; the answer follows. */
  emits: readonly string[];
  /** Prompts of the rounds after the first, which follow Q. */
  rounds?: readonly string[];
  /** Allowances of the rounds. */
  caps?: readonly number[];
  /** Least tokens of the rounds. */
  least?: readonly number[];
  /** Ends of the first round. */
  stops?: string;
  answerPrompt: string;
  /** Thinking tokens that are kept. */
  thinking: number;
}>;

const B = (max_thinking_tokens: number, rest: object = {}) => ({ max_gen_toks: 64, max_thinking_tokens, ...rest });
const wait = (ignore_ends: number) => ({ ignore_ends, continuation: "Wait" });
const steps = { thinking_start: "S", thinking_end: "Sanswer", until_thinking: "S0" };

/** T01 to T25 of the fork's generation routine, R1 and R2 of the README's loop. */
export const traces: readonly Trace[] = [
  {
    id: "T01 natural end",
    options: B(8),
    emits: ["n a b n S"],
    caps: [8],
    least: [0],
    stops: "S, Z, X",
    answerPrompt: "Q S th n a b n S an",
    thinking: 4,
  },
  {
    id: "T02 end of turn, no newline added",
    options: B(8),
    emits: ["n a b Z"],
    answerPrompt: "Q S th n a b S an",
    thinking: 3,
  },
  {
    id: "T03 at the budget",
    options: B(4),
    emits: ["n a b c d"],
    answerPrompt: "Q S th n a b c n S an n F",
    thinking: 4,
  },
  {
    id: "T03b the end would come next",
    options: B(4),
    emits: ["n a b c S"],
    answerPrompt: "Q S th n a b c n S an n F",
    thinking: 4,
  },
  {
    id: "T04 newline there",
    options: B(4),
    emits: ["n a b n c"],
    answerPrompt: "Q S th n a b n S an n F",
    thinking: 4,
  },
  {
    id: "T05 opening begins with a newline",
    options: B(4, { thinking_start: "\nthink" }),
    emits: ["a b c d e"],
    answerPrompt: "Q n th a b c d S an n F",
    thinking: 4,
  },
  {
    id: "T06 end as the last token of the budget",
    options: B(4),
    emits: ["n a b S"],
    answerPrompt: "Q S th n a b S an",
    thinking: 3,
  },
  {
    id: "T07 end of two tokens",
    options: B(20, steps),
    emits: ["1 n a n S 0 b"],
    stops: "S 0, Z, X",
    answerPrompt: "Q S 1 n a n S an",
    thinking: 4,
  },
  {
    id: "T07b answers by itself, is asked twice",
    options: B(20, steps),
    emits: ["1 n a n S an n b Z"],
    answerPrompt: "Q S 1 n a n S an n b S an",
    thinking: 8,
  },
  {
    id: "T08 one Wait",
    options: B(20, wait(1)),
    emits: ["n a n S", "b n S"],
    rounds: ["S th n a n W"],
    caps: [20, 20],
    least: [1, 1],
    answerPrompt: "Q S th n a n W b n S an",
    thinking: 6,
  },
  {
    id: "T09 two ends, nothing in their place",
    options: B(20, { ignore_ends: 2, continuation: null }),
    emits: ["n a n S", "b Z", "d n S"],
    rounds: ["S th n a n", "S th n a n b"],
    answerPrompt: "Q S th n a n b d n S an",
    thinking: 6,
  },
  {
    id: "T10 cut after a round at its allowance",
    options: B(6, wait(2)),
    emits: ["n a n S", "b d e f g h i"],
    rounds: ["S th n a n W"],
    caps: [6, 6],
    answerPrompt: "Q S th n a n W b d n S an n F",
    thinking: 6,
  },
  {
    id: "T11 cut after a natural end: no cue",
    options: B(7, wait(1)),
    emits: ["n a b c n S", "d e f n S"],
    rounds: ["S th n a b c n W"],
    answerPrompt: "Q S th n a b c n W d S an",
    thinking: 7,
  },
  {
    id: "T12 cut after length",
    options: B(7, wait(1)),
    emits: ["n a b c n S", "d e f g h i j k"],
    rounds: ["S th n a b c n W"],
    answerPrompt: "Q S th n a b c n W d n S an n F",
    thinking: 7,
  },
  {
    id: "T12b just within the budget",
    options: B(8, wait(1)),
    emits: ["n a b n S", "d n S"],
    rounds: ["S th n a b n W"],
    answerPrompt: "Q S th n a b n W d n S an",
    thinking: 7,
  },
  {
    id: "T12c one over loses the end alone",
    options: B(7, wait(1)),
    emits: ["n a b n S", "d n S"],
    rounds: ["S th n a b n W"],
    answerPrompt: "Q S th n a b n W d n S an",
    thinking: 7,
  },
  {
    id: "T12d the newline is looked for before the cut",
    options: B(8, wait(1)),
    emits: ["n a b c n S", "n d e f g h i j k"],
    rounds: ["S th n a b c n W"],
    answerPrompt: "Q S th n a b c n W n d n S an n F",
    thinking: 8,
  },
  {
    id: "T12e a newline at the cut is not seen",
    options: B(7, wait(1)),
    emits: ["n a b c n S", "n d e f g h i j"],
    rounds: ["S th n a b c n W"],
    answerPrompt: "Q S th n a b c n W n n S an n F",
    thinking: 7,
  },
  {
    id: "T13 none ignored",
    options: B(20, wait(0)),
    emits: ["n a n S"],
    least: [1],
    answerPrompt: "Q S th n a n S an",
    thinking: 3,
  },
  {
    id: "T14 minimum",
    options: B(20, { min_thinking_tokens: 4 }),
    emits: ["n S a S b n S"],
    least: [4],
    answerPrompt: "Q S th n a b n S an",
    thinking: 4,
  },
  {
    id: "T15 no end as first token",
    options: B(20, { ignore_ends: 1, continuation: null }),
    emits: ["S n a n S", "S b S"],
    rounds: ["S th n a n"],
    answerPrompt: "Q S th n a n b S an",
    thinking: 4,
  },
  {
    id: "T16 other end of generation stays",
    options: B(20),
    emits: ["n a X"],
    answerPrompt: "Q S th n a X S an",
    thinking: 3,
  },
  {
    id: "T16b and stays before a Wait",
    options: B(20, wait(1)),
    emits: ["n a X", "b S"],
    rounds: ["S th n a X W"],
    answerPrompt: "Q S th n a X W b S an",
    thinking: 5,
  },
  {
    id: "T18b no budget",
    options: { max_gen_toks: 64, ...wait(1) },
    task: { contextLength: 200 },
    emits: ["n a S", "b S"],
    rounds: ["S th n a W"],
    caps: [64, 64],
    answerPrompt: "Q S th n a W b S an",
    thinking: 4,
  },
  {
    id: "T22 first request of the batch",
    options: B(5, wait(2)),
    emits: ["n a n S", "e S", "f S"],
    rounds: ["S th n a n W", "S th n a n W e W"],
    answerPrompt: "Q S th n a n W e S an",
    thinking: 5,
  },
  {
    id: "T22 second request of the batch",
    options: B(5, wait(2)),
    emits: ["n b d e f g"],
    caps: [5],
    answerPrompt: "Q S th n b d e f n S an n F",
    thinking: 5,
  },
  {
    id: "T23 one token past the context",
    options: B(9, { ...wait(2), model_length: 12 }),
    emits: ["n a b n S", "d e f g h i"],
    rounds: ["S th n a b n W"],
    caps: [9, 5],
    answerPrompt: "Q S th n a b n W d e f g n S an n F",
    thinking: 9,
  },
  {
    id: "T25 second text that ends",
    options: B(8, { until_thinking: "S", until_thinking_2: "b1" }),
    emits: ["n a b 1"],
    stops: "S, b 1, Z, X",
    answerPrompt: "Q S th n a S an",
    thinking: 2,
  },
  {
    id: "R1 one Wait, one budget",
    variant: "s1-readme",
    options: { max_thinking_tokens: 10, ignore_ends: 1 },
    emits: ["n a n S", "b n S"],
    rounds: ["S th n a n W"],
    caps: [10, 6],
    least: [0, 1],
    answerPrompt: "Q S th n a n W b n",
    thinking: 6,
  },
  {
    id: "R2 budget spent",
    variant: "s1-readme",
    options: { max_thinking_tokens: 4 },
    emits: ["n a b c d"],
    caps: [4],
    answerPrompt: "Q S th n a b c",
    thinking: 4,
  },
  {
    id: "R3 other ends leave no text",
    variant: "s1-readme",
    options: { max_thinking_tokens: 9 },
    emits: ["n a Z", "b X"],
    rounds: ["S th n a W"],
    caps: [9, 6],
    answerPrompt: "Q S th n a W b",
    thinking: 4,
  },
];

/** T24: a thought of which no character is complete yet. */
export const withoutText = { options: B(2), emits: ["\uFFFD \uFFFD a"] };
