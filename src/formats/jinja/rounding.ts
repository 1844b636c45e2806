/** Python's `round`: to the nearest, a tie to the even digit, decided on the exact value of a float. */
export const roundHalfEven = (value: bigint | number, precision: number): bigint | number => {
  if (typeof value === "bigint") return precision >= 0 ? value : roundInt(value, 10n ** BigInt(-precision));
  if (precision < 0) return Number(roundInt(BigInt(Math.trunc(value)), 10n ** BigInt(-precision)));
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 53 || precision > 22) return value;
  const [whole = "0", decimals = ""] = exact(Math.abs(value));
  const kept = BigInt(whole + decimals.slice(0, precision));
  const rest = decimals.slice(precision);
  const half = rest[0] === "5" && /^50*$/.test(rest);
  const up = half ? kept % 2n === 1n : (rest[0] ?? "0") >= "5";
  const digits = String(up ? kept + 1n : kept).padStart(precision + 1, "0");
  const at = digits.length - precision;
  return Number(`${value < 0 ? "-" : ""}${digits.slice(0, at)}.${digits.slice(at)}`);
};

/** All digits of a float: with this number of decimals nothing is rounded off that could decide a tie. */
const exact = (value: number): readonly string[] => {
  const decimals = 80;
  return value.toFixed(decimals).split(".");
};

const roundInt = (value: bigint, unit: bigint): bigint => {
  const rest = ((value % unit) + unit) % unit;
  const low = value - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (low / unit) % 2n !== 0n);
  return up ? low + unit : low;
};
