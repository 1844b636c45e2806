// Ways to end a worked solution, for `bench/graders.mjs solutions`: `lines` of the solution, `last` as it writes its number.
const german = (text) => Number(text.replaceAll(",", "")).toLocaleString("de-DE");
const boldNumber = (line, last) => {
  const at = line.lastIndexOf(last);
  return at < 0 ? line : `${line.slice(0, at)}**${last}**${line.slice(at + last.length)}`;
};
const ending = (lines, text) => `${lines.join("\n")}\n\n${text}`;

export const forms = {
  plain: (lines) => lines.join("\n"),
  "last line in bold": (lines) => [...lines.slice(0, -1), `**${lines.at(-1)}**`].join("\n"),
  "number in bold": (lines, last) => [...lines.slice(0, -1), boldNumber(lines.at(-1), last)].join("\n"),
  "bold number added": (lines, last) => ending(lines, `**${last}**`),
  "bold price added": (lines, last) => ending(lines, `**$${last}**`),
  "bold total added": (lines, last) => ending(lines, `**Total: $${last}**`),
  "bold sentence added": (lines, last) => ending(lines, `**Therefore, they have ${last} left.**`),
  "sentence with a bold price added": (lines, last) => ending(lines, `Therefore, the total is **$${last}**.`),
  German: (lines, last) => ending(lines, `Insgesamt sind es also ${german(last)} Euro.`),
  Spanish: (lines, last) => ending(lines, `Por lo tanto, el total es de ${last} dólares.`),
  French: (lines, last) => ending(lines, `Il lui reste donc **${last} $**.`),
  Chinese: (lines, last) => ending(lines, `所以一共是${last}元。`),
};
