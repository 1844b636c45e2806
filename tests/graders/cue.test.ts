import { describe, expect, it } from "vitest";
import { graders } from "../../src/graders/index.ts";
import { programGrader } from "../../src/app/plugins/program-grader.ts";
import type { Segment } from "../../src/core/segment.ts";
import type { Grader } from "../../src/ports/grader.ts";
import { judge } from "../../src/runner/attempt.ts";

const forced = (kind: "delimiter" | "cue", text: string): Segment => ({
  kind,
  origin: "forced",
  stop: null,
  tokenIds: [1],
  text,
});
const sampled = (kind: "thinking" | "answer", stop: "delimiter" | "eos" | "length", text: string): Segment => ({
  kind,
  origin: "sampled",
  stop,
  tokenIds: [2],
  text,
});

/** One answer behind a thought that was cut, with a cue or the bare delimiter, and behind one that ended by itself. */
const traces = (answer: string, cue: string): Readonly<Record<string, readonly Segment[]>> => ({
  "cut, with a cue": [
    sampled("thinking", "length", "so"),
    forced("delimiter", "<end>"),
    forced("cue", cue),
    sampled("answer", "eos", answer),
  ],
  "cut, without": [sampled("thinking", "length", "so"), forced("delimiter", "<end>"), sampled("answer", "eos", answer)],
  natural: [sampled("thinking", "delimiter", "so"), forced("delimiter", "<end>"), sampled("answer", "eos", answer)],
});

const make = (name: keyof typeof graders, options: object = {}): Grader =>
  graders[name].create(graders[name].options.parse(options) as never) as Grader;

const script = `require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { response, target } = JSON.parse(line);
  console.log(JSON.stringify(response.trim() === target));
})`;

const cases: readonly Readonly<{ name: string; grader: Grader; answer: string; wrong: string; target: string }>[] = [
  { name: "exact", grader: make("exact"), answer: " 42", wrong: " 41", target: "42" },
  { name: "regex", grader: make("regex", { pattern: "^([0-9]+)$" }), answer: "42", wrong: "41", target: "42" },
  { name: "numeric", grader: make("numeric"), answer: " 42", wrong: " 41", target: "42" },
  { name: "math", grader: make("math"), answer: " \\boxed{42}", wrong: " 41", target: "42" },
  { name: "choice", grader: make("choice"), answer: " B", wrong: " C", target: "B" },
  {
    name: "command",
    grader: programGrader({ command: [process.execPath, "-e", script], timeout_seconds: 20 }, "x.yaml"),
    answer: " 42",
    wrong: " 41",
    target: "42",
  },
];

describe("what a method wrote is no answer", () => {
  for (const cue of ["\nFinal Answer:", "Final Answer: 41. No, it is", "The answer is C, or"])
    it.each(cases)(
      `$name gives one verdict at the cut and at the natural end, behind ${JSON.stringify(cue)}`,
      async (one) => {
        const problem = { text: "?", target: one.target };
        for (const [answer, outcome] of [
          [one.answer, "correct"],
          [one.wrong, "incorrect"],
        ] as const)
          for (const [, trace] of Object.entries(traces(answer, cue)))
            expect((await judge(trace, problem, { grader: one.grader, own: null })).outcome).toBe(outcome);
      },
    );

  it.each(cases)("$name finds no answer where the model wrote none", async ({ name, grader, target }) => {
    const trace = traces("", `Final Answer: ${target}`)["cut, with a cue"] ?? [];
    expect((await judge(trace, { text: "?", target }, { grader: grader, own: null })).outcome).toBe(
      name === "command" ? "incorrect" : "no-answer",
    );
  });

  it("a cue shows where the answer begins", async () => {
    const boxed = traces("42}", "\\boxed{")["cut, with a cue"] ?? [];
    expect((await judge(boxed, { text: "?", target: "42" }, { grader: make("math"), own: null })).score).toMatchObject({
      answer: "42",
    });
    const wordy = traces(" 42, as 3 of the 45 were lost", "Final Answer:")["cut, with a cue"] ?? [];
    expect((await judge(wordy, { text: "?", target: "42" }, { grader: make("numeric"), own: null })).outcome).toBe(
      "correct",
    );
  });
});
