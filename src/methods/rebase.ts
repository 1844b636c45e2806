import { z } from "zod";
import { isBareUrl, notBare } from "../core/bare-url.ts";
import { modulePath } from "../core/module-path.ts";
import type { Piece } from "../core/segment.ts";
import { UserError } from "../core/user-error.ts";
import type { Assumptions, Cost, Fit, Method, Task } from "../ports/method.ts";
import { delimiter, forced, type Ids, sampleAnswer } from "./pieces.ts";
import type { Reward, RewardAt, ScriptedRewards } from "../ports/reward.ts";
import { type Branch, search, type Spread } from "./rebase/search.ts";
import { beamSpread, softmaxSpread, treesSpread } from "./rebase/spread.ts";
import { winnerOf } from "./rebase/vote.ts";

const scripted = "scripted:";

const endpoint = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).refine((url) => !URL.canParse(url) || isBareUrl(url), { error: notBare }),
});

/** A scorer of the user's own, by the path of its module. */
export type OwnScorers = Readonly<
  Record<string, Readonly<{ name: string; options: z.ZodType; score: (options: unknown) => Reward }>>
>;

/** `./my-scorer.mjs`, or the same with options; where none was loaded, any such text. */
function ownSchema(own: OwnScorers) {
  const entries = Object.entries(own);
  if (entries.length === 0) return [z.string().regex(modulePath)];
  return [
    z.literal(entries.map(([path]) => path)),
    ...entries.map(([path, { options }]) => z.strictObject({ [path]: options })),
  ];
}

/** Scorers by their names: the user's own that an experiment names, and scripted ones. */
type Named = Readonly<{ own: OwnScorers; scripted: ScriptedRewards }>;

const namedSchema = (rewards: ScriptedRewards) =>
  Object.keys(rewards).length === 0 ? [] : [z.literal(Object.keys(rewards).map((name) => `${scripted}${name}`))];

const searchOptions = ({ own, scripted: rewards }: Named) =>
  z.strictObject({
    width: z.int().positive().describe("Number of open thoughts. Each finished thought reduces it by one."),
    max_depth: z
      .int()
      .positive()
      .default(25)
      .describe("Most steps of a thought. A thought that is open after the last one is closed."),
    steps_end: z
      .array(z.string().min(1))
      .min(1)
      .default(["\n\n", ".\n\n", ":\n\n", "?\n\n", "!\n\n", ")\n\n", "]\n\n"])
      .describe(
        "Texts that end a step, each tokenized by itself. Many tokenizers merge a blank line with the " +
          "character before it, so the default lists several.",
      ),
    max_step_tokens: z.int().positive().default(512).describe("Most tokens of a step."),
    scorer: z
      .union([endpoint, ...namedSchema(rewards), ...ownSchema(own)])
      .describe("The process reward: an endpoint, a scripted reward, or the path of your own module."),
  });

const rebaseOptions = (named: Named) =>
  searchOptions(named).extend({
    temperature: z
      .number()
      .positive()
      .default(0.2)
      .describe("Temperature of the softmax over scores. The sampling temperature is separate."),
  });

const beamOptions = (named: Named) =>
  searchOptions(named).extend({
    beam_width: z
      .int()
      .positive()
      .default(4)
      .describe("Children of a thought that goes on; width / beam_width thoughts do."),
  });

export type Rebase = z.infer<ReturnType<typeof rebaseOptions>>;
type Searching = z.infer<ReturnType<typeof searchOptions>>;
type Beam = z.infer<ReturnType<typeof beamOptions>>;

function rewardOf({ scorer }: Searching, at: RewardAt, { own, scripted: rewards }: Named): Reward {
  if (typeof scorer !== "string" && "url" in scorer) return at(scorer["url"] as string);
  const [path = "", options] = typeof scorer === "string" ? [scorer, {}] : (Object.entries(scorer)[0] ?? []);
  const mine = own[path];
  if (mine) return mine.score(typeof scorer === "string" ? mine.options.parse({}) : options);
  const reward = rewards[path.slice(scripted.length)];
  if (!reward) throw new Error(`no reward ${JSON.stringify(scorer)}`);
  return async (thoughts) => thoughts.map(reward);
}

const isEndpoint = ({ scorer }: Searching): boolean => typeof scorer !== "string" && "url" in scorer;

/** What the scorer is called in tables and labels. */
function scorerName({ scorer }: Searching, own: OwnScorers): string {
  if (typeof scorer === "string" && scorer.startsWith(scripted)) return scorer.slice(scripted.length);
  if (typeof scorer !== "string" && "url" in scorer) return scorer["url"] as string;
  const path = typeof scorer === "string" ? scorer : (Object.keys(scorer)[0] ?? "");
  return own[path]?.name ?? path;
}

/** A finished thought with its end and its answer. */
type Reply = Readonly<{ branch: Branch; pieces: readonly Piece[]; answer: string | null }>;

type How = Readonly<{ reward: Reward; spread: Spread }>;

async function* searching(
  task: Task,
  options: Searching,
  { reward, spread }: How,
): AsyncGenerator<Piece, void, undefined> {
  const prompt = await task.prompt(task.problem.text);
  const steps = await Promise.all(options.steps_end.map((text) => task.encode(text)));
  const terms = {
    width: options.width,
    maxDepth: options.max_depth,
    maxStepTokens: options.max_step_tokens,
    spread,
    steps,
  };
  const branches = await search({ task, prompt, terms, reward });
  const replies = await Promise.all(branches.map((branch) => reply(task, prompt, branch)));
  const winner = winnerOf(
    replies.map(({ branch, answer }) => ({ answer, score: branch.score })),
    task.sameAnswer,
  );
  yield* replies[winner]?.pieces ?? [];
}

async function reply(task: Task, prompt: Ids, branch: Branch): Promise<Reply> {
  const { thinkingStart, endOfTurn } = task.delimiters;
  const opening = thinkingStart.length > 0 ? [forced("delimiter", thinkingStart)] : [];
  const thought = [...opening, ...closedThought(task, branch)];
  const after = thought.flatMap(({ tokenIds }) => tokenIds);
  const behind = await sampleAnswer({
    go: task.chain(prompt, branch.draw),
    after,
    maxTokens: task.maxAnswerTokens,
    endOfTurn,
  });
  const answer = behind.find(({ kind }) => kind === "answer");
  const cue = thought.filter(({ kind }) => kind === "cue").flatMap(({ tokenIds }) => tokenIds);
  const said =
    answer?.stop === "eos" ? await task.answerIn(await task.decode(answer.tokenIds), await task.decode(cue)) : null;
  return { branch, pieces: [...thought, ...behind], answer: said };
}

/** Only a thought that the model did not close is given the cue. */
function closedThought({ delimiters }: Task, { thought, ending }: Branch): readonly Piece[] {
  const { thinkingEnd, endOfTurn, answerCue } = delimiters;
  const isTurn = ending !== null && endOfTurn.includes(ending);
  const thinking: Piece = {
    kind: "thinking",
    origin: "sampled",
    stop: ending === null ? "length" : isTurn ? "eos" : "delimiter",
    tokenIds: thought,
  };
  if (ending !== null && !isTurn) return [thinking, delimiter(ending)];
  const end = forced("delimiter", thinkingEnd);
  return answerCue.length > 0 ? [thinking, end, forced("cue", answerCue)] : [thinking, end];
}

/** Trees of different widths are not alike: nothing is taken for shared. */
function cost(options: Searching, { natural }: Assumptions): Cost {
  const worstThinking = options.max_depth * options.max_step_tokens;
  const thinking = Math.min(natural, worstThinking);
  return {
    thinking,
    worstThinking,
    chains: options.width,
    requests: options.width * (options.max_depth + 1),
    stretches: [{ name: JSON.stringify(options), tokens: thinking }],
  };
}

async function check({ sampling, model }: Fit, { width, steps_end }: Searching, name: string): Promise<void> {
  if (sampling.temperature === 0 && width > 1)
    throw new UserError(`${name} compares branches, and at temperature 0 every branch is the same`, {
      hint: "set a sampling temperature, such as 1, or width: 1",
    });
  for (const text of model ? steps_end : [])
    if ((await model?.encode(text))?.length === 0)
      throw new UserError(`the model has no token for ${JSON.stringify(text)}, so no step can end there`, {
        hint: "name other texts in steps_end",
      });
}

/** Searches a tree of thoughts step by step: a process reward decides which branches get more children (REBASE). */
export const rebaseWith = (at: RewardAt, { own = {}, scripted = {} }: Partial<Named> = {}): Method<Rebase> => ({
  name: "rebase",
  options: rebaseOptions({ own, scripted }),
  label: (options) => `tree ×${options.width}${isEndpoint(options) ? "" : ` ${scorerName(options, own)}`}`,
  facts: (options) => ({ role: "search", family: `rebase (${scorerName(options, own)})` }),
  cost,
  check: (fit, options) => check(fit, options, "rebase"),
  run: (task, options) =>
    searching(task, options, {
      reward: rewardOf(options, at, { own, scripted }),
      spread: softmaxSpread(options.temperature),
    }),
});

const beams = { beam: beamSpread, dvts: treesSpread } as const;

const beamMethod = (
  name: keyof typeof beams,
  at: RewardAt,
  { own = {}, scripted = {} }: Partial<Named>,
): Method<Beam> => ({
  name,
  options: beamOptions({ own, scripted }),
  label: (options) =>
    `${name} ×${options.width}/${options.beam_width}${isEndpoint(options) ? "" : ` ${scorerName(options, own)}`}`,
  facts: (options) => ({ role: "search", family: `${name} (${scorerName(options, own)})`, along: ["width"] }),
  cost,
  check: async (fit, options) => {
    const { width, beam_width } = options;
    if (width % beam_width !== 0)
      throw new UserError(`width ${width} is no multiple of beam_width ${beam_width}`, {
        hint: "the width is parted into groups of beam_width",
      });
    await check(fit, options, name);
  },
  run: (task, options) =>
    searching(task, options, {
      reward: rewardOf(options, at, { own, scripted }),
      spread: beams[name](options.beam_width),
    }),
});

/** Beam search over the steps of thoughts: the best ones go on, each with several children. */
export const beamWith = (at: RewardAt, named: Partial<Named> = {}): Method<Beam> => beamMethod("beam", at, named);

/** Diverse verifier tree search: several trees that never compete, in each the best branch goes on. */
export const dvtsWith = (at: RewardAt, named: Partial<Named> = {}): Method<Beam> => beamMethod("dvts", at, named);
