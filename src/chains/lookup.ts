import type { Branch, Location } from "./tree.ts";

/** What is wanted next, as far as it decides which stored tokens are an answer to it. */
export type Wish = Readonly<{
  maxTokens: number;
  stops: readonly (readonly number[])[];
  minTokens: number;
  /** First ids of the stops, sorted: what is masked for the first `minTokens` tokens. */
  maskedIds: readonly number[];
  /** Under greedy decoding an unmasked choice that the mask allows is the masked choice too. */
  greedy: boolean;
}>;

/** A stretch of stored tokens of one branch, from its sampled token `from` up to `to`. */
export type Stretch = { readonly branch: Branch; readonly from: number; to: number };

export type Known = Readonly<{
  tokenIds: readonly number[];
  stretches: readonly Stretch[];
  /** Null while the tree cannot answer the whole wish. */
  stop: "stop" | "length" | null;
  /** Where the known tokens end. */
  end: Location;
  /** The branch that is growing at this end, to be waited for. */
  growing: Branch | null;
}>;

/** Follows what is stored behind a location until the wish is met or the tree ends. */
export function known(start: Location, wish: Wish): Known {
  const tokenIds: number[] = [];
  const stretches: Stretch[] = [];
  let here = start;
  const found = (stop: Known["stop"], growing: Branch | null = null): Known => ({
    tokenIds,
    stretches,
    stop,
    end: here,
    growing,
  });
  while (true) {
    const next = nextToken(here, tokenIds.length, wish);
    if (!next || next.id === null) return found(null, next?.branch ?? null);
    tokenIds.push(next.id);
    extend(stretches, next);
    here = { branch: next.branch, offset: next.offset + 1 };
    if (wish.stops.some((stop) => endsIn(tokenIds, stop))) return found("stop");
    if (tokenIds.length === wish.maxTokens) return found("length");
  }
}

function extend(stretches: Stretch[], { branch, offset }: Candidate): void {
  const last = stretches.at(-1);
  if (last?.branch === branch) last.to = offset + 1;
  else stretches.push({ branch, from: offset, to: offset + 1 });
}

/** A sampled token behind a location; `id` null: it is being decoded. */
type Candidate = Readonly<{ branch: Branch; offset: number; id: number | null }>;

function nextToken({ branch, offset }: Location, at: number, wish: Wish): Candidate | null {
  const own = candidate(branch, offset, at, wish);
  if (own) return own;
  for (const child of branch.children) {
    const found = child.offset === offset && child.forced.length === 0 ? candidate(child, 0, at, wish) : null;
    if (found) return found;
  }
  return null;
}

function candidate(branch: Branch, offset: number, at: number, wish: Wish): Candidate | null {
  const id = branch.sampled[offset];
  const isComing = id === undefined && branch.growth !== null && offset === branch.sampled.length;
  return (id !== undefined || isComing) && answers(branch, offset, at, wish)
    ? { branch, offset, id: id ?? null }
    : null;
}

/** Whether the token there was drawn as the wish would draw it, masks considered. */
function answers(branch: Branch, offset: number, at: number, wish: Wish): boolean {
  const wasMasked = offset < branch.masked;
  const isMasked = at < wish.minTokens;
  if (wasMasked) return isMasked && sameIds(branch.maskedIds, wish.maskedIds);
  if (!isMasked) return true;
  const id = branch.sampled[offset];
  return wish.greedy && (id === undefined || !wish.maskedIds.includes(id));
}

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

const endsIn = (ids: readonly number[], tail: readonly number[]): boolean =>
  tail.length > 0 && tail.length <= ids.length && tail.every((id, at) => ids[ids.length - tail.length + at] === id);
