import fc from "fast-check";

/** A generated case: what is asked for, what was answered, whether that is right. */
export type Neighbour = Readonly<{
  kind: "answer" | "response" | "choice";
  gold: string;
  pred: string;
  right: boolean;
}>;

type Kind = readonly [name: string, fc.Arbitrary<readonly Neighbour[]>];

const n = fc.integer({ min: 13, max: 97 });
const m = fc.integer({ min: 2, max: 9 });
const noun = fc.constantFrom("apples", "chairs", "pens", "stamps", "pages");
const name = fc.constantFrom("Mia", "He", "Ann", "She");
const letter = fc.constantFrom("k", "m", "n", "t");
const from = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const right = (kind: Neighbour["kind"], gold: string | number, pred: string): Neighbour => ({
  kind,
  gold: String(gold),
  pred,
  right: true,
});
const wrong = (kind: Neighbour["kind"], gold: string | number, pred: string): Neighbour => ({
  kind,
  gold: String(gold),
  pred,
  right: false,
});

/** The same statement is right for what it says and wrong for the other numbers in it. */
const said = (pred: string, gold: number | string, ...others: readonly (number | string)[]): Neighbour[] => [
  right("response", gold, pred),
  ...others.filter((other) => String(other) !== String(gold)).map((other) => wrong("response", other, pred)),
];

const letters = fc.uniqueArray(from("A", "B", "C", "D", "E", "H", "J", "Q", "Z"), { minLength: 2, maxLength: 2 });

/** Ways to choose X. */
const choosing: readonly string[] = [
  "X is correct.",
  "The answer is \\(X\\).",
  "$\\text{X}$",
  "X\n\nExplanation: Y leaves something out.",
  "X - the left one",
  "Ans: X",
  '{"answer": "X"}',
  "ANSWER IS X.",
  "Selected option: X",
  "The correct letter is X.",
  "Everything else fails, so we are left with X.",
  "Answer: I think it is X",
  "The balance is \\boxed{E_k \\gg 2}.\n\n**Answer: X**",
  "Y is wrong, so the answer is (X).",
  "I first took Y. The final answer is **X**.",
  "正确答案是X",
  "故选：X",
  "答えはX",
  "정답: X",
  "Ответ: X",
  "Die richtige Antwort ist X.",
  "La respuesta correcta es X.",
  "La réponse est X.",
  "A resposta é X.",
];

/** Ways to leave it open, or to choose another. */
const notChoosing: readonly string[] = [
  "The answer is X or Y.",
  "Answer: X/Y",
  "X or Y",
  "X is incorrect.",
  "The answer is not X.",
  "The wrong answer is X.",
  "Answer: Y, not X.",
  "X would be right for another case; the answer is Y.",
];

export const kinds: readonly Kind[] = [
  [
    "money in prose",
    fc.tuple(n, n, m, name, from("", "**"), from("$", "\\$")).map(([a, b, c, who, bold, sign]) => {
      const [total, left] = [a + b + c, c];
      return [
        ...said(
          `Rent was ${sign}${a} and food ${sign}${b}.\n${who} had ${sign}${total}, so ${sign}${total} - ${sign}${a} - ${sign}${b} = ${bold}${sign}${left}${bold} is left.`,
          left,
          a,
          b,
          total,
        ),
        ...said(`${who} pays ${sign}${a * c} for ${c} hours, that is ${sign}${a} an hour.`, a, a * c, c),
        ...said(`${bold}Total: ${sign}${a}.00${bold}`, a, c),
        ...said(`${a} * ${c} = ${a * c}\n\n${bold}So ${who} pays ${sign}${a * c}.${bold}`, a * c, a, c),
      ];
    }),
  ],
  [
    "European grouping",
    fc
      .tuple(m, fc.integer({ min: 100, max: 999 }), fc.integer({ min: 10, max: 99 }))
      .map(([a, b, c]) => [
        ...said(`Insgesamt kostet es ${a}.${b},${c} €.`, `${a}${b}.${c}`, c, `${b}.${c}`, b),
        ...said(`Il reste donc ${a} ${b} €.`, `${a}${b}`, b),
      ]),
  ],
  [
    "a clause that holds the result",
    fc
      .tuple(m, n, noun, from(", which makes", ", i.e.", ", so that is", ", giving", ", which comes to"))
      .map(([a, b, things, clause]) =>
        said(`There are ${a} rows of ${b} ${things}${clause} ${a * b} ${things}.`, a * b, a, b),
      ),
  ],
  [
    "a clause that gives the reason",
    fc
      .tuple(m, n, noun, from(" because", ", since", ", because"))
      .map(([a, b, things, clause]) =>
        said(`There are ${a * b} ${things}${clause} ${a} times ${b} are that many.`, a * b, a, b),
      ),
  ],
  [
    "numbers by the way",
    fc
      .tuple(n, m, noun, name)
      .map(([a, b, things, who]) => [
        ...said(`So ${who} has ${a} ${things} left after ${b} days.`, a, b),
        ...said(`In total, ${a + b} ${things} fit into the ${b} boxes.`, a + b, b),
        ...said(`In all there are ${a} + ${b} = ${a + b} ${things} in the ${b} boxes.`, a + b, a, b),
      ]),
  ],
  [
    "whole or not at all",
    fc
      .tuple(n, m, fc.integer({ min: 10, max: 59 }))
      .map(([a, b, minutes]) => [
        ...said(`So the lawn covers ${a} m^2.`, a, 2),
        ...said(`The probability is \\frac{${b}}{${a}}.`, `\\frac{${b}}{${a}}`, a, b),
        ...said(`The volume is ${b}.1 x 10^6 cubic metres.`, `${b}.1\\times10^{6}`, 6, 10),
        ...said(`Both curves pass through the point (${a}, -${b}).`, `(${a},-${b})`, a, b, -b),
        ...said(`The thermometer drops to minus ${a}.`, -a, a),
        ...said(`They meet again at ${b}:${minutes}.`, `${b}:${minutes}`, minutes, b),
        ...said(`Dividing yields ${a} - ${b}i.`, `${a}-${b}i`, a, b, `${a}+${b}i`),
        ...said(`It takes ${b} 1/2 hours.`, `${2 * b + 1}/2`, b, 2, "1/2"),
      ]),
  ],
  [
    "denied",
    fc
      .tuple(n, m)
      .map(([a, b]) => [
        wrong("response", a, `It cannot be ${a}.`),
        wrong("response", a, `The number of paths isn't ${a}.`),
        wrong("response", a, `Any value except ${a}.`),
        wrong("response", a, `The wrong answer would be ${a}.`),
        wrong("response", a, `${a} is not the answer.`),
        ...said(`It isn't ${a}, it is ${a + b}.`, a + b, a),
        ...said(`The answer is ${a + b}, not ${a}.`, a + b, a),
        ...said(`Die Antwort ist ${a + b}, nicht ${a}.`, a + b, a),
      ]),
  ],
  [
    "languages",
    fc
      .tuple(
        n,
        from(
          "La réponse est N.",
          "A resposta é N.",
          "La respuesta es N.",
          "Die Antwort lautet N.",
          "Il risultato è N.",
          "Ответ: N",
          "答案是N。",
          "答えはNです。",
          "정답은 N입니다.",
        ),
      )
      .map(([a, text]) => said(text.replace("N", String(a)), a, a + 1)),
  ],
  [
    "short responses",
    fc
      .tuple(
        n,
        m,
        from(
          "**N**",
          "*N*",
          "It's N.",
          "N (because 3 * M fits)",
          "N, because 3 * M fits.",
          "\\boxed{**N**}",
          "That is N.",
          "N it is.",
        ),
      )
      .map(([a, b, text]) => said(text.replace("N", String(a)).replace("M", String(b)), a, b, 3)),
  ],
  [
    "chains",
    fc
      .tuple(n, n, from("\\boxed{C}", "Answer: C", "The answer is C."))
      .map(([a, b, text]) => said(text.replace("C", `m+n = ${a}+${b} = ${a + b}`), a + b, a, b)),
  ],
  [
    "headers",
    fc
      .tuple(
        n,
        from(
          "Final Answer:\n  The remainder asked for is:\n  \\[N\\]",
          "**Answer**\n\nN",
          "## Final Answer\n\nThe total is:\nN",
          "Final Answer:\n\n\\[Answer: 0N\\]",
        ),
      )
      .map(([a, text]) => said(text.replace("N", String(a)), a, a + 1)),
  ],
  [
    "open thoughts",
    fc
      .tuple(
        n,
        from(
          "<think>\nIt should be #",
          "<think>\nSo \\boxed{#}. Wait, case 3 is",
          "<thinking>The answer is #",
          "[THINK]#",
        ),
      )
      .map(([a, text]) => [
        wrong("response", a, text.replace("#", String(a))),
        right(
          "response",
          a,
          text
            .replace("#", String(a + 1))
            .replace(
              /^(<\w+>|\[THINK\])([\s\S]*)$/,
              (_, open: string, thought: string) =>
                `${open}${thought}${open.replace(/^([<[])/, "$1/")}\n\nThe answer is ${a}.`,
            ),
        ),
      ]),
  ],
  [
    "a next example",
    fc
      .tuple(n, m)
      .map(([a, b]) =>
        said(
          `${a - b} + ${b} = ${a}\n#### ${a}\n\nQuestion: Ann has ${b} cats and gets 100 more. How many?\nAnswer: ${b} + 100 = ${b + 100}\n#### ${b + 100}`,
          a,
          b,
          b + 100,
        ),
      ),
  ],
  [
    "environments",
    fc.tuple(n, m).map(([a, b]) => said(`\\begin{align*}s&=${a}\\cdot${b}\\\\&=${a * b}\\end{align*}`, a * b, a, b)),
  ],
  [
    "conditions",
    fc
      .tuple(n, m, letter)
      .map(([a, b, k]) => [
        wrong(
          "response",
          a,
          `\\boxed{${a} \\text{ if } ${k} \\text{ is even and } ${b} \\text{ if } ${k} \\text{ is odd}}`,
        ),
        wrong("response", a, `\\boxed{${a} \\text{ with } ${b} \\text{ also possible}}`),
        wrong(
          "answer",
          `${a} when ${k} is even, ${b} when ${k} is odd`,
          `${a} when ${k} is odd, ${b} when ${k} is even`,
        ),
        wrong("answer", `${a} when ${k} is even, ${b} when ${k} is odd`, String(a)),
        right(
          "answer",
          `${a} when ${k} is even, ${b} when ${k} is odd`,
          `${b} if ${k} is odd, and ${a} if ${k} is even`,
        ),
        right(
          "answer",
          `\\begin{cases}${a} & ${k} \\text{ is even}\\\\${b} & ${k}\\text{ is odd}\\end{cases}`,
          `${b} if ${k} is odd, and ${a} if ${k} is even`,
        ),
        wrong(
          "answer",
          `\\begin{cases}${a} & ${k} \\text{ even}\\\\${b} & ${k}\\text{ odd}\\end{cases}`,
          `\\begin{cases}${b} & ${k} \\text{ even}\\\\${a} & ${k}\\text{ odd}\\end{cases}`,
        ),
        wrong("answer", `${k} \\text{ even}`, `${k} \\text{ odd}`),
        right("answer", `${a}${k}^2`, `${a}${k}^2 \\text{ for } ${k} > 0`),
        wrong("answer", `${a}${k}^2 \\text{ for } ${k} < 0`, `${a}${k}^2 \\text{ for } ${k} > 0`),
        right("answer", `f(x)=${a}x`, `f(x)=${a}x \\text{ for any real } x`),
      ]),
  ],
  [
    "families",
    fc
      .tuple(n, m, fc.uniqueArray(letter, { minLength: 2, maxLength: 2 }))
      .map(([a, b, [k = "k", l = "n"]]) => [
        right("answer", `${b}${k}+${a}, ${k}\\in\\mathbb{Z}`, `${b}${l}+${a}, ${l}\\in\\mathbb{Z}`),
        wrong("answer", `${b}${k}+${a}, ${k}\\in\\mathbb{Z}`, `${b}${l}+${a + 1}, ${l}\\in\\mathbb{Z}`),
        wrong("answer", `${b}${k}+${a}`, `${b}${l}+${a}`),
      ]),
  ],
  [
    "asides",
    fc
      .tuple(n, m)
      .map(([a, b]) => [
        wrong("answer", a, `${a} (or ${a + b})`),
        wrong("answer", a, `${a} (or ${a + 1}, or ${a + 2})`),
        wrong("response", a, `\\boxed{${a}\\text{ (or maybe ${a + b})}}`),
        right("answer", a, `${a} (or \\frac{${a * b}}{${b}})`),
        right("answer", a, `${a} (or ${a}.0)`),
        right("answer", a, `${a} (in total)`),
      ]),
  ],
  [
    "tiny numbers",
    fc
      .tuple(m, fc.integer({ min: 3000, max: 9000 }), fc.integer({ min: 15, max: 40 }))
      .map(([a, long, short]) => [
        wrong("answer", `\\frac{1}{${a}^{${long}}}`, `\\frac{1}{${a}^{${long + 1}}}`),
        right("answer", `\\frac{1}{${a}^{${long}}}`, `${a}^{-${long}}`),
        wrong("answer", `${a}\\pi\\times10^{-${short}}`, `${a + 1}\\pi\\times10^{-${short}}`),
        right("answer", `${a}\\pi\\times10^{-${short}}`, `\\frac{${a}\\pi}{10^{${short}}}`),
        wrong("answer", `e^{-${short}}`, `e^{-${short + 3}}`),
        wrong("answer", "0", `\\frac{\\sqrt{${a}}}{10^{${short}}}`),
        wrong("answer", "x", `x + 10^{-${short}}`),
        right("answer", "0", `\\sqrt{${a}}-\\frac{${a}}{\\sqrt{${a}}}`),
      ]),
  ],
  [
    "short words",
    from<readonly [string, string, boolean]>(
      ["No", "\\boxed{no}", true],
      ["no", "No.", true],
      ["no", "on", false],
      ["no", "yes", false],
      ["Yes", "Yes, it does.", true],
      ["No", "Yes, it does.", false],
      ["no solution", "No solution exists.", true],
      ["no solution", "no idea", false],
      ["no real root", "no integer root", false],
      ["no solution", "No", false],
    ).map(([gold, pred, good]) => [{ kind: "response", gold, pred, right: good }]),
  ],
  [
    "times of day",
    fc
      .tuple(
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 10, max: 59 }),
        from(" pm", " PM", " p.m.", "\\text{ pm}"),
      )
      .map(([hour, minute, half]) => [
        right("answer", `${hour}:${minute} PM`, `${hour}:${minute}${half}`),
        wrong("answer", `${hour}:${minute} AM`, `${hour}:${minute}${half}`),
        wrong("answer", `${hour + 1}:${minute} PM`, `${hour}:${minute}${half}`),
      ]),
  ],
  [
    "indices",
    fc
      .tuple(letter, m, m)
      .map(([u, i, g]) => [
        right("answer", `\\frac{${u}^2_${i}}{${g}g}`, `\\frac{${u}_${i}^2}{${g}g}`),
        wrong("answer", `\\frac{${u}^2_${i}}{${g}g}`, `\\frac{${u}_${i + 1}^2}{${g}g}`),
        wrong("answer", `\\frac{${u}^2_${i}}{${g}g}`, `\\frac{${u}_${i}^3}{${g}g}`),
      ]),
  ],
  [
    "targets that are solutions",
    fc
      .tuple(n, m)
      .map(([a, b]) => [
        ...["\\boxed{A}", "So it is A.", "The answer is $A$."].flatMap((text) =>
          [
            `The sides are $${b}k$ and $k=${b}$, so the longer one is $\\boxed{${a}}$.`,
            `${a - b} + ${b} = <<${a - b}+${b}=${a}>>${a}\n#### ${a}`,
          ].flatMap((gold) => [
            right("response", gold, text.replace("A", String(a))),
            wrong("response", gold, text.replace("A", String(b))),
          ]),
        ),
        right("choice", "\\boxed{B}", "The answer is B."),
        wrong("choice", "The answer is (D) a prism", "B"),
      ]),
  ],
  [
    "systems",
    fc
      .tuple(m, m, n, n)
      .map(([x, y, u, v]) => [
        right("answer", `x = ${x}, y = ${u} \\text{ and } x = ${u}, y = ${y}`, `x=${u},y=${y}; x=${x},y=${u}`),
        wrong(
          "answer",
          `x = ${x}, y = ${u} \\text{ and } x = ${u}, y = ${v + 100}`,
          `x=${u},y=${x}; x=${v + 100},y=${u}`,
        ),
      ]),
  ],
  [
    "all but some",
    fc
      .tuple(n, m)
      .map(([a, b]) => [
        right("answer", `\\mathbb{R}\\setminus\\{${a}\\}`, `all real numbers except ${a}`),
        wrong("answer", `\\mathbb{R}\\setminus\\{${a}\\}`, `all real numbers except ${b}`),
        wrong("answer", a, `all real numbers except ${a}`),
        wrong("answer", "\\mathbb{R}", `all real numbers except ${a}`),
      ]),
  ],
  [
    "options with their value",
    fc
      .tuple(n, from("A", "C", "E"))
      .map(([a, option]) => [
        right("response", a, `\\boxed{\\textbf{(${option})}\\ ${a}}`),
        right("answer", `\\textbf{(${option})}\\ ${a}`, String(a)),
        wrong("answer", `\\textbf{(${option})}\\ ${a}`, `\\textbf{(${option})}\\ ${a + 1}`),
        wrong("answer", `\\textbf{(${option})}\\ ${a}`, `\\textbf{(B)}\\ ${a}`),
      ]),
  ],
  [
    "congruences and binomials",
    fc
      .tuple(n, m)
      .map(([a, b]) => [
        right("answer", a, `\\equiv ${a} \\pmod{${a + b}}`),
        wrong("answer", a + b, `\\equiv ${a} \\pmod{${a + b}}`),
        right("answer", `{}^{${a}}C_{2}`, String((a * (a - 1)) / 2)),
        right("answer", `\\binom{${a}}{2}`, `^{${a}}C_{2}`),
        wrong("answer", `{}^{${a}}C_{2}`, String((a * (a + 1)) / 2)),
      ]),
  ],
  [
    "units run together",
    n.map((a) => [
      right("answer", `${a}\\text{ m/s}`, `${a}\\ \\mathrm{ms^{-1}}`),
      right("answer", `${a}\\text{ m/s}^2`, `${a}\\ \\mathrm{ms^{-2}}`),
      wrong("answer", `${a}\\text{ m/s}^2`, `${a}\\ \\mathrm{ms^{-1}}`),
      wrong("answer", `${a}\\text{ m/s}`, `${a}\\text{ ms}`),
    ]),
  ],
  [
    "letters",
    fc.tuple(letters, fc.nat({ max: 10_000 })).map(([[x = "B", y = "D"], at]) => {
      const write = (text: string): string =>
        text.replaceAll(/(?<![A-Za-z])X(?![a-zA-Z])/g, x).replaceAll(/(?<![A-Za-z])Y(?![a-zA-Z])/g, y);
      const good = write(choosing[at % choosing.length] as string);
      const bad = write(notChoosing[at % notChoosing.length] as string);
      return [right("choice", x, good), wrong("choice", y, good), wrong("choice", x, bad)];
    }),
  ],
];
