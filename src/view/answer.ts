import { z } from "zod";
import { outcomes } from "../core/score.ts";
import { attemptOrders } from "../ports/page-reader.ts";
import { attempts } from "./attempts.ts";
import { chain, sideBySide } from "./chain.ts";
import { changeKinds, comparison } from "./compare.ts";
import { axes, experiment, findingsOf, sums } from "./experiment.ts";
import { figure, figureFile, figureFiles } from "./figure.ts";
import { curvesOf, home } from "./home.ts";
import { live, located } from "./live.ts";
import { BadRequest, NotFound } from "./not-found.ts";
import { costNamed, drawn, pictureOf } from "./pictures.ts";
import { problemKinds, problemOrders, problems } from "./problems.ts";
import { sayings } from "./sayings.ts";
import { dataOf, entryOf, readable, type Entry, type Lost, type Source } from "./source.ts";

export type Answer = Readonly<{ status: 200 | 400 | 404; type: string; body: string | Uint8Array }>;

type Query = Readonly<Record<string, string>>;

const text = z.string().max(1000).optional();

/** Whether to show what confidential data sets ask. */
const reveal = z
  .enum(["0", "1"])
  .default("0")
  .transform((told) => told === "1");

const ProblemQuery = z.object({
  sort: z.enum(problemOrders).default("name"),
  show: z.enum(problemKinds).default("all"),
  level: text,
  q: text,
  after: text,
});

const AttemptQuery = z.object({
  point: text,
  outcome: z.enum(outcomes).optional(),
  level: text,
  problem: text,
  q: text,
  said: text,
  /** A minus in front: the largest first. */
  sort: z.string().max(40).default("-id"),
  after: text,
  reveal,
});

const CompareQuery = z.object({
  a: z.string().max(1000),
  b: z.string().max(1000),
  show: z.enum(changeKinds).default("changed"),
  after: text,
  reveal,
});

const ChainQuery = z.object({
  epoch: z.coerce.number().int().min(0).default(0),
  reveal,
});

const DrawingQuery = z.object({ x: z.string().max(40).default("thinking"), level: text, dataset: text });

const drawingOf = (query: Query) => {
  const { x, level, dataset } = parsed(DrawingQuery, query);
  return { x: costNamed(x), level: level ?? null, dataset: dataset ?? null };
};

function parsed<S extends z.ZodType>(schema: S, query: Query): z.infer<S> {
  const read = schema.safeParse(query);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BadRequest(`${issue?.path.join(".") ?? "query"}: ${issue?.message ?? "is not understood"}`);
}

function orderOf(sort: string) {
  const name = sort.replace(/^-/, "");
  const order = attemptOrders.find((known) => known === name);
  if (!order) throw new BadRequest(`sort is one of ${attemptOrders.join(", ")}, not ${JSON.stringify(name)}`);
  return { sort: order, descending: sort.startsWith("-") };
}

/** A setting of the experiment, or `EXPERIMENT:SETTING` of another. */
function sideOf(sources: readonly Source[], entry: Entry, name: string) {
  const at = name.lastIndexOf(":");
  return at < 0
    ? { entry, setting: name }
    : { entry: entryOf(sources, name.slice(0, at)), setting: name.slice(at + 1) };
}

type Page = (entry: Entry, query: Query, sources: readonly Source[]) => unknown;

const pages: Readonly<Record<string, Page>> = {
  "": (entry) => experiment(entry),
  sums: (entry) => sums(entry),
  axes: (entry) => axes(entry),
  curve: async (entry, query) => {
    const drawing = drawingOf(query);
    const data = dataOf(entry);
    const made = await drawn(data, drawing);
    return made ? pictureOf(data, made, drawing.x) : null;
  },
  findings: (entry) => findingsOf(entry),
  problems: (entry, query) => problems(entry, parsed(ProblemQuery, query)),
  attempts: (entry, query) => {
    const { sort, ...rest } = parsed(AttemptQuery, query);
    return attempts(entry, { ...rest, ...orderOf(sort) });
  },
  words: (entry, query) => sayings(entry, parsed(AttemptQuery, query)),
  compare: (entry, query, sources) => {
    const { a, b, ...rest } = parsed(CompareQuery, query);
    return comparison(sideOf(sources, entry, a), sideOf(sources, entry, b), rest);
  },
  figure: (entry, query) => figure(entry, drawingOf(query)),
  live: (entry, query) =>
    live(entry, parsed(z.object({ after: z.coerce.number().int().min(0).default(0) }), query).after),
};

const json = (value: unknown): Answer => ({ status: 200, type: "application/json", body: JSON.stringify(value) });

/** What the read API answers to a path such as `/api/e/NAME/problems`; `query` has each name once. */
export async function answer(
  sources: readonly Source[],
  path: string,
  query: Query,
  lost: readonly Lost[] = [],
): Promise<Answer> {
  try {
    const own = readable(sources);
    return await answered({ sources: own.sources, lost: [...lost, ...own.lost] }, path, query);
  } catch (error) {
    if (error instanceof NotFound || error instanceof BadRequest)
      return {
        status: error instanceof NotFound ? 404 : 400,
        type: "application/json",
        body: JSON.stringify({ error: error.message, hint: error.hint }),
      };
    throw error;
  }
}

type Open = Readonly<{ sources: readonly Source[]; lost: readonly Lost[] }>;

async function answered({ sources, lost }: Open, path: string, query: Query): Promise<Answer> {
  const [root, kind, name, ...rest] = path.replace(/^\//, "").split("/").map(part);
  if (root !== "api") throw new NotFound("page", path);
  if (kind === "experiments" && name === undefined) return json(await home(sources, lost));
  if (kind === "curves" && name === undefined) return json(await curvesOf(sources));
  if (kind === "a" && name !== undefined && rest.length === 0) return json(located(sources, wholeNumber(name)));
  if (kind !== "e" || name === undefined) throw new NotFound("page", path);
  const entry = entryOf(sources, name, lost);
  const [page = "", problem, ...more] = rest;
  if (page === "p" && problem !== undefined) return json(ofProblem(sources, entry, { problem, more, query }));
  const file = figureFiles.find((ending) => page === `figure.${ending}`);
  if (file && problem === undefined) return { status: 200, ...(await figureFile(entry, drawingOf(query), file)) };
  const made = Object.hasOwn(pages, page) && problem === undefined ? pages[page] : undefined;
  if (!made) throw new NotFound("page", rest.join("/"), Object.keys(pages));
  return json(await made(entry, query, sources));
}

function ofProblem(
  sources: readonly Source[],
  entry: Entry,
  { problem, more, query }: Readonly<{ problem: string; more: readonly string[]; query: Query }>,
): unknown {
  const wanted = { problem, ...parsed(ChainQuery, query) };
  if (more.length === 0) return chain(entry, wanted);
  if (more.join() !== "vs") throw new NotFound("page", more.join("/"), ["vs"]);
  const { a, b } = parsed(CompareQuery, query);
  return sideBySide(sideOf(sources, entry, a), sideOf(sources, entry, b), wanted);
}

function part(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadRequest(`${JSON.stringify(text.slice(0, 80))} is not a part of an address`);
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new NotFound("attempt", text);
  return Number(text);
}
