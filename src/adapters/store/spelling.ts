/** Texts of single tokens, by id. */
export type Pieces = readonly (string | undefined)[];

/** What single tokens of a text say there, by their place, where that is not their piece; null: nowhere. */
export type Odd = Readonly<Record<number, string>> | null;

/** The text of ids; null where one of them has no known text. */
export function spell(pieces: Pieces, ids: ArrayLike<number>, odd: Odd): string | null {
  let text = "";
  for (let at = 0; at < ids.length; at++) {
    const piece = odd?.[at] ?? pieces[ids[at] as number];
    if (piece === undefined) return null;
    text += piece;
  }
  return text;
}

/** More odd tokens than one in so many: the text is as short itself. */
const rarely = 16;

/** Characters that one odd token may stand for, and tokens behind it by which its end is known. */
const [longest, behind] = [16, 3];

/**
 * How a text is spelled by its ids; undefined where it cannot be. Mostly each token says its piece; halves of a
 * character say nothing, but for the last of them, and a first token may have lost its blank.
 */
export function spellingOf(pieces: Pieces, ids: readonly number[], text: string): Odd | undefined {
  const odd: Record<number, string> = {};
  let [place, count] = [0, 0];
  const say = (at: number, said: string): void => {
    odd[at] = said;
    count++;
  };
  for (let at = 0; at < ids.length; at++) {
    const piece = pieces[ids[at] as number];
    if (piece !== undefined && text.startsWith(piece, place)) {
      place += piece.length;
      continue;
    }
    if (count * rarely > ids.length) return undefined;
    const length = lengthUntil(pieces, ids.slice(at, at + behind), text.slice(place, place + 200));
    if (piece !== undefined && at > 0 && length !== null && saysNothing(pieces, ids[at - 1], odd[at - 1])) {
      say(at - 1, text.slice(place, place + length));
      place += length + piece.length;
      continue;
    }
    const own = lengthUntil(pieces, ids.slice(at + 1, at + 1 + behind), text.slice(place, place + 200)) ?? 0;
    say(at, text.slice(place, place + own));
    place += own;
  }
  const left = text.slice(place);
  const last = ids.length - 1;
  if (left !== "") {
    if (left.length > longest || last < 0) return undefined;
    say(last, (odd[last] ?? pieces[ids[last] as number] ?? "") + left);
  }
  const spelled = count === 0 ? null : odd;
  return spell(pieces, ids, spelled) === text ? spelled : undefined;
}

const saysNothing = (pieces: Pieces, id: number | undefined, odd: string | undefined): boolean =>
  odd === undefined && id !== undefined && pieces[id] === "";

/** Characters before the pieces of the next tokens; null where they are not near. */
function lengthUntil(pieces: Pieces, next: readonly number[], text: string): number | null {
  const words = next.map((id) => pieces[id] ?? "").join("");
  if (words === "") return next.length === 0 ? Math.min(text.length, longest) : null;
  const length = text.indexOf(words);
  return length < 0 || length > longest ? null : length;
}

/** The first characters, as SQL counts them: those beyond 16 bits are one each. */
export function cutTo(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const short = text.slice(0, chars);
  return /[\ud800-\udbff]/.test(short) ? Array.from(text).slice(0, chars).join("") : short;
}
