import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chain, type Ledger } from "../../src/chains/chain.ts";
import { greedy } from "../../src/core/sampling.ts";
import { StoreFault } from "../../src/core/store-fault.ts";
import type { ChainNode } from "../../src/ports/chain-store.ts";
import type { Request } from "../../src/ports/method.ts";
import { factName, factsOf, memoryChains } from "../fixtures/memory-chains.ts";
import { type Choose, type Fate, RoughEngine } from "../fixtures/rough-engine.ts";
import { VirtualClock } from "../fixtures/virtual-clock.ts";

const [end, eos, wait, half] = [1, 2, 3, 4];
const prompt = [90, 91];

/** A language model of eight words: free of anything but what is before it, and of what is left out. */
const model =
  (identity: number, temperature: number): Choose =>
  (prefix, mask) => {
    const ranked = Array.from({ length: 8 }, (_, at) => at + 1)
      .filter((id) => !mask.includes(id))
      .map((id) => ({ id, weight: mix([identity, id, ...(temperature > 0 ? mask : []), ...prefix]) }));
    return ranked.reduce((best, each) => (each.weight > best.weight ? each : best)).id;
  };

const mix = (numbers: readonly number[]): number =>
  numbers.reduce((hash, number) => {
    const mixed = Math.imul(hash ^ number ^ (hash >>> 15), 0x2c1b3c6d);
    return (mixed ^ (mixed >>> 12)) >>> 0;
  }, 0x9e3779b9);

type Step = Readonly<{
  maxTokens: number;
  minTokens: number;
  stops: readonly (readonly number[])[];
  /** Tokens of the answer that are dropped, and what is written in their place. */
  dropped: number;
  forced: readonly number[];
}>;
type Caller = Readonly<{ at: number; steps: readonly Step[]; abortsAfter: number | null }>;

/** What one request must be answered, and the draws that it takes: the free choice before the masked one, under greedy decoding. */
function alone(choose: Choose, isGreedy: boolean, { after, maxTokens, minTokens = 0, stops }: Request) {
  const mask = [...new Set(stops.map(([first]) => first as number))].sort((a, b) => a - b);
  const tokenIds: number[] = [];
  const facts: string[] = [];
  const draw = (leftOut: readonly number[]): number => {
    const id = choose([...prompt, ...after, ...tokenIds], leftOut);
    facts.push(factName([...after, ...tokenIds], leftOut, id));
    return id;
  };
  const next = (): number => {
    if (tokenIds.length >= minTokens) return draw([]);
    const free = isGreedy ? draw([]) : null;
    return free === null || mask.includes(free) ? draw(mask) : free;
  };
  const isStopped = (): boolean =>
    stops.some((stop) => stop.every((id, at) => id === tokenIds[tokenIds.length - stop.length + at]));
  while (tokenIds.length < maxTokens && !(tokenIds.length > 0 && isStopped())) tokenIds.push(next());
  return { tokenIds, facts, stop: isStopped() ? "stop" : "length" };
}

const step: fc.Arbitrary<Step> = fc.record({
  maxTokens: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 60, max: 135 })),
  minTokens: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
  stops: fc.constantFrom([[end], [eos]], [[end]], [[eos]], [[half, end], [eos]], [[half, half]], []),
  dropped: fc.nat(2),
  forced: fc.constantFrom([], [wait], [wait], [end], [half, end]),
});
const caller: fc.Arbitrary<Caller> = fc.record({
  at: fc.nat(40),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  abortsAfter: fc.option(fc.nat(60), { freq: 4, nil: null }),
});
const calm: fc.Arbitrary<Fate> = fc.record({
  delay: fc.nat(20),
  pace: fc.nat(3),
  failsAfter: fc.constant(null),
  deafFor: fc.constant(0),
  late: fc.constant(0),
});
const rough: fc.Arbitrary<Fate> = fc.record({
  delay: fc.nat(20),
  pace: fc.nat(3),
  failsAfter: fc.option(fc.nat(8), { freq: 2, nil: null }),
  deafFor: fc.oneof(fc.constant(0), fc.nat(10)),
  late: fc.oneof(fc.constant(0), fc.nat(3)),
});
const world = (fate: fc.Arbitrary<Fate>, storeFails: fc.Arbitrary<number | null>) =>
  fc.record({
    identity: fc.nat(10_000),
    temperature: fc.constantFrom(0, 0, 0.7),
    callers: fc.array(caller, { minLength: 1, maxLength: 7 }),
    fates: fc.array(fate, { minLength: 1, maxLength: 9 }),
    storeFails,
  });
type World = ReturnType<typeof world> extends fc.Arbitrary<infer Drawn> ? Drawn : never;

type End = Readonly<{ at: number; error: unknown; ledger: Ledger; facts: ReadonlySet<string> }>;

/** All callers of a world, each at its time; what became of them, of the engine and of the store. */
async function play({ identity, temperature, callers, fates, storeFails }: World, rows: ChainNode[] = []) {
  const clock = new VirtualClock();
  const choose = model(identity, temperature);
  let [asked, stored, fault]: [number, number, Readonly<{ at: number }> | null] = [0, 0, null];
  const known = new Set(rows.flatMap((row) => factsOf(rows, row)));
  const twice: string[] = [];
  const engine = new RoughEngine(clock, choose, {
    fate: () => fates[asked++ % fates.length] as Fate,
    prompt: prompt.length,
    onAsked: (fact) => void ((known.has(fact) || engine.drawn.some((one) => one.fact === fact)) && twice.push(fact)),
  });
  const store = memoryChains(rows, () => {
    if (storeFails === null || ++stored <= storeFails) return;
    fault ??= { at: clock.now };
    throw new Error("the disk is full");
  });
  const sampling = { ...greedy, temperature };
  const key = { engine: {}, sampling, prompt, problem: "p", epoch: 0, draw: 0, seed: 0, arm: "" };
  const chain = new Chain({ key, engine, store });
  const ends: (End | null)[] = callers.map(() => null);
  const attempt = async ({ steps }: Caller, signal: AbortSignal, ledger: Ledger, facts: Set<string>) => {
    let after: readonly number[] = [];
    for (const { dropped, forced, ...wanted } of steps) {
      const request = { after, ...wanted };
      const expected = alone(choose, temperature === 0, request);
      const { tokenIds, stop, logprobs } = await chain.continue(request, ledger, signal);
      expect({ tokenIds, stop }).toEqual({ tokenIds: expected.tokenIds, stop: expected.stop });
      expect(logprobs).toEqual(tokenIds.map((id) => -id));
      for (const fact of expected.facts) facts.add(fact);
      after = [...after, ...tokenIds.slice(0, tokenIds.length - dropped), ...forced];
    }
  };
  for (const [at, one] of callers.entries())
    clock.after(one.at, () => {
      const abort = new AbortController();
      const [ledger, facts] = [new Map() as Ledger, new Set<string>()];
      if (one.abortsAfter !== null) clock.after(one.abortsAfter, () => abort.abort(new Error("aborted")));
      const over = (error: unknown) => (ends[at] = { at: clock.now, error, ledger, facts });
      attempt(one, abort.signal, ledger, facts).then(() => over(null), over);
    });
  await clock.run();
  return { ends, engine, rows, chain, twice, fault: () => fault };
}

const inOrder = (facts: Iterable<string>): readonly string[] => [...facts].sort();
const endOf = (end: End | null | undefined): string =>
  !end ? "it hangs" : end.error === null ? "answered" : (end.error as Error).message;

const factsIn = (rows: readonly ChainNode[]): readonly string[] => rows.flatMap((row) => factsOf(rows, row));

describe("a chain under any schedule", () => {
  it("gives every caller what it would get alone, decodes what is needed once, and stores it all", async () => {
    await fc.assert(
      fc.asyncProperty(world(calm, fc.constant(null)), async (drawn) => {
        const { ends, engine, rows, chain, twice } = await play(drawn);
        const said = engine.drawn.map(({ fact }) => fact);
        for (const [at, { abortsAfter }] of drawn.callers.entries())
          expect(endOf(ends[at])).toBeOneOf(abortsAfter === null ? ["answered"] : ["answered", "aborted"]);
        expect(twice).toEqual([]);
        expect(new Set(said).size).toBe(said.length);
        expect(inOrder(factsIn(rows))).toEqual(inOrder(said));
        const needed = ends.flatMap((end) => [...(end?.facts ?? [])]);
        if (ends.every((end) => end?.error === null)) expect(inOrder(new Set(needed))).toEqual(inOrder(said));
        for (const end of ends)
          if (end?.error === null) {
            const used = chain
              .uses(end.ledger)
              .flatMap(({ node, from, to }) => factsOf(rows, rows[node - 1] as ChainNode).slice(from, to));
            expect(inOrder(used)).toEqual(inOrder(end.facts));
          }
      }),
      { numRuns: 150 },
    );
  });

  it("loses no token to failures and aborts, hears an abort at once, and goes on from what is stored", async () => {
    await fc.assert(
      fc.asyncProperty(world(rough, fc.constant(null)), async (drawn) => {
        const { ends, engine, rows, twice } = await play(drawn);
        const said = engine.drawn.map(({ fact }) => fact);
        for (const [at, { at: start, abortsAfter }] of drawn.callers.entries()) {
          expect(endOf(ends[at])).toBeOneOf(["answered", "aborted", "the engine failed"]);
          if (endOf(ends[at]) === "aborted") expect(ends[at]?.at).toBe(start + (abortsAfter ?? NaN));
        }
        expect(twice).toEqual([]);
        expect(inOrder(factsIn(rows))).toEqual(inOrder(said));
        const prompt = engine.drawn.filter(({ late }) => !late).map(({ fact }) => fact);
        expect(new Set(prompt).size).toBe(prompt.length);
        await resumed(drawn, rows);
      }),
      { numRuns: 150 },
    );
  });

  it("tells everyone at once where the store fails at any call, and what was stored stays", async () => {
    await fc.assert(
      fc.asyncProperty(world(rough, fc.integer({ min: 1, max: 12 })), async (drawn) => {
        const { ends, engine, rows, fault } = await play(drawn);
        const failed = fault()?.at ?? Infinity;
        for (const [at, { at: start }] of drawn.callers.entries()) {
          expect(ends[at]).not.toBeNull();
          if (ends[at]?.error instanceof StoreFault) expect(ends[at]?.at).toBe(Math.max(start, failed));
          else expect(ends[at]?.at).toBeLessThanOrEqual(failed);
        }
        const said = new Set(engine.drawn.map(({ fact }) => fact));
        expect(factsIn(rows).filter((fact) => !said.has(fact))).toEqual([]);
        await resumed(drawn, rows);
      }),
      { numRuns: 150 },
    );
  });
});

/** The same callers once more, on what was stored: all are answered, and nothing stored is asked for. */
async function resumed({ callers, ...drawn }: World, rows: ChainNode[]): Promise<void> {
  const before = new Set(factsIn(rows));
  const again = await play(
    {
      ...drawn,
      callers: callers.map((one) => ({ ...one, abortsAfter: null })),
      fates: [{ delay: 3, pace: 1, failsAfter: null, deafFor: 0, late: 0 }],
      storeFails: null,
    },
    rows,
  );
  expect(again.ends.map(endOf)).toEqual(callers.map(() => "answered"));
  expect(again.engine.drawn.filter(({ fact }) => before.has(fact))).toEqual([]);
}
