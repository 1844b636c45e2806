import type { Separator } from "./learned-pieces.ts";
import { remembered } from "./learned-pieces.ts";

export type Ids = readonly number[];
export type Read = (text: string) => Promise<Ids>;

export type TextOptions = Readonly<{
  /** The server's own way, a text at a time. */
  read: Read;
  /** Several texts in one request. */
  readAll: (texts: readonly string[], between: Separator) => Promise<readonly Ids[]>;
  separator: () => Separator | null;
}>;

const mostTexts = 256;
const mostCharacters = 200_000;

type Waiting = Readonly<{ text: string; accept: (ids: Ids) => void; reject: (error: unknown) => void }>;

/**
 * Reads each text once. Those that are asked for at the same time go out together with a control token between them,
 * as long as that gives the ids that each has alone.
 */
export const joinedTexts = ({ read, readAll, separator }: TextOptions): Read => {
  const known = new Map<string, Promise<Ids>>();
  let waiting: Waiting[] = [];
  let trusted: boolean | null = null;

  const together = async (group: readonly Waiting[], between: Separator): Promise<readonly Ids[]> => {
    const texts = group.map(({ text }) => text);
    if (trusted === false || texts.length < 2) return Promise.all(texts.map(read));
    const all = await readAll(texts, between).catch(() => []);
    trusted ??= await isSame(all, texts, read);
    return trusted && all.length === texts.length ? all : Promise.all(texts.map(read));
  };

  const flush = async (): Promise<void> => {
    const all = waiting;
    waiting = [];
    const between = separator();
    const apart = between === null ? all : all.filter(({ text }) => !canStandBeside(text, between));
    for (const one of apart) read(one.text).then(one.accept, one.reject);
    if (between === null) return;
    for (const group of groupsOf(all.filter((one) => !apart.includes(one))))
      await together(group, between).then(
        (ids) => group.forEach(({ accept }, at) => accept(ids[at] as Ids)),
        (error: unknown) => group.forEach(({ reject }) => reject(error)),
      );
  };

  return (text) =>
    remembered(
      known,
      text,
      () =>
        new Promise((accept, reject) => {
          if (waiting.push({ text, accept, reject }) === 1) setImmediate(() => void flush());
        }),
    );
};

/** Some control tokens swallow the white space beside them. */
const canStandBeside = (text: string, between: Separator): boolean =>
  text.trim() === text && !text.includes(between.text);

/** The ends of a group meet the separator on one side each; whoever is in the middle, on both. */
const isSame = async (all: readonly Ids[], texts: readonly string[], read: Read): Promise<boolean> => {
  const places = [...new Set([0, texts.length >> 1, texts.length - 1])];
  const alone = await Promise.all(places.map((at) => read(texts[at] as string)));
  return all.length === texts.length && places.every((at, index) => all[at]?.join() === alone[index]?.join());
};

const groupsOf = (all: readonly Waiting[]): readonly (readonly Waiting[])[] => {
  const groups: Waiting[][] = [];
  let characters = Infinity;
  for (const one of all) {
    const last = groups.at(-1);
    if (last && last.length < mostTexts && characters + one.text.length <= mostCharacters) last.push(one);
    else groups.push([one]);
    characters = (groups.at(-1)?.length === 1 ? 0 : characters) + one.text.length;
  }
  return groups;
};
