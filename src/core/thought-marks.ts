/** How models of a family open and close a thought in their text. */
export type ThoughtMarks = Readonly<{
  start: string;
  end: string;
  /** Mark around the answer that some write after the thought, left out of it. */
  answer?: readonly [start: string, end: string];
  /** Ends of the turn where they are not those of the chat template. */
  endOfTurn?: readonly string[];
}>;

const tag = (name: string): ThoughtMarks => ({ start: `<${name}>`, end: `</${name}>` });

/** The marks of all families that are known. */
export const thoughtMarks: readonly ThoughtMarks[] = [
  tag("think"),
  { start: "[THINK]", end: "[/THINK]" },
  tag("seed:think"),
  tag("thought"),
  tag("thinking"),
  tag("reasoning"),
  { start: "<|START_THINKING|>", end: "<|END_THINKING|>", answer: ["<|START_TEXT|>", "<|END_TEXT|>"] },
  { start: "<|inner_prefix|>", end: "<|inner_suffix|>" },
  { start: "<|channel>thought", end: "<channel|>" },
  {
    start: "<|channel|>analysis<|message|>",
    end: "<|end|><|start|>assistant<|channel|>final<|message|>",
    // `<|end|>` ends a message, and with it the thought; the turn ends otherwise.
    endOfTurn: ["<|return|>", "<|call|>"],
  },
  { start: "<|open|>think<|sep|>", end: "<|close|>think<|sep|>" },
  {
    start: "Here are my reasoning steps:",
    end: "[BEGIN FINAL RESPONSE]",
    answer: ["", "[END FINAL RESPONSE]"],
  },
];
