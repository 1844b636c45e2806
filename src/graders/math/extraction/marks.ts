/** Words for "answer" in the languages that models answer in, and what may stand between them and the answer. */
const nouns =
  "answers?|solutions?|respuestas?|resultado|solución|respostas?|solução|réponses?|résultat|antwort|lösung|ergebnis|risposta|risultato|antwoord|odpowiedź|ответ|відповідь|cevap|đáp án|jawaban(?:nya)?|उत्तर|الإجابة|الجواب|答案|答え|解答|正解|答|정답|답";
const links =
  "(?:must|should|would|will|can " +
  "only)\\s+be|is|are|es|son|é|são|est|sont|ist|sind|lautet|beträgt|è|sono|là|adalah|равен|это|是|为|は|은|는|है|هي|هو";
const between =
  "(?:\\s+(?:to|of|for|final(?:e|en)?|finale|correcte?|correcta|richtige|à|a|de|zu)\\s+[^.\\n$:=]{1,80}?)?";

/** Marks after which the final answer stands, best first. */
export const answerMarks: readonly (readonly [source: string, RegExp])[] = [
  [
    "final answer mark",
    /(?<!\p{L})final\s+answers?(?:\s*(?:is|are)(?!\p{L}|['’])|\s*[=:])\s*:?\s*|(?<=^|\n)[ \t#>]*final\s+answers?\s*\n\s*/giu,
  ],
  ["#### mark", /^[ \t]{0,8}####[ \t]*/gm],
  [
    "answer mark",
    new RegExp(
      String.raw`(?<!\p{L})(?:${nouns})${between}\s*(?:(?:${links})(?!\p{L}|['’]|n['’]t)\s*[:：]?|[=:：]|(?<=[答답])(?=\s?[\d$\\]))\s*|(?<=^|\n)[ \t#>]*(?:${nouns})\s*\.?\s*\n\s*|\banswer\s*\.\s+(?=[\d$\\])`,
      "giu",
    ),
  ],
];

/** What says before a mark that no answer of ours follows: "the wrong answer would be 12". */
export const isDisowned = (before: string): boolean =>
  /\b(?:wrong|incorrect|false|bad|naive|tempting|mistaken|common|possible|falsche|mauvaise|incorrecta)\s*$/i.test(
    before,
  );
