import type { Extracted } from "./final-answer.ts";
import { boldParts, withoutEmphasis } from "./emphasis.ts";
import { type Quantity, quantitiesIn } from "./quantities.ts";

/**
 * How surely a sentence says a quantity: as its answer, as a result, as what something is, beside others, by the way,
 * in a reason.
 */
type Rank = 6 | 5 | 4 | 3 | 2 | 1 | 0;

type Said = Readonly<{ answer: string; rank: Rank }>;

const longestSentence = 1200;

/**
 * What the end of a text says: the last sentence that states a quantity, and in it the one that is its result. A
 * sentence that only mentions one, "over 3 days", gives way to the one before it that states a result.
 */
export const conclusion = (raw: string): (Extracted & Readonly<{ sure: boolean }>) | null => {
  const sentences = sentencesOf(withoutEmphasis(raw)).slice(-12);
  const bold = boldParts(lastLine(raw)).map(withoutEmphasis);
  let found: Said | null = null;
  for (const sentence of sentences.toReversed()) {
    const said = saidIn(sentence, found ? [] : bold);
    if (said && (!found || said.rank >= 4)) found = said;
    if (found && found.rank > 1) break;
  }
  return (
    found && { answer: found.answer, source: found.rank > 2 ? "last sentence" : "last number", sure: found.rank > 2 }
  );
};

const lastLine = (text: string): string => text.trimEnd().slice(-2000).split("\n").at(-1) ?? "";

/**
 * Sentences end with their line or with a full stop; those that are too long keep their end. A question states nothing.
 */
const sentencesOf = (text: string): string[] =>
  text
    .slice(-8000)
    .split(
      /\n+|(?<=[^\s.][.!?。！？](?:\)|"|”)?)(?<!\b(?:i\.e|e\.g|vs|approx|ca|Mr|Mrs|Ms|Dr|No|St|z\.B)\.)(?:\s+(?=\S)|(?<=[。！？])(?=\S))/,
    )
    .filter((sentence) => sentence.trim() !== "" && !/[?？]\s*$/.test(sentence))
    .map((sentence) => sentence.slice(-longestSentence));

/** The quantity that a sentence states as its result. */
export const saidIn = (sentence: string, bold: readonly string[] = []): Said | null => {
  if (isByCases(sentence)) return { answer: sentence.trim(), rank: 5 };
  const all = joined(sentence, quantitiesIn(sentence)).filter((quantity) => !isLabel(sentence, quantity));
  const ranges = bold.flatMap((part) =>
    part.length < sentence.trim().length - 2 ? [[sentence.lastIndexOf(part), part.length] as const] : [],
  );
  let best: (Said & Readonly<{ bold: boolean }>) | null = null;
  const ranks = all.map((quantity, at) => rankOf(sentence, quantity, all[at - 1]));
  const shown = all.some(({ result }, at) => result && ranks[at] === 0);
  for (const [at, quantity] of all.entries()) {
    const rank = ranks[at] ?? null;
    if (rank === null) continue;
    const inBold = ranges.some(
      ([start, length]) => start >= 0 && quantity.start >= start && quantity.end <= start + length,
    );
    if (best && ((best.bold && !inBold) || (best.bold === inBold && rank < best.rank))) continue;
    const answer = withBound(sentence, quantity) ?? quantity.value;
    best = { answer, rank: inBold ? 3 : rank, bold: inBold };
  }
  return best && shown && best.rank < 3 ? { ...best, rank: 3 } : best;
};

/** "12 if n is even, 13 if n is odd" is no single quantity. */
const isByCases = (sentence: string): boolean =>
  (sentence.match(/\d+/g)?.length ?? 0) > 1 &&
  (/\b(?:otherwise|or else)\b|\d\S*\s+(?:if|when)\b.*\d\S*\s+(?:if|when)\b/i.test(sentence) ||
    (/\beven\b/.test(sentence) && /\bodd\b/.test(sentence) && /\b(?:if|when|for)\b/i.test(sentence)));

/** `2.`, `Step 3`, `4-pack`, `13th`: names, not quantities. */
const isLabel = (sentence: string, { text, start, end, result }: Quantity): boolean =>
  !result &&
  ((/^\d{1,3}$/.test(text) &&
    ((/^\s*\(?$/.test(sentence.slice(0, start)) && /^[.)]\s+\S/.test(sentence.slice(end))) ||
      /\b(?:step|case|part|day|week|year|question|problem|option|page|no\.|equation|figure|example)\s$/i.test(
        sentence.slice(0, start),
      )) &&
    sentence.slice(end).trim().length > 3) ||
    /^-[a-zA-Z]{2,}/.test(sentence.slice(end, end + 4)) ||
    /\d(?:st|nd|rd|th)$/.test(text));

const boundary = /[,;:—(]|\b(?:but|so|instead|therefore|thus|hence|then|while|and)\b/gi;

/** The words of the same clause that stand before a place. */
const clauseBefore = (sentence: string, end: number): string => {
  const before = sentence.slice(0, end);
  let from = 0;
  for (const match of before.matchAll(boundary))
    if (!isInNumber(before, match.index)) from = match.index + match[0].length;
  return before.slice(from);
};

const isInNumber = (text: string, at: number): boolean =>
  /\d/.test(text[at - 1] ?? "") && /\d/.test(text[at + 1] ?? "");

const denying =
  /(?:(?:do|does|did)n['’]t (?:think|believe)\b|\b(?:do|does|did) not (?:think|believe)\b|n['’]t|\b(?:not|never|cannot|nor|without|except(?: for)?|excluding|nicht|kein\w*|pas|non|não|rather than|instead of|other than|no longer|anything but|far from|hardly|wrong|incorrect|mistaken?(?:ly)?|mistakes?|trap|pitfall|misconception)\b|(?:^|\s)no(?=\s+$|\s+\d)|不是|并非)/i;
const restated = /['’]s\b|\b(?:is|are|was|were|has|have|there|leaves|makes|gets)\b|=/i;

const deniedAfter =
  /^\s+(?:is|are|was|were|would be|seems|looks)\s+(?:not\s+(?:the|our|my|correct|right|possible|valid|an?\s+(?:answer|solution))\b|wrong|incorrect|false|impossible|too\s|mistaken|a (?:common )?mistake)|^\s+(?:isn['’]t\s+(?:the|our|correct|right|possible)|can['’]t be|cannot be)\b/i;

const isDenied = (sentence: string, { start, end, before, result }: Quantity): boolean => {
  if (deniedAfter.test(sentence.slice(end))) return true;
  if (
    before === "≠" ||
    /(?:\bno|\bnicht|\bpas|\bnot|\bnon|\bnão|\banything but|\bfar from)\s+$/i.test(sentence.slice(0, start))
  )
    return true;
  const clause = clauseBefore(sentence, start);
  if (result) return /(?:\bnot|n['’]t|\bcannot)\s+(?:be|equal(?: to)?)?\s*$/i.test(clause);
  const match = denying.exec(clause);
  if (!match) return false;
  const between = clause.slice(match.index + match[0].length);
  return /wrong|incorrect|mistake|trap|pitfall|misconception|think|believe/i.test(match[0]) || !restated.test(between);
};

const reason =
  /(?:\b(?:because|since|given that|whereas|considering|matching|assuming|weil|parce que|porque)\b|,\s(?:car|da)\b|(?:^|,\s*)as\b(?=\s+[\d$\\(])|,\s*which (?:is|are|was) (?:\S+ ){0,2}(?:more|less|fewer|greater|smaller|higher|lower|larger|times|consistent|divisible|within|between|not)\b)/i;

/** In a clause that gives a reason, from its first word to the next comma that ends it. */
const isReason = (sentence: string, { start, end }: Quantity): boolean => {
  const before = sentence.slice(0, start);
  const open = before.lastIndexOf("(");
  if (
    open > before.lastIndexOf(")") &&
    /[a-zA-Z]{3,}/.test(sentence.slice(open, start)) &&
    sentence.indexOf(")", end) > 0
  )
    return true;
  const clause = before.slice(lastEnd(before));
  const which =
    /,\s*which (?:is|are|was) $/i.test(before) &&
    /^\S*\s+(?:more|less|fewer|times|greater)\b/.test(sentence.slice(end));
  return which || reason.test(clause);
};

const ends = /[,;:]|\b(?:then|so|therefore|thus|hence|leaving|making|giving)\b/g;

const lastEnd = (text: string): number =>
  [...text.matchAll(ends)].findLast(({ index }) => !isInNumber(text, index))?.index ?? 0;

const saying =
  /(?:\b(?:is|are|was|were|be|been|get|gets|got|gives?|has|have|had|makes?|made|making|giving|total(?:s|led)?(?: of)?|sum of|costs?|left|leaves?|leaving|pays?|paid|needs?|spends?|spent|earns?|earned|saves?|saved|takes?|took|receives?|remains?|contains?|(?:comes?|amounts?|adds? up|brings?(?: \w+){1,3}|rounds?(?: (?:up|down|off))?|drops?|falls?|rises?|grows?|increases?|decreases?|goes|reduces?|simplifies|turns out|works out)(?: to(?: be)?| at)|yields?|produces?|obtain|find|owes?|sold|sells?|bought|buys?|grow|scored?|equal to|results? in|so|thus|hence|therefore|namely|(?:grow|increase|decrease|drop|rise|fall|shrink)s? by|i\.e\.,?|ist|sind|hat|haben|beträgt|kostet|bleib(?:en|t)|braucht|zahlt|es|son|tiene|tendrá|cuesta|quedan?|hay|necesita|gana|est|sont|aura|auront|coûte|restera?|paiera|é|são|tem|terá|custa|sobram)|:)\s*$/i;
const light =
  /(?:\b(?:a total of|about|exactly|only|just|approximately|around|roughly|nearly|also|now|still|then|at least|de|d'|donc|also|insgesamt|noch)|≈|\\approx|~)\s*$/i;
const context =
  /(?:\bd['’]ici|\b(?:dans|pendant|après|pour|par|chaque|nach|pro|für|während|durante|cada|para|por|em|en|bis|von|après|after|in|per|for|over|within|during|every|each|from|than|out of|on|by|with|between|among|until|before|of the|of these|of his|of her|through|across|at))\s+(?:(?:the|a|an|all|each|his|her|their|its|these|those|last|next|first|other|remaining|another|only|just|about)\s+){0,3}$/i;

/** "to make 16 muffins", but "has to pay 16" and "turns out to be 16". */
const purpose =
  /(?<!\b(?:has|have|had|needs?|need|going|is|are|was|were|able|wants?|out|left|expected|got)\s)\bto\s+(?!a\b|an\b|the\b|about\b)[a-z]+\s*$/i;
const concluding = /\b(?:so|thus|therefore|hence|which|leaving|making|giving|thereby|meaning|i\.e)\b/i;
const remark = /^\s*(?:note|notice|observe|remember|recall|check|verify)\b/i;

/** "the 300 miles" were spoken of before. */
const known = /\b(?:the|his|her|their|these|those|its|both|die|der|das|les|los|las)\s+$/i;

/** `null`: it is said that this is not the answer. */
const rankOf = (sentence: string, quantity: Quantity, previous: Quantity | undefined): Rank | null => {
  if (isDenied(sentence, quantity)) return null;
  if (isReason(sentence, quantity)) return 0;
  if (/^\s+is\s+(?:the|our|my)\s+(?:\w+\s)?answer\b/.test(sentence.slice(quantity.end))) return 6;
  if (quantity.result) return 5;
  if (/^[-−–+*×/÷·]$/.test(quantity.before) && previous !== undefined && quantity.start - previous.end > 3) return 1;
  const before = sentence.slice(0, quantity.start).replace(/[*_"“(]+$/, "");
  let plain = before;
  for (let shorter = plain.replace(light, ""); shorter !== plain; shorter = plain.replace(light, "")) plain = shorter;
  if (purpose.test(plain)) return 1;
  if (saying.test(plain)) return concluding.test(before.slice(previous?.end ?? 0)) ? 5 : 4;
  return context.test(before) || known.test(before) || remark.test(sentence) ? 1 : 2;
};

/** "more than 12" is not 12, but what equals 12 is. */
const withBound = (sentence: string, { start, value, result }: Quantity): string | null => {
  const bound = /\b(?:(?:more|less|fewer|greater|larger|smaller) than|at least|at most)\s*$/i.exec(
    sentence.slice(Math.max(0, start - 24), start),
  )?.[0];
  return bound && !result ? `${bound.trim()} ${value}` : null;
};

const connector = /^\s*(?:,|;|,?\s*(?:and|or|und|et|ou|y|o|oder))\s*$/i;

/** `2 and 3` behind "are", `x = 2 or x = 3` and `$2$, $3$` are one answer each. */
const joined = (sentence: string, all: readonly Quantity[]): Quantity[] => {
  const out: Quantity[] = [];
  for (const next of all) {
    const last = out.at(-1);
    const items = last && connector.test(sentence.slice(last.end, next.start)) ? [last, next] : [];
    const plural =
      last !== undefined &&
      (/\b(?:are|were|be|either|sind|sont|son|são)\s*:?\s*$/i.test(sentence.slice(0, last.start)) ||
        items.every(({ maths }) => maths) ||
        sameName(last.text, next.text));
    if (items.length > 0 && plural) out.splice(-1, 1, together(last as Quantity, next));
    else out.push(next);
  }
  return out;
};

/** `x = 2` and `x = 3` */
const sameName = (a: string, b: string): boolean => {
  const [name, other] = [a, b].map((text) => /^(\\?[a-zA-Z](?:_\w)?)\s*=/.exec(text)?.[1]);
  return name !== undefined && name === other;
};

const together = (a: Quantity, b: Quantity): Quantity => {
  const text = `${a.text}, ${b.text}`;
  return { ...a, text, value: text, end: b.end };
};
