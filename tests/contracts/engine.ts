import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { greedy, type Sampling } from "../../src/core/sampling.ts";
import type { Engine, Sampled, Span } from "../../src/ports/engine.ts";

export type EngineCase = Readonly<{
  engine: Engine;
  /** Eight texts to go on from, control tokens written out. The context holds each with 64 tokens more. */
  prompts: readonly string[];
  /** A control token of the vocabulary. */
  control: string;
}>;

const whole: Sampling = { ...greedy, temperature: 1 };
const narrow: Sampling = { temperature: 0.8, topK: 5, topP: 0.95, minP: 0.02 };
const samplings = { greedy, whole, narrow };

type Ask = Readonly<{
  signal?: AbortSignal;
  chain?: string;
  onTokens?: (ids: readonly number[], logprobs: readonly number[] | null) => void;
}> &
  Partial<Span>;

/** What every engine must do, checked on whatever the engine itself writes. */
export const engineContract = (name: string, open: () => Promise<EngineCase>): void => {
  describe(name, () => {
    let subject: EngineCase;
    let prefixes: readonly (readonly number[])[];
    beforeAll(async () => {
      subject = await open();
      prefixes = await Promise.all(subject.prompts.map((text) => subject.engine.tokenize(text, { special: true })));
    });
    afterAll(() => subject.engine.close());

    const ask = ({ signal, chain, onTokens, ...span }: Ask = {}): Promise<Sampled> =>
      subject.engine.generate(
        { prefix: prefixes[0] ?? [], maxTokens: 24, minTokens: 0, stops: [], sampling: greedy, seed: 7, ...span },
        {
          signal: signal ?? new AbortController().signal,
          chain: chain ?? "a",
          ...(onTokens && { onTokens }),
        },
      );
    const idsOf = async (span: Ask): Promise<readonly number[]> => (await ask(span)).tokenIds;

    describe.each(Object.entries(samplings))("under %s sampling", (_, sampling) => {
      it("continues a chain as if it were in one piece", async () => {
        const prefix = prefixes[1] ?? [];
        const piece = await idsOf({ prefix, sampling });
        for (const cut of [1, 7, 23]) {
          const rest = await idsOf({ prefix: [...prefix, ...piece.slice(0, cut)], maxTokens: 24 - cut, sampling });
          expect(rest).toEqual(piece.slice(cut));
        }
      });

      it("continues a chain token by token", async () => {
        const prefix = prefixes[2] ?? [];
        const chain: number[] = [];
        for (let at = 0; at < 12; at++)
          chain.push(...(await idsOf({ prefix: [...prefix, ...chain], maxTokens: 1, sampling })));
        expect(chain).toEqual(await idsOf({ prefix, maxTokens: 12, sampling, chain: "another" }));
      });

      it("samples the same alone and among others", async () => {
        const together = await Promise.all(
          prefixes.map((prefix, at) => idsOf({ prefix, sampling, seed: at, chain: `${at}` })),
        );
        const alone: (readonly number[])[] = [];
        for (const [at, prefix] of prefixes.entries())
          alone.push(await idsOf({ prefix, sampling, seed: at, chain: `alone ${at}` }));
        expect(together).toEqual(alone);
      });
    });

    it("samples other tokens under another seed, and the same under the same", async () => {
      const runs = await Promise.all([1, 2, 3, 1].map((seed) => idsOf({ seed, sampling: whole, chain: `${seed}` })));
      expect(runs[3]).toEqual(runs[0]);
      expect(new Set(runs.map(String)).size).toBeGreaterThan(1);
    });

    it("draws other random numbers further on in the chain", async () => {
      const first = await idsOf({ maxTokens: 48, sampling: whole });
      expect(new Set(first).size).toBeGreaterThan(2);
    });

    it("refuses ids that the model does not have, before native code sees them", async () => {
      const { vocabularySize } = subject.engine.info;
      if (vocabularySize === null) return;
      for (const wrong of [vocabularySize, 2 ** 31, 2 ** 53, -1, 0.5]) {
        await expect(ask({ prefix: [...(prefixes[0] ?? []), wrong] })).rejects.toThrow("beyond the vocabulary");
        await expect(subject.engine.detokenize([wrong])).rejects.toThrow("beyond the vocabulary");
        const scoring = { ids: [...(prefixes[0] ?? []), wrong], from: 1, top: 0 };
        const watch = { signal: new AbortController().signal, chain: "a" };
        await expect(
          subject.engine.score?.(scoring, watch) ?? Promise.reject(new Error("beyond the vocabulary")),
        ).rejects.toThrow("beyond the vocabulary");
      }
    });

    it("scores given tokens as it would sample them", async () => {
      const prefix = prefixes[3] ?? [];
      const sampled = await idsOf({ prefix, sampling: greedy });
      const scoring = { ids: [...prefix, ...sampled], from: prefix.length, top: 2 };
      const scored = await subject.engine.score?.(scoring, { signal: new AbortController().signal, chain: "a" });
      if (scored === undefined) return;
      expect(scored.map(({ top }) => top[0]?.[0])).toEqual(sampled);
      expect(scored.every(({ logprob, top }) => logprob === top[0]?.[1] && logprob <= 0)).toBe(true);
      // The cache is as good as new after it.
      expect(await idsOf({ prefix, sampling: greedy })).toEqual(sampled);
    });

    it("stops at the first stop sequence and returns it", async () => {
      const free = await ask();
      expect(free).toMatchObject({ stop: "length" });
      expect(free.tokenIds).toHaveLength(24);
      const stop = free.tokenIds[5] ?? 0;
      const expected = free.tokenIds.slice(0, free.tokenIds.indexOf(stop) + 1);
      expect(await ask({ stops: [[-1], [stop]] })).toMatchObject({ stop: "stop", tokenIds: expected });
    });

    it("stops at a sequence of several tokens", async () => {
      const free = await idsOf({ sampling: whole });
      const stop = free.slice(9, 12);
      const end = free.findIndex((_, at) => stop.every((id, k) => free[at + k] === id)) + 3;
      expect(await ask({ sampling: whole, stops: [stop] })).toMatchObject({
        stop: "stop",
        tokenIds: free.slice(0, end),
      });
    });

    it("calls a stop sequence on the last allowed token a stop", async () => {
      const free = await idsOf({ sampling: whole });
      const stop = free.slice(10, 13);
      const end = free.findIndex((_, at) => stop.every((id, k) => free[at + k] === id)) + 3;
      expect(await ask({ sampling: whole, stops: [stop], maxTokens: end })).toMatchObject({ stop: "stop" });
      expect(await ask({ sampling: whole, stops: [stop], maxTokens: end - 1 })).toMatchObject({ stop: "length" });
    });

    it("does not count the prefix as part of a stop sequence", async () => {
      const prefix = prefixes[3] ?? [];
      const [first = 0] = await idsOf({ prefix, maxTokens: 1 });
      const straddling = [prefix.at(-1) ?? 0, first];
      expect(await ask({ prefix, maxTokens: 1, stops: [straddling] })).toMatchObject({ stop: "length" });
    });

    it("goes on past an end of generation that is no stop", async () => {
      const eos = subject.engine.info.eosIds[0] ?? 0;
      const prefix = [...(prefixes[0] ?? []), eos];
      expect(await idsOf({ prefix, maxTokens: 8 })).toHaveLength(8);
    });

    it.each(Object.entries(samplings))(
      "begins no stop sequence within minTokens under %s sampling",
      async (_, sampling) => {
        const free = await idsOf({ sampling, minTokens: 0 });
        const stops = [free.slice(0, 1), free.slice(1, 3), [...subject.engine.info.eosIds].slice(0, 1)];
        const firsts = stops.map(([first]) => first);
        const later = await idsOf({ sampling, stops, minTokens: 10 });
        expect(later.length).toBeGreaterThan(10);
        expect(later.slice(0, 10).filter((id) => firsts.includes(id))).toEqual([]);
        const rest = await idsOf({
          prefix: [...(prefixes[0] ?? []), ...later.slice(0, 4)],
          sampling,
          stops,
          minTokens: 6,
          maxTokens: 20,
        });
        expect(rest).toEqual(later.slice(4));
      },
    );

    it("leaves a span alone whose minTokens mask nothing it would take", async () => {
      const free = await idsOf({});
      const unused = unusedId(free, prefixes.flat());
      expect(await idsOf({ stops: [[unused]], minTokens: 12 })).toEqual(free);
    });

    it("hands over tokens as they come", async () => {
      const heard: number[] = [];
      const logs: (number | null)[] = [];
      const { tokenIds, logprobs } = await ask({
        sampling: whole,
        onTokens: (ids, more) => {
          heard.push(...ids);
          logs.push(...(more ?? ids.map(() => null)));
        },
      });
      expect(heard).toEqual(tokenIds);
      expect(logs).toEqual(logprobs ?? tokenIds.map(() => null));
    });

    it("reports the length of the prefix", async () => {
      const { promptTokens, cachedTokens } = await ask();
      expect(promptTokens).toBe(prefixes[0]?.length);
      expect(cachedTokens).toBeLessThan(promptTokens ?? 0);
    });

    it("rejects with the signal's reason before it starts", async () => {
      const reason = new Error("not today");
      await expect(ask({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it("stops within a token of an abort and stays usable", async () => {
      const prefix = prefixes[4] ?? [];
      const expected = await idsOf({ prefix, sampling: whole, maxTokens: 32 });
      const reason = new Error("enough");
      const heard: number[] = [];
      const abort = new AbortController();
      const onTokens = (ids: readonly number[]): void => {
        heard.push(...ids);
        if (heard.length === 5) abort.abort(reason);
      };
      const aborted = ask({ prefix, sampling: whole, maxTokens: 32, signal: abort.signal, onTokens });
      await expect(aborted).rejects.toBe(reason);
      expect(heard).toEqual(expected.slice(0, 5));
      expect(await idsOf({ prefix, sampling: whole, maxTokens: 32 })).toEqual(expected);
    });

    it("serves many spans under one signal without a warning", async () => {
      const warnings: string[] = [];
      const note = ({ name: kind, message }: Error): void =>
        void (kind === "MaxListenersExceededWarning" && warnings.push(message));
      process.on("warning", note);
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 40 }, (_, at) => ask({ signal, chain: `${at}`, maxTokens: 1 })));
      await Promise.all(Array.from({ length: 40 }, (_, at) => subject.engine.tokenize(`${at}`, { special: false })));
      await new Promise((resolve) => setImmediate(resolve));
      process.off("warning", note);
      expect(warnings).toEqual([]);
    });

    it("fills the context to the last token and refuses one more, naming both lengths", async () => {
      const { contextLength } = subject.engine.info;
      const prefix = fill(prefixes[5] ?? [], contextLength - 8);
      expect(await idsOf({ prefix, maxTokens: 8 })).toHaveLength(8);
      const heard: number[] = [];
      const over = ask({ prefix, maxTokens: 9, onTokens: (ids) => heard.push(...ids) });
      await expect(over).rejects.toThrow(new RegExp(`${prefix.length}.*\\b9\\b.*${contextLength}`));
      expect(heard).toEqual([]);
    });

    it.each<[string, Ask]>([
      ["an empty prefix", { prefix: [] }],
      ["no token to sample", { maxTokens: 0 }],
      ["an empty stop sequence", { stops: [[]] }],
    ])("refuses %s", async (_, span) => {
      await expect(ask(span)).rejects.toThrow();
    });

    it("gives text back unchanged", async () => {
      const { engine } = subject;
      for (const text of [
        "",
        " a  b ",
        "12+34=",
        "Wait, let me see.",
        `x${subject.control}y`,
        subject.prompts[0] ?? "",
      ])
        for (const special of [true, false])
          expect(await engine.detokenize(await engine.tokenize(text, { special }))).toBe(text);
    });

    it("takes markup for a control token only where told to", async () => {
      const { engine, control } = subject;
      expect(await engine.tokenize(control, { special: true })).toHaveLength(1);
      expect(await engine.tokenize(control, { special: false })).toHaveLength(control.length);
    });

    it("describes itself in plain data", () => {
      const { identity, facts, concurrency, contextLength } = subject.engine.info;
      expect(JSON.parse(JSON.stringify({ identity, facts }))).toEqual({ identity, facts });
      expect(concurrency).toBeGreaterThanOrEqual(1);
      expect(contextLength).toBeGreaterThan(1);
    });
  });
};

const fill = (prefix: readonly number[], length: number): readonly number[] =>
  Array.from({ length }, (_, at) => prefix[at % prefix.length] ?? 0);

/** An id of the vocabulary that occurs neither in the prompts nor in the text. */
const unusedId = (...used: readonly (readonly number[])[]): number => {
  const taken = new Set(used.flat());
  let id = 0;
  while (taken.has(id)) id++;
  return id;
};
