/** The greatest of some numbers, however many; -Infinity of none. `mostOf()` of a million ends in a full stack. */
export const mostOf = (numbers: Iterable<number>): number => {
  let most = -Infinity;
  for (const number of numbers) most = Math.max(most, number);
  return most;
};

/** The least of some numbers, however many; Infinity of none. */
export const leastOf = (numbers: Iterable<number>): number => {
  let least = Infinity;
  for (const number of numbers) least = Math.min(least, number);
  return least;
};

/** Puts values at the end of a list, however many. */
export const append = <T>(list: T[], values: Iterable<T>): void => {
  for (const value of values) list.push(value);
};
