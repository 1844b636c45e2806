/**
 * What a reader cannot see, or what makes a reader see something else: controls, direction marks, lone halves of pairs.
 */
const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const CONTROL_PICTURES = 0x2400;

/**
 * Text that a model wrote, with everything invisible made visible: a terminal escape becomes ␛, an override of
 * the writing direction ⟨U+202E⟩. Line breaks and tabs stay.
 */
export const inert = (text: string): string =>
  text.replace(UNSEEN, (character) => visible(character.codePointAt(0) ?? 0));

function visible(code: number): string {
  if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code);
  if (code === 0x7f) return "\u2421";
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
}

/** The same on one line. */
export const inertLine = (text: string): string => inert(text).replace(/\s*[\n\t]\s*/g, " ");

/** Beginning and end of a text that is too long, and how much lies between. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return (
    `${text.slice(0, half)}\n\u2026 ${(text.length - 2 * half).toLocaleString("en-US")} characters left out ` +
    `\u2026\n${text.slice(-half)}`
  );
}

/** JSON of anything, with what cannot be seen escaped: the same value, and harmless on a terminal. */
export const inertJson = (value: unknown): string =>
  JSON.stringify(value).replace(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** JSON leaves these as they are. */
const HIDDEN = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]/g;
