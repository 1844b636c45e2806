// Reads and renders chat templates in a thread of its own, which its starter ends where one takes too long or too much.
import { parentPort } from "node:worker_threads";
import { TemplateExcess } from "../dist/formats/jinja/fault.js";
import { parseTemplate } from "../dist/formats/jinja/parser.js";
import { readsOf } from "../dist/formats/jinja/reads.js";
import { renderTemplate } from "../dist/formats/jinja/render.js";

/** One template is rendered many times; a model and its server have two at most. */
const known = new Map();

const parsed = (text) => {
  if (!known.has(text)) {
    const body = parseTemplate(text);
    if (known.size >= 4) known.clear();
    known.set(text, body);
  }
  return known.get(text);
};

parentPort.on("message", ({ text, variables, date }) => {
  try {
    const body = parsed(text);
    parentPort.postMessage({
      answer: variables === null ? [...readsOf(body)] : renderTemplate(body, variables, date),
    });
  } catch (error) {
    const isExcess = error instanceof TemplateExcess;
    parentPort.postMessage({ fault: error instanceof Error ? error.message : String(error), isExcess });
  }
});
