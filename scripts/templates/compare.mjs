// Renders the cases of battery.py or fuzz.py with our own renderer, and shows where the texts part.
import { readFileSync } from "node:fs";
const dist = new URL("../../dist", import.meta.url);
const { parseTemplate } = await import(`${dist}/formats/jinja/parser.js`);
const { renderTemplate } = await import(`${dist}/formats/jinja/render.js`);
const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
let same = 0,
  bothRefuse = 0;
const bad = new Map();
for (const c of cases) {
  let got, err;
  try {
    got = renderTemplate(parseTemplate(c.template), c.given, "2025-06-28");
  } catch (e) {
    err = e.constructor.name === "TemplateFault" ? e.message : "CRASH " + e.stack;
  }
  if (c.error !== undefined && err !== undefined && !err.startsWith("CRASH")) bothRefuse++;
  else if (c.error === undefined && got === c.output) same++;
  else {
    const k = c.name.split("#")[0];
    if (!bad.has(k)) bad.set(k, []);
    bad.get(k).push({ n: c.name, want: c.error ?? c.output, got: err ?? got });
  }
}
console.log({ total: cases.length, same, bothRefuse, bad: [...bad.values()].flat().length, templates: bad.size });
for (const [k, v] of [...bad].slice(0, 25)) {
  const { n, want, got } = v[0];
  let at = 0;
  while (want[at] === got[at] && at < want.length) at++;
  console.log(
    k,
    v.length,
    n,
    "\n  want",
    JSON.stringify(want.slice(Math.max(0, at - 40), at + 80)),
    "\n  got ",
    JSON.stringify(got.slice(Math.max(0, at - 40), at + 120)),
  );
}
