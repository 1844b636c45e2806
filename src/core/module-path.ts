/**
 * A path of the user's own code, where an experiment could name one of ours: `./mine.mjs`, `../lib/mine.js`,
 * `mine.mjs`.
 */
export const modulePath: RegExp = /^(?:\.{0,2}\/.+|.+\.(?:mjs|cjs|js|mts|cts|ts))$/;

export const isModulePath = (name: string): boolean => modulePath.test(name);
