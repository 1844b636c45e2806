/** 1650000 as "1.65 M". */
export function prefixed(value: number): string {
  const step = Math.min(PREFIXES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${(value / 1000 ** step).toPrecision(3)} ${PREFIXES[step]}`.trim();
}

const PREFIXES = ["", "k", "M", "G", "T", "P"];
