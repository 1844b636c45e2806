/** A target of several answers, any of which will do, is kept as the JSON list of their texts. */
export const targetOf = (alternatives: readonly string[]): string =>
  alternatives.length === 1 ? (alternatives[0] as string) : JSON.stringify(alternatives);

/** The answers that a target accepts: one, unless it is the JSON list of several texts. */
export const alternativesOf = (target: string): readonly string[] => {
  if (!/^\["[\s\S]*"\]$/.test(target)) return [target];
  try {
    const list: unknown = JSON.parse(target);
    return Array.isArray(list) && list.length > 1 && list.every((item) => typeof item === "string") ? list : [target];
  } catch {
    return [target];
  }
};
