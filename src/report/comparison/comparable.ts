import { count, listed } from "../format.ts";
import type { Task, Tasks } from "./tasks.ts";

/** Whether a difference can be a difference of what was meant to be compared. */
export type Comparable = Readonly<{
  /** Problems that both were asked in the same words with the same answer: only these are compared. */
  common: ReadonlySet<string>;
  onlyFirst: number;
  onlySecond: number;
  /** Problems of one id that are not the same problem, in words; empty where there are none. */
  changed: string;
  /** How many problems' questions, prompts and graders were looked at, where not all were. */
  drawn?: number | null;
  /** Why a difference must not be called real; empty where nothing speaks against it. */
  reasons: readonly string[];
}>;

export function comparable(a: Tasks, b: Tasks): Comparable {
  const named = [...a.keys()].filter((problem) => b.has(problem));
  const unlike = named.filter((problem) => a.get(problem) !== b.get(problem)); // many tasks are one object
  const differing = (key: keyof Task): readonly string[] =>
    unlike.filter((problem) => a.get(problem)?.[key] !== b.get(problem)?.[key]);
  const [questions, targets] = [differing("question"), differing("target")];
  const changed = changedText(questions, targets);
  const other = new Set([...questions, ...targets]);
  const common = other.size === 0 ? named : named.filter((problem) => !other.has(problem));
  const kept = (problem: string): boolean => !other.has(problem);
  const reasons =
    common.length === 0
      ? [nothingCommon(a, b, changed)]
      : [
          ...graders(a, b, differing("grader").filter(kept)),
          ...prompts(differing("prompt").filter(kept).length, common.length),
        ];
  return {
    common: new Set(common),
    onlyFirst: a.size - named.length,
    onlySecond: b.size - named.length,
    changed,
    reasons,
  };
}

function changedText(questions: readonly string[], targets: readonly string[]): string {
  const many = new Set([...questions, ...targets]).size;
  const what = targets.length === 0 ? "question" : questions.length === 0 ? "answer" : "question or answer";
  return many === 0 ? "" : `${count(many)} of the same name ${many === 1 ? "has" : "have"} another ${what}`;
}

const nothingCommon = (a: Tasks, b: Tasks, changed: string): string =>
  `the data sets share no problem (${count(a.size)} and ${count(b.size)} problems${changed && `; ${changed}`})`;

function graders(a: Tasks, b: Tasks, differing: readonly string[]): readonly string[] {
  if (differing.length === 0) return [];
  const [first, second] = [a, b].map((tasks) =>
    listed([...new Set(differing.map((problem) => tasks.get(problem)?.grader ?? ""))]),
  );
  return [`the graders differ (${first} against ${second})`];
}

const prompts = (differing: number, of: number): readonly string[] =>
  differing === 0 ? [] : [`the prompts of ${count(differing)} of ${count(of)} common problems differ`];

/** Whether a comparison is made over fewer problems than either has. */
export const isPartial = ({ onlyFirst, onlySecond, changed }: Comparable): boolean =>
  onlyFirst + onlySecond > 0 || changed !== "";

/** What a comparison is made over. */
export function overlap(fitness: Comparable): string {
  const { common, onlyFirst, onlySecond, changed, drawn } = fitness;
  const looked = drawn
    ? ` (questions, prompts and graders of ${count(drawn)} of them were compared, drawn at random; they do not differ)`
    : "";
  if (!isPartial(fitness)) return `the same ${count(common.size)} problems${looked}`;
  const alone = onlyFirst + onlySecond > 0 ? `; ${count(onlyFirst)} and ${count(onlySecond)} are in only one` : "";
  return (
    `the ${count(common.size)} problems that both ` +
    `have${looked}${alone}${changed && `; ${changed} and ${changed.includes(" has ") ? "is" : "are"} left out`}`
  );
}
