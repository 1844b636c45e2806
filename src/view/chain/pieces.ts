/**
 * Texts of the tokens of a span, which joined are its text. A token whose own text is not known, such as a part of a
 * character, is empty, and what it begins belongs to the token that completes it. Null where the known texts do not
 * lead through the span.
 */
export function piecesOf(
  text: string,
  ids: readonly number[],
  known: ReadonlyMap<number, string>,
): readonly string[] | null {
  const pieces: string[] = [];
  let [at, waiting] = [0, 0];
  for (const id of ids) {
    const own = known.get(id);
    if (own === undefined || own === "") {
      waiting++;
      pieces.push("");
      continue;
    }
    const found = waiting === 0 ? (text.startsWith(own, at) ? at : -1) : text.indexOf(own, at);
    if (found < 0) return null;
    if (waiting > 0) pieces[pieces.length - 1] = text.slice(at, found);
    pieces.push(own);
    [at, waiting] = [found + own.length, 0];
  }
  if (waiting > 0) pieces[pieces.length - 1] = text.slice(at);
  return pieces.join("") === text ? pieces : null;
}

/**
 * Log-probabilities of the sampled ids of a path, out of all that were sampled for it: those beyond the path, such as
 * an end that was ignored, are passed over. Null where one does not fit.
 */
export function logprobsAlong(
  ids: readonly number[],
  sampled: readonly Readonly<{ id: number; logprob: number | null }>[],
): readonly (number | null)[] | null {
  if (!sampled.some(({ logprob }) => logprob !== null)) return null;
  const found: (number | null)[] = [];
  let at = 0;
  for (const id of ids) {
    while (at < sampled.length && sampled[at]?.id !== id) at++;
    const token = sampled[at++];
    if (!token) return null;
    found.push(token.logprob);
  }
  return found;
}
