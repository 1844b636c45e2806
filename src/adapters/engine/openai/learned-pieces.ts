/** A control token and its text: nothing else of a vocabulary contains it, so it can stand between others. */
export type Separator = Readonly<{ id: number; text: string }>;

export type Write = (ids: readonly number[]) => Promise<string>;

export type LearnedPieces = Readonly<{
  write: Write;
  /** Text of each token, empty for a part of a character; nulls where the server writes tokens together otherwise. */
  textsOf: (ids: readonly number[]) => Promise<readonly (string | null)[]>;
}>;

export type PieceOptions = Readonly<{
  /** The server's own way. */
  write: Write;
  separator: () => Separator | null;
  /** Number of ids; null where not known. */
  vocabulary: number | null;
}>;

/** Ids learned with one request: a vocabulary of 150,000 is known after ten. */
const blockSize = 16_384;
/**
 * Where tokenizers write a text otherwise than its tokens: at its edges, before punctuation, around markup and halves
 * of characters.
 */
const places = [/^/, /^\s/, /\s$/, /\s[.,?!']/, /[<[]/, /\ufffd/] as const;
/**
 * Texts with each of these are compared with the server's so often at first, and later each one whose number is a power
 * of two.
 */
const checkedAtFirst = 3;

const isPowerOfTwo = (number: number): boolean => (number & (number - 1)) === 0;

const isHalf = (text: string): boolean => text.includes("\ufffd");

/**
 * Writes ids out without asking the server each time: the text of most tokens is the same wherever they stand, and is
 * learned in blocks. Tokens that are no whole characters are written run by run. Texts of each kind are compared with
 * the server's; where one differs, the server is asked for all of them from then on.
 */
export const learnedPieces = ({ write, separator, vocabulary }: PieceOptions): LearnedPieces => {
  const pieces: (string | null | undefined)[] = [];
  const blocks = new Map<number, Promise<void>>();
  const runs = new Map<string, Promise<string>>();
  let written = 0;
  let trusted = true;
  const checked = places.map(() => 0);

  const isDue = (text: string): boolean => {
    written += 1;
    const fresh = places.flatMap((place, at) => ((checked[at] ?? 0) < checkedAtFirst && place.test(text) ? [at] : []));
    for (const at of fresh) checked[at] = (checked[at] ?? 0) + 1;
    return fresh.length > 0 || isPowerOfTwo(written);
  };

  const whole = (ids: readonly number[]): Promise<string> => remembered(runs, ids.join(), () => write(ids));

  const learn = async (ids: readonly number[], between: Separator): Promise<void> => {
    const others = ids.filter((id) => id !== between.id);
    const text = await write([between.id, ...others.flatMap((id) => [id, between.id])]);
    const parts = text.split(between.text);
    // The text of the separator, or what is around it, changes with its neighbours.
    if (parts.length !== others.length + 2) throw new Error("tokens cannot be distinguished");
    pieces[between.id] = between.text;
    others.forEach((id, at) => (pieces[id] = pieceOf(parts[at + 1] ?? "")));
  };

  const learnBlock = async (block: number, between: Separator): Promise<void> => {
    const from = block * blockSize;
    const to = Math.min(from + blockSize, vocabulary ?? Infinity);
    await learn(
      Array.from({ length: to - from }, (_, at) => from + at),
      between,
    ).catch(() => undefined);
  };

  /** The blocks first; what they could not tell is asked for by itself. */
  const learnMissing = async (ids: readonly number[], between: Separator): Promise<void> => {
    const missing = [...new Set(ids.filter((id) => pieces[id] === undefined))];
    if (missing.length === 0) return;
    const wanted = new Set(missing.map((id) => Math.floor(id / blockSize)));
    await Promise.all([...wanted].map((block) => remembered(blocks, block, () => learnBlock(block, between))));
    const left = missing.filter((id) => pieces[id] === undefined);
    if (left.length > 0) await learn(left, between);
  };

  const joined = async (ids: readonly number[]): Promise<string> => {
    const texts: string[] = [];
    for (let at = 0; at < ids.length;) {
      const piece = pieces[ids[at] as number];
      const end = piece === null ? endOfRun(pieces, ids, at) : at + 1;
      texts.push(piece ?? (await whole(ids.slice(at, end))));
      at = end;
    }
    return texts.join("");
  };

  const textsOf: LearnedPieces["textsOf"] = async (ids) => {
    const between = separator();
    const isLearned =
      trusted &&
      between !== null &&
      (await learnMissing(ids, between).then(
        () => true,
        () => false,
      ));
    return ids.map((id) => (isLearned ? (pieces[id] ?? "") : null));
  };

  const writeOut: Write = async (ids) => {
    const between = separator();
    if (ids.length === 0) return "";
    if (!trusted || between === null) return whole(ids);
    try {
      await learnMissing(ids, between);
    } catch {
      return whole(ids);
    }
    const text = await joined(ids);
    if (!isDue(text)) return text;
    const server = await write(ids);
    trusted &&= server === text;
    return server;
  };
  return { write: writeOut, textsOf };
};

const pieceOf = (text: string): string | null => (isHalf(text) ? null : text);

const endOfRun = (pieces: readonly (string | null | undefined)[], ids: readonly number[], from: number): number => {
  const end = ids.findIndex((id, at) => at > from && pieces[id] !== null);
  return end < 0 ? ids.length : end;
};

const most = 100_000;

/** One request for one question; the oldest are forgotten, and so is what failed. */
export const remembered = <K, T>(known: Map<K, Promise<T>>, key: K, find: () => Promise<T>): Promise<T> => {
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = find();
  known.set(key, found);
  found.catch(() => known.delete(key));
  const [oldest] = known.size > most ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  return found;
};
