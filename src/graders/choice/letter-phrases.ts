/**
 * The ways of naming a letter, as patterns whose first group that matched holds it. Text commands and emphasis are
 * taken off before.
 */

const reasons = "because|since|as|is|are|and|or|which|with|for|due|by|based|option|choice|from|when|seems|must|but|not";
/** Not the article, not the pronoun, not the letter of a formula. */
const capital = String.raw`(?:[AI](?!\s+(?!(?:${reasons})\b)[a-z])|[B-HJ-Z])(?![\w'’]|\s?[=^<>+≫≪≈_])`;
const small = String.raw`[a-z](?=\s*(?:[).,\]]|$))`;
const open = String.raw`[\s*({\["'“\x60_]{0,8}`;
const letter = `${open}(${capital})`;
const anyLetter = `${open}(${capital}|${small})`;

const label = "(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ss]olution|[Ll]etter|OPTION|CHOICE|ANSWER|LETTER)";
const nouns =
  "[Aa]nswers?|ANSWER|[Aa]ns\\.?|ANS|[Ss]elected (?:option|answer|choice)|[Cc]hosen " +
  "(?:option|answer)|(?:[Cc]orrect|[Bb]est|[Ff]inal) " +
  "(?:option|choice|letter)|[Rr]éponse|[Rr]espuesta|[Rr]esposta|[Rr]isposta|[Aa]ntwort|[Aa]ntwoord|[Oo]dpowiedź|[Cc]evap|[Оо]твет|[Đđ]áp án|[Jj]awaban|उत्तर|الإجابة|答案|答え|正解|正确选项|答|정답|답";
const adjectives =
  "(?:\\s(?:correcta?|correcte|correta|corretta|richtige|juste|final|finale|correct|الصحيحة|правильный|adalah))?";

/** "Answer: X" and its like in the languages that models answer in. */
export const marked: readonly RegExp[] = [
  /\b(?:[Aa]nswer\s+\(|ANSWER\s+\(|[Aa]ns\.\s+\(?)([A-Z])(?![\w'’])/g,
  /[Оо]твет\s+\(?([A-Z])\)?(?![\w'’])/g,
  new RegExp(
    String.raw`(?<!\p{L})(?:${nouns})${adjectives}[\s*_"'”]{0,8}[:：=-][\s*_]{0,8}(?:is\s+)?(?:(?:${label}|I (?:think|believe|guess|would say)(?: (?:it|that))?(?:['’]s)?(?: (?:is|must be))?|it is|it's)\s+)?` +
      anyLetter,
    "gu",
  ),
  new RegExp(
    String.raw`["'](?:final_?)?(?:answer|choice|option|letter|answer_letter)["']\s*:\s*["']?\(?([A-Za-z])\)?["'}\s,]`,
    "gi",
  ),
  new RegExp(
    String.raw`(?:故选|应选|所以选|因此选|(?<![备可候筛挑])选择?|选项[是为]|答案[是为选]|答案应[是为]|正解は|答えは|정답은|답은)\s?[:：]?\s?` +
      letter,
    "gu",
  ),
];

const linked = "(?:is|must be|should be|has to be|are|would be|will be|IS|=)";
const adverbs =
  "(?:(?:for sure|definitely|certainly|clearly|probably|most likely|indeed|therefore|thus|simply|just|actually)\\s+)?";
const right =
  "(?:(?:the|our|my)\\s+)?(?:(?:most|only|best)\\s+)?(?:correct|right|best|true|answer|appropriate|accurate|valid|choice)\\b";

/** What sentences say. */
export const sentences: readonly RegExp[] = [
  new RegExp(
    String.raw`\b${label}\b(?:(?!\b(?:not|n['’]t)\b)[^.\n]){0,60}?\b${linked}\s*:?\s*${adverbs}(?:${label}\s+)?` +
      anyLetter,
    "g",
  ),
  new RegExp(String.raw`\b${label}\s+\(?(${capital})\)?(?=\s+(?:is|must be|seems|appears to be)\s+${right})`, "g"),
  new RegExp(
    String.raw`(?<![\w(])(\([A-Z]\)|${capital})\)?\s+(?:is|must be|has to be|seems(?: to be)?|appears(?: to be)?)\s+${right}`,
    "g",
  ),
  new RegExp(
    String.raw`\b(?:choose|select|pick|(?:would|['’]d) say|go with|going with|chose|selected|picked|[Ll]eft with|leaves(?: us with)?|leaving|leaving only|settle on|finalize|conclude)\s+(?:only\s+)?(?:${label}\s+)?` +
      letter,
    "g",
  ),
  new RegExp(
    String.raw`\b[Ii]t(?:['’]s| is| must be| should be| has to be| can only be)\s+(?:${label}\s+)?` + letter,
    "g",
  ),
  new RegExp(
    String.raw`\b[Oo]nly\s+(?:${label}\s+)?${letter}\)?\s+(?:remains|is left|works|fits|holds|can be|is)\b`,
    "g",
  ),
  new RegExp(String.raw`\bnot\s+\(?[A-Z]\)?,?\s+(?:but|it is|rather)\s+(?:rather\s+)?` + letter, "g"),
  new RegExp(
    String.raw`\b(?:[Hh]ence|[Tt]hus|[Ss]o|[Tt]herefore),?\s+(?:${label}\s+)?\(?(${capital})\)?[.!]?\s*$`,
    "g",
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:[Rr]éponse|[Rr]espuesta|[Rr]esposta|[Rr]isposta|[Oo]pción|[Oo]pção|[Oo]pzione|[Aa]lternativa|[Aa]ntwort|[Aa]ntwoord|[Cc]evap|[Jj]awaban(?:nya)?|[Đđ]áp án|الإجابة|[Оо]твет)${adjectives}(?:\s\p{L}+)?\s(?:est|es|é|è|ist|lautet|is|là|adalah|هي|это|—|-)\s?(?:(?:la|le|el|a|o|die|der|das)\s)?` +
      letter,
    "gu",
  ),
];

/** Only a letter, or one followed by its option's text. */
export const lone = new RegExp(
  String.raw`^(?:(?:[Oo]ption|[Cc]hoice)\s*:?\s*)?(?:\(([A-Za-z])\)|\[([A-Z])\]|([A-Z])(?=[).:。，](?:\s|$|[\p{Script=Han}])|\p{Script=Han}|\s*$|\s*\n|\s+[-–—]\s|,\s)|([A-HJ-Z])(?=\s+[A-Z][a-z]+\s*(?:\n|$))|([a-z])(?=[).]?\s*$)|([A-HJ-Z])(?=\s+because\b|\s+since\b))`,
  "u",
);
