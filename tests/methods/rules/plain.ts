import { seedOf } from "../../../src/core/hash.ts";
import type { Engine, Sampled, Span, Watch } from "../../../src/ports/engine.ts";
import { toy, toyEngine, type NextToken } from "../../fixtures/toy-engine.ts";

/**
 * The rules once more, as plainly as can be: token by token, each setting from scratch, nothing shared or stored, no code
 * of `src/methods` in it. Answers, decisions and the set of tokens that have to be decoded are compared with the real ones.
 */

/** What is written on side branches: these tokens tell the model that it is asked. */
export const asking = { probe: "?", trial: "!" } as const;
const code = (text: string): number => text.charCodeAt(0);

type Ids = readonly number[];

/** A model that thinks pseudo-randomly, and answers with one of two answers, also where it is asked to before its end. */
export const wondering =
  (identity: number): NextToken =>
  (prefix, banned) => {
    const asked = prefix.findLastIndex((id) => [code(asking.probe), code(asking.trial), toy.end].includes(id));
    if (asked >= 0) return reply(identity, prefix, asked);
    const roll = seedOf(identity, prefix.length, ...prefix.slice(-20)) / 2 ** 32;
    const id = roll < 0.02 ? toy.end : roll < 0.025 ? toy.eos : toy.words + (Math.floor(roll * 1000) % 7);
    return banned.has(id) ? toy.words : id;
  };

/** One or two words that change slowly with the thought, then an end. */
function reply(identity: number, prefix: Ids, asked: number): number {
  const said = prefix.length - asked - 1;
  const mood = seedOf(identity, prefix[0] ?? 0, Math.floor(asked / 12));
  if (said < 1 + (mood % 2)) return toy.words + (mood % 3);
  return prefix[asked] !== code(asking.trial) ? toy.eos : mood % 5 === 0 ? toy.words : toy.end;
}

/** How sure the model is of a token, and how unsure of all at that place. */
export const logprobOf = (prefix: Ids, id: number): number => -(seedOf("sure", prefix.length, id) % 1000) / 4000;
export const entropyAt = (prefix: Ids): number => (seedOf("unsure", prefix.length) % 2000) / 1000;
export const confidenceAt = (prefix: Ids): number =>
  (seedOf("confident", prefix.length, prefix.at(-1) ?? 0) % 1000) / 100;

/** The toy engine with signals. */
export function tellingEngine(next: NextToken, contextLength = 400) {
  const inner = toyEngine(next, { contextLength, perYield: 50 });
  const generate = async (span: Span, { onTokens, ...quiet }: Watch): Promise<Sampled> => {
    let prefix: Ids = span.prefix;
    const [logprobs, entropies, confidences]: [number[], number[], number[]] = [[], [], []];
    const told: Watch["onTokens"] = (ids) => {
      for (const id of ids) {
        logprobs.push(logprobOf(prefix, id));
        entropies.push(entropyAt(prefix));
        confidences.push(confidenceAt(prefix));
        prefix = [...prefix, id];
        const signals = { entropies: entropies.slice(-1), confidences: confidences.slice(-1) };
        onTokens?.([id], logprobs.slice(-1), signals);
      }
    };
    const sampled = await inner.generate(span, { ...quiet, onTokens: told });
    return { ...sampled, logprobs, signals: { entropies, confidences } };
  };
  return new Proxy(inner, {
    get: (target, name) => (name === "generate" ? generate : Reflect.get(target, name)),
  }) as Engine & {
    decoded: number;
  };
}

/** Samples token by token and notes every place where a token had to be drawn. */
export class Plain {
  readonly places = new Set<string>();
  readonly #next: NextToken;

  constructor(next: NextToken) {
    this.#next = next;
  }

  sample(prefix: Ids, most: number, stops: readonly Ids[]): number[] {
    const out: number[] = [];
    while (out.length < most && !stops.some((stop) => ends(out, stop))) {
      this.places.add([...prefix, ...out].join());
      out.push(this.#next([...prefix, ...out], new Set(), 0));
    }
    return out;
  }
}

export const ends = (ids: Ids, tail: Ids): boolean =>
  tail.length <= ids.length && tail.every((id, at) => ids[ids.length - tail.length + at] === id);

export type Told = Readonly<{ path: Ids; decisions: readonly (readonly [number, string, string])[] }>;

const [end, eos] = [toy.end, toy.eos];
export const answerRoom = 6;

/** The thought closed, by its own mark or ours (the same token), and answered. */
const answered = (plain: Plain, path: Ids): Ids => [...path, ...plain.sample(path, answerRoom, [[eos]])];

type Setting = Readonly<{ prompt: Ids; contextLength: number }>;

const roomOf = ({ prompt, contextLength }: Setting): number => contextLength - prompt.length - 1 - 1 - answerRoom;

/** Dynasor: probe, decide, think a chunk. */
export function plainProbe(
  plain: Plain,
  setting: Setting & Readonly<{ agree: number; every: number; overlap: boolean; asks?: number }>,
): Told {
  const start = [...setting.prompt, toy.think];
  const room = roomOf(setting);
  const answers: string[] = [];
  const decisions: [number, string, string][] = [];
  let thought: number[] = [];
  for (;;) {
    const at = [...start, ...thought, setting.asks ?? code(asking.probe)];
    const said = plain.sample(at, Math.min(20, setting.contextLength - at.length), [[eos]]);
    answers.push(said.at(-1) === eos ? said.slice(0, -1).join("-") : "");
    const window = answers.slice(-setting.agree);
    const exit = window.length === setting.agree && window.every((answer) => answer !== "" && answer === window[0]);
    decisions.push([thought.length, "probe", exit ? "exit" : "on"]);
    if (exit && !setting.overlap) return { path: answered(plain, [...start, ...thought, end]), decisions };
    if (thought.length >= room) return { path: answered(plain, [...start, ...thought, end]), decisions };
    const chunk = plain.sample([...start, ...thought], Math.min(setting.every, room - thought.length) + 1, [
      [end],
      [eos],
    ]);
    const stop = chunk.at(-1);
    if (stop === end || stop === eos)
      return { path: answered(plain, [...start, ...thought, ...chunk.slice(0, -1), end]), decisions };
    thought = [...thought, ...chunk.slice(0, Math.min(setting.every, room - thought.length))];
    if (exit) return { path: answered(plain, [...start, ...thought, end]), decisions };
  }
}

/** DEER: think up to the word, try to answer, decide. */
export function plainDeer(
  plain: Plain,
  setting: Setting & Readonly<{ threshold: number; word: number; trials: number; asks?: number }>,
): Told {
  const start = [...setting.prompt, toy.think];
  const room = Math.min(roomOf(setting), Math.floor(16384 * 0.9));
  const decisions: [number, string, string][] = [];
  let thought: number[] = [];
  for (let trial = 0; ; trial++) {
    const left = Math.max(0, room - thought.length);
    const texts = trial < setting.trials ? [[setting.word], [32, setting.word]] : [];
    const chunk = plain.sample([...start, ...thought], left + 1, [[end], [eos], ...texts]);
    const stop = chunk.at(-1) as number;
    const isEnd = stop === end || stop === eos;
    const isWord = texts.length > 0 && stop === setting.word && chunk.length <= left;
    const kept = isEnd || isWord ? chunk.slice(0, -1) : chunk.slice(0, left);
    const before = [...thought, ...kept];
    const over = (): Told => ({ path: answered(plain, [...start, ...before, end]), decisions });
    if (stop === end || trial >= setting.trials) return over();
    const at = [...start, ...before, setting.asks ?? code(asking.trial)];
    const said = plain.sample(at, Math.min(20, setting.contextLength - at.length), [[end], [eos]]);
    const logs = said.map((id, nth) => logprobOf([...at, ...said.slice(0, nth)], id)).slice(1);
    const product = logs.reduce((sum, each) => sum * Math.exp(each), 1);
    const confidence =
      said.at(-1) === (setting.asks === end ? eos : end) && logs.length > 0 ? product ** (1 / logs.length) : 0;
    const outcome = confidence > setting.threshold ? "exit" : before.length >= room - 50 ? "full" : "on";
    decisions.push([before.length, "deer", outcome]);
    if (outcome !== "on") return over();
    thought = [...before, setting.word];
  }
}

/** Budget forcing whose natural ends are ignored where the model is unsure. */
export function plainGate(
  plain: Plain,
  setting: Setting & Readonly<{ above: number; ignores: number; word: number }>,
): Told {
  const start = [...setting.prompt, toy.think];
  const room = roomOf(setting);
  const decisions: [number, string, string][] = [];
  let [thought, ignored]: [number[], number] = [[], 0];
  for (;;) {
    const chunk = plain.sample([...start, ...thought], room - thought.length + 1, [[end], [eos]]);
    const isEnd = chunk.at(-1) === end || chunk.at(-1) === eos;
    const before = [...thought, ...(isEnd ? chunk.slice(0, -1) : chunk.slice(0, room - thought.length))];
    if (!isEnd) return { path: [...start, ...before], decisions };
    const unsure = entropyAt([...start, ...before]) > setting.above;
    const fits = before.length < room && before.length + 1 <= room;
    if (ignored < setting.ignores) decisions.push([before.length, "entropy", unsure && fits ? "ignored" : "kept"]);
    if (!(unsure && fits && ignored < setting.ignores))
      return { path: answered(plain, [...start, ...before, end]), decisions };
    ignored++;
    thought = [...before, setting.word];
  }
}

/** AlphaOne: the word behind paragraphs up to the alpha moment, with a chance that falls; then the word closes. */
export function plainAlpha(
  plain: Plain,
  setting: Setting &
    Readonly<{ moment: number; paragraph: number; word: number; random: (position: number) => number }>,
): Told {
  const start = [...setting.prompt, toy.think];
  const room = roomOf(setting);
  const decisions: [number, string, string][] = [];
  const thought: number[] = [];
  const over = (): Told => ({ path: answered(plain, [...start, ...thought, end]), decisions });
  const next = (): number => plain.sample([...start, ...thought], 1, [])[0] as number;
  while (thought.length < Math.min(setting.moment, room)) {
    const id = next();
    if (id === end || id === eos) return over();
    thought.push(id);
    const at = thought.length;
    if (id !== setting.paragraph || at >= setting.moment) continue;
    const insert = setting.random(at) < 1 - at / setting.moment;
    decisions.push([at, "alpha", insert ? "insert" : "on"]);
    if (insert && at + 1 <= room) thought.push(setting.word);
  }
  for (;;) {
    const id = next();
    if (id === end || id === eos) return over();
    if (thought.length >= room) return over();
    if (id === setting.word) {
      decisions.push([thought.length, "alpha", "close"]);
      return over();
    }
    thought.push(id);
  }
}

/** DeepConf's online rule for one thought: stop at the first token where a full window is below the bar. */
export function plainConfidence(
  plain: Plain,
  setting: Setting & Readonly<{ bar: number; window: number; every: number }>,
): Told {
  const start = [...setting.prompt, toy.think];
  const room = roomOf(setting);
  let thought: number[] = [];
  for (;;) {
    const chunk = plain.sample([...start, ...thought], Math.min(setting.every, room - thought.length) + 1, [
      [end],
      [eos],
    ]);
    const isEnd = chunk.at(-1) === end || chunk.at(-1) === eos;
    const grown = [
      ...thought,
      ...(isEnd ? chunk.slice(0, -1) : chunk.slice(0, Math.min(setting.every, room - thought.length))),
    ];
    for (let at = setting.window; at <= grown.length; at++) {
      const window = Array.from({ length: setting.window }, (_, nth) =>
        confidenceAt([...start, ...grown.slice(0, at - setting.window + nth)]),
      );
      if (window.reduce((sum, each) => sum + each, 0) / setting.window < setting.bar)
        return {
          path: answered(plain, [...start, ...grown.slice(0, at), end]),
          decisions: [[at, "deepconf", "stop"]],
        };
    }
    thought = grown;
    if (isEnd || thought.length >= room)
      return { path: answered(plain, [...start, ...thought, end]), decisions: [[thought.length, "deepconf", "end"]] };
  }
}
