import type { NativeRequest, NativeResponse } from "../../../../ports/native-engine.ts";
import { endingOf } from "../ends.ts";
import { Fault } from "../../http/fault.ts";
import type { KnobFields, SamplingField } from "../knobs.ts";
import type { Body, Protocol, Reader } from "../protocol.ts";
import { answerOf, type Counted, countAt, type Found, sourceOf, valueAt } from "../usage.ts";

type Part = Readonly<{ text?: string; thought?: boolean }>;
type Candidate = Readonly<{ content?: Readonly<{ parts?: readonly Part[] }>; finishReason?: string }>;

type Event = Readonly<{
  candidates?: readonly Candidate[];
  usageMetadata?: unknown;
  modelVersion?: string;
  promptFeedback?: Readonly<{ blockReason?: string }>;
}>;

type Reply = {
  summary: string;
  answer: string;
  finishReason: string | null;
  model: string | null;
  usage: unknown;
  blocked: string | null;
};

const path = (name: string): string => `usageMetadata.${name}`;

/** The thought stands beside the candidates; where it is not told, it is what the total holds beyond the rest. */
const thinkingIn = (usage: unknown, prompt: number | null, candidates: number | null): Found | null => {
  const told = countAt(usage, "thoughtsTokenCount");
  if (told !== null) return { value: told, path: path("thoughtsTokenCount") };
  const total = countAt(usage, "totalTokenCount");
  if (total === null || prompt === null || total < prompt + (candidates ?? 0)) return null;
  const names = ["totalTokenCount", "promptTokenCount", "candidatesTokenCount"].map(path);
  return { value: total - prompt - (candidates ?? 0), path: names.join(" - ") };
};

const countsOf = (usage: unknown): Counted => {
  const asked = countAt(usage, "promptTokenCount");
  const prompt = asked === null ? null : asked + (countAt(usage, "toolUsePromptTokenCount") ?? 0);
  const candidates = countAt(usage, "candidatesTokenCount");
  const thinking = thinkingIn(usage, prompt, candidates);
  const known = candidates !== null || thinking !== null;
  const output: Found | null = known
    ? { value: (candidates ?? 0) + (thinking?.value ?? 0), path: path("candidatesTokenCount") }
    : null;
  return {
    tokens: {
      prompt,
      cached: countAt(usage, "cachedContentTokenCount"),
      thinking: thinking?.value ?? null,
      answer: answerOf(thinking, output),
      output: output?.value ?? null,
    },
    source: sourceOf(thinking, output),
  };
};

const blockedResponse = (reason: string, { model, usage }: Reply): NativeResponse => ({
  thought: null,
  summary: null,
  answer: "",
  finish: "content-filter",
  finishReason: `promptFeedback ${reason}`,
  served: { model, provider: null, tier: null },
  cost: null,
  tokens: { prompt: countAt(usage, "promptTokenCount"), cached: null, thinking: 0, answer: 0, output: 0 },
  source: "the prompt was blocked: nothing was decoded",
});

const responseOf = (reply: Reply): NativeResponse => {
  const { summary, answer, finishReason, model, usage, blocked } = reply;
  if (blocked !== null && finishReason === null) return blockedResponse(blocked, reply);
  const tier = valueAt(usage, "serviceTier");
  return {
    thought: null,
    summary: summary === "" ? null : summary,
    answer,
    finish: endingOf({ reason: finishReason, answer }),
    finishReason: finishReason ?? "",
    served: { model, provider: null, tier: typeof tier === "string" ? tier : null },
    cost: null,
    ...countsOf(usage),
  };
};

const reader = (): Reader => {
  const reply: Reply = { summary: "", answer: "", finishReason: null, model: null, usage: null, blocked: null };
  return {
    take: (value) => {
      if (typeof value !== "object" || value === null) throw new Fault("down", "the reply is no object");
      const { candidates, usageMetadata, modelVersion, promptFeedback } = value as Event;
      const [candidate] = candidates ?? [];
      for (const { text = "", thought = false } of candidate?.content?.parts ?? [])
        reply[thought ? "summary" : "answer"] += text;
      reply.finishReason = candidate?.finishReason ?? reply.finishReason;
      reply.usage = usageMetadata ?? reply.usage;
      reply.model = modelVersion ?? reply.model;
      reply.blocked = promptFeedback?.blockReason ?? reply.blocked;
    },
    response: () => responseOf(reply),
  };
};

const names: Readonly<Record<SamplingField, string>> = {
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  min_p: "minP",
  seed: "seed",
};

/** The configuration of a question, by the names of Google's package. */
const configOf = ({ sampling: sent }: KnobFields, { knobs, sampling, seed }: NativeRequest): Body => {
  const values = {
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_k: sampling.topK,
    min_p: sampling.minP,
  };
  const { effort, thinkingBudget, maxOutputTokens } = knobs;
  const thinking = {
    ...(effort === null ? {} : { thinkingLevel: effort.toUpperCase() }),
    ...(thinkingBudget === null ? {} : { thinkingBudget }),
  };
  return {
    ...Object.fromEntries(sent.map((name) => [names[name], name === "seed" ? seed : values[name]])),
    ...(Object.keys(thinking).length === 0 ? {} : { thinkingConfig: thinking }),
    ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
  };
};

type Options = Readonly<{ model: string; fields: KnobFields; extra: Body }>;

/** Gemini's generateContent. The body is what Google's package is given; `extra` is put into the request as it is. */
export const geminiProtocol = ({ model, fields, extra }: Options): Protocol => ({
  path: "generateContent",
  body: (asked) => ({
    model,
    contents: asked.question,
    config: configOf(fields, asked),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
    stream: true,
  }),
  reader,
});
