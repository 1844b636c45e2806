import { seedOf } from "../../src/core/hash.ts";
import { eos, idOf, thinkEnd } from "./fake-tokenizer.ts";

const letters = Array.from("etaoin shrdlu12", (letter) => letter.codePointAt(0) ?? 0);
const the = idOf("Ġthe");
const wait = idOf("Wait");
/** "é" is two tokens: a cut may fall between them. */
const [firstHalf, secondHalf] = [0xc3, 0xa9];

/** Candidates at a place in order of likelihood: a function of everything before. */
const candidates = (prefix: readonly number[], weights: string): readonly number[] => {
  if (prefix.at(-1) === firstHalf) return [secondHalf, 0x20, 0x61];
  const pick = seedOf(weights, ...prefix.slice(-6), prefix.length);
  const letter = (shift: number) => letters[(pick >>> shift) % letters.length] ?? 0x20;
  const kind = pick % 16;
  const first =
    kind === 0
      ? thinkEnd
      : kind === 1
        ? eos
        : kind === 2
          ? the
          : kind === 3
            ? wait
            : kind === 4
              ? firstHalf
              : letter(4);
  return [...new Set([first, letter(8), letter(12), 0x20, 0x61, 0x62])];
};

export type Draw = Readonly<{
  temperature: number;
  masked: ReadonlySet<number>;
  random: number;
  /** Another word is another model. */
  weights?: string | undefined;
}>;

/** The next token; greedy at temperature 0, else one of the first three by the random number. */
export const nextToken = (
  prefix: readonly number[],
  { temperature, masked, random, weights = "model" }: Draw,
): number => {
  const open = candidates(prefix, weights).filter((id) => !masked.has(id));
  const chosen = open[temperature === 0 ? 0 : random % Math.min(3, open.length)];
  if (chosen === undefined) throw new Error("all candidates are masked");
  return chosen;
};

/** Of any token: a made-up but fixed number. */
export const logprobOf = (prefix: readonly number[], id: number, weights = "model"): number =>
  -(seedOf("logprob", prefix.length, id, ...(weights === "model" ? [] : [weights])) % 1000) / 500;
