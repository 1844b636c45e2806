import { isDenied } from "./denial.ts";
import type { Quantity } from "./quantities.ts";
import { isReason } from "./reason.ts";

/**
 * How surely a sentence says a quantity: as its answer, as a result, as what something is, beside others, by the way,
 * in a reason.
 */
export type Rank = 6 | 5 | 4 | 3 | 2 | 1 | 0;

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
export const rankOf = (sentence: string, quantity: Quantity, previous: Quantity | undefined): Rank | null => {
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
