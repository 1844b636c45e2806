/** `<=64` for `≤64`, `Wait x2` for `Wait ×2`. */
const plain = (label: string): string =>
  label.toLowerCase().replaceAll("≤", "<=").replaceAll("≥", ">=").replaceAll("×", "x").replace(/\s+/g, " ").trim();

/** Whether two labels name the same setting, however they are typed. */
export const sameLabel = (a: string, b: string): boolean => plain(a) === plain(b);
