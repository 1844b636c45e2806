import { describe, expect, it } from "vitest";
import { compareFingerprints } from "../../src/conformance/same-model.ts";
import type { Answered, Fingerprint } from "../../src/ports/model-store.ts";

const sure = Math.log(0.9);
const torn = Math.log(0.4);

const answered = (text: string, tokens: readonly number[], logprobs: readonly number[] | null): Answered => ({
  text,
  prompt: [1, 2],
  tokens,
  logprobs,
});

const given = (change: (at: number) => Partial<Answered> = () => ({})): Fingerprint =>
  Array.from({ length: 6 }, (_, at) => ({
    ...answered(`text ${at}`, [3, 4, 5], [sure, torn, sure]),
    ...change(at),
  }));

const silent = (change: (at: number) => Partial<Answered> = () => ({})): Fingerprint =>
  given((at) => ({ logprobs: null, ...change(at) }));

const verdict = (before: Fingerprint, now: Fingerprint) => compareFingerprints(before, now).verdict;

describe("two fingerprints", () => {
  it("are of one model where tokens are the same and probabilities differ by rounding", () => {
    expect(verdict(given(), given())).toBe("same");
    expect(
      verdict(
        given(),
        given(() => ({ logprobs: [sure + 0.01, torn - 0.03, sure] })),
      ),
    ).toBe("same");
    expect(verdict(silent(), silent())).toBe("same");
  });

  it("are of two where a clear choice is another", () => {
    const now = given((at) => (at === 3 ? { tokens: [9, 4, 5] } : {}));
    expect(compareFingerprints(given(), now)).toEqual({
      verdict: "other",
      words: 'after "text 3" token 1 was 3 and is 9',
    });
    // Clear to one of them is clear enough: to the other it would have to be nearly even.
    expect(
      verdict(
        given((at) => (at === 3 ? { logprobs: [torn, torn, sure] } : {})),
        now,
      ),
    ).toBe("other");
  });

  it("may part where a choice is nearly even, in half of the texts at most", () => {
    const parted = (texts: number): Fingerprint => given((at) => (at < texts ? { tokens: [3, 9, 9] } : {}));
    expect(verdict(given(), parted(3))).toBe("same");
    expect(verdict(given(), parted(4))).toBe("other");
  });

  it("may part in a third of the texts where nobody knows what is clear", () => {
    const parted = (texts: number): Fingerprint => silent((at) => (at < texts ? { tokens: [3, 9, 9] } : {}));
    expect(verdict(silent(), parted(2))).toBe("same");
    expect(verdict(silent(), parted(3))).toBe("other");
    expect(verdict(given(), parted(2))).toBe("same");
  });

  it("are near where the probabilities of the same tokens differ by more than rounding, and of two where by much more", () => {
    const shifted = (by: number): Fingerprint => given(() => ({ logprobs: [sure - by, torn - by, sure - by] }));
    expect(verdict(given(), shifted(0.05))).toBe("near");
    expect(compareFingerprints(given(), shifted(0.2))).toEqual({
      verdict: "other",
      words: "log-probabilities differ by 0.200 on average",
    });
  });

  it("are of two where a text is other ids, and where they have no text in common", () => {
    expect(
      verdict(
        given(),
        given(() => ({ prompt: [1, 3] })),
      ),
    ).toBe("other");
    expect(
      verdict(
        given(),
        given((at) => ({ text: `another ${at}` })),
      ),
    ).toBe("other");
  });

  it("are compared by the texts that both can read", () => {
    expect(verdict(given(), given().slice(0, 2))).toBe("same");
  });
});
