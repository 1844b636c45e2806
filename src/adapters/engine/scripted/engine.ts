import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";
import { hashOf } from "../../../core/hash.ts";
import { marksWithin } from "../../../core/marks.ts";
import { joinedSignals } from "../../../core/signals.ts";
import type { Engine, EngineInfo, Sampled, Span, Watch } from "../../../ports/engine.ts";
import { pieceText } from "../piece-text.ts";
import { checkIds, checkSpan } from "../check-span.ts";
import { createNext } from "./next.ts";
import { ScriptedOptions, type ScriptedInput } from "./options.ts";
import { createVocabulary, type Vocabulary } from "./vocabulary.ts";
import { endsInStop, masks } from "../stop-sequences.ts";
import { askedOf, givenBy } from "../top-options.ts";

export type ScriptedEngine = Engine &
  Readonly<{
    /** Every span asked for, in order. */
    calls: readonly Span[];
    /** Tokens sampled so far, those of failed and aborted calls included. */
    decodedTokens: number;
  }>;

/**
 * An engine that needs no model: what it writes is declared, so examples and tests know every token.
 *
 * ```ts
 * const engine = createScriptedEngine({
 *   rules: [
 *     { after: "2+2=<think>", emit: "2 and 2 is 5</think>" },
 *     { after: "Wait", emit: ", no: 4</think>" },
 *     { after: "5</think>", emit: "5</s>" },
 *     { after: "4</think>", emit: "4</s>" },
 *   ],
 * });
 * ```
 *
 * Here one ignored end turns a wrong answer into a right one. `seeded: {}` in place of rules writes
 * pseudo-random thoughts. Either way a token depends on the tokens before it alone, and when sampling
 * also on the span's seed and the token's position.
 */
export const createScriptedEngine = (script: ScriptedInput): ScriptedEngine => {
  const options = ScriptedOptions.parse(script);
  const vocabulary = createVocabulary(options);
  const next = createNext(options, vocabulary);
  const calls: Span[] = [];
  let decodedTokens = 0;

  const info = describe(options, vocabulary);
  const given = givenBy(options);
  const generate = async (span: Span, watch: Watch): Promise<Sampled> => {
    checkSpan(span, info);
    watch.signal.throwIfAborted();
    const number = calls.push(span);
    const fault = options.faults.find(({ call }) => call === number);
    const maskedAt = masks(span);
    const ids: number[] = [...span.prefix];
    const tokenIds: number[] = [];
    const logprobs: number[] = [];
    const candidates: (readonly number[])[] = [];
    let text = vocabulary.textOf(ids);
    while (tokenIds.length < span.maxTokens && !endsInStop(tokenIds, span.stops)) {
      if (fault?.after === tokenIds.length) throw new Error(fault.error);
      await pause(options.token_ms, watch.signal);
      const { id, probability, others } = next({ ids, text, masked: maskedAt(tokenIds.length) }, span);
      decodedTokens++;
      ids.push(id);
      tokenIds.push(id);
      text += vocabulary.textOf([id]);
      logprobs.push(Math.log(probability));
      candidates.push(logsOf([probability, ...others]));
      watch.onTokens?.([id], options.logprobs ? logprobs.slice(-1) : null, joinedSignals(candidates.slice(-1), given));
    }
    return {
      tokenIds,
      stop: endsInStop(tokenIds, span.stops) ? "stop" : "length",
      logprobs: options.logprobs ? logprobs : null,
      signals: joinedSignals(candidates, given),
      promptTokens: span.prefix.length,
      cachedTokens: 0,
    };
  };

  return {
    info,
    tokenize: async (text, { special }) => vocabulary.idsOf(text, special),
    detokenize: async (ids) => {
      checkIds(ids, info);
      return vocabulary.textOf(ids);
    },
    pieces: async (ids) => ids.map((id) => pieceText((some) => vocabulary.textOf(some), id)),
    marksIn: async (text) => marksWithin(text, vocabulary.marks),
    generate,
    close: async () => {},
    calls,
    get decodedTokens() {
      return decodedTokens;
    },
  };
};

/** Logarithms, highest first. */
const logsOf = (probabilities: readonly number[]): readonly number[] =>
  probabilities.map((each) => Math.log(each)).sort((a, b) => b - a);

/** Lets others run between tokens, and hears an abort at the latest after one. */
const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  // One signal may be that of a whole run; Node would warn of a leak at the eleventh span.
  if (milliseconds > 0) setMaxListeners(0, signal);
  if (milliseconds > 0) await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
  else await Promise.resolve();
  signal.throwIfAborted();
};

const describe = (options: ScriptedOptions, vocabulary: Vocabulary): EngineInfo => {
  const endOfTurn = vocabulary.idsOf(options.end_of_turn, true);
  const { rules, seeded, end_of_turn, special, tokens, logprobs } = options;
  const identity = {
    engine: "scripted",
    script: hashOf({ rules, seeded, end_of_turn, special, tokens }),
    logprobs,
    ...askedOf(options),
  };
  return {
    identity,
    signals: givenBy(options),
    facts: { ...identity, node: process.version },
    contextLength: options.context_length,
    eosIds: endOfTurn.length === 1 ? endOfTurn : [],
    vocabularySize: vocabulary.size,
    concurrency: options.concurrency,
    chatTemplate: null,
    bosText: null,
    eosText: options.end_of_turn,
    vocabulary: { marks: vocabulary.marks, isOrdinary: () => false },
  };
};
