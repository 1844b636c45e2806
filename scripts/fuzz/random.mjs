/** Numbers that are the same for a seed: below `n`, and one of a list. */
export const randomOf = (seed) => {
  let state = seed >>> 0;
  const below = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  return { below, oneOf: (list) => list[below(list.length)] };
};

/** Some bytes of a file otherwise: flipped, cut, doubled or overwritten. */
export const mutated = (bytes, random, from = 0, to = bytes.length) => {
  const copy = Buffer.from(bytes);
  const at = from + random.below(Math.max(1, to - from));
  const how = random.below(8);
  if (how === 0) return copy.subarray(0, at);
  if (how === 1) return Buffer.concat([copy.subarray(0, at), copy.subarray(Math.max(0, at - random.below(64)))]);
  if (how === 2) copy.fill(random.oneOf([0, 0xff, 0x7f]), at, at + 1 + random.below(8));
  else copy[at] = random.oneOf([0, 0xff, 0x7f, (copy[at] ?? 0) ^ (1 << random.below(8)), random.below(256)]);
  return copy;
};

/** A text with something of a stranger's at some places. */
export const spiced = (text, spices, random) => {
  let out = text;
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(out.length + 1);
    const cut = random.below(4) === 0 ? random.below(40) : 0;
    out = out.slice(0, at) + random.oneOf(spices) + out.slice(at + cut);
  }
  return out;
};
