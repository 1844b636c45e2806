const parts = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

type Level = { keys: Set<string> | null; atKey: boolean };

/** A key that one object of a JSON text has twice, of which parsing keeps the last in silence; null for none. */
export const repeatedKey = (text: string): string | null => {
  const levels: Level[] = [];
  for (const [part] of text.matchAll(parts)) {
    const level = levels.at(-1);
    if (part === "{") levels.push({ keys: new Set(), atKey: true });
    else if (part === "[") levels.push({ keys: null, atKey: false });
    else if (part === "}" || part === "]") levels.pop();
    else if (part === ",") {
      if (level?.keys) level.atKey = true;
    } else if (level?.keys && level.atKey) {
      level.atKey = false;
      if (level.keys.has(part)) return JSON.parse(part) as string;
      level.keys.add(part);
    }
  }
  return null;
};
