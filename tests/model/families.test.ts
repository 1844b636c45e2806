import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createLlamaEngine } from "../../src/adapters/engine/llama/engine.ts";
import { resolveFormat } from "../../src/formats/resolve.ts";
import { control, userDefined, writeTinyModel } from "../fixtures/awkward/gguf.ts";
import { allFamilies, frozen, promptOf, tailOf, templateOf } from "../fixtures/families/families.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** As scripts/templates/families.py makes them. */
const merges = [
  ["o", "u"],
  ["Ġ", "i"],
] as const;

describe.each(allFamilies)("a GGUF of the family $name", (facts) => {
  it("is asked in the ids that Hugging Face's tokenizers make of its real template", async () => {
    const path = join(folder, `${facts.name}.gguf`);
    writeTinyModel(path, {
      marks: [
        ...facts.control.map((mark) => [mark, control] as const),
        ...facts.user_defined.map((mark) => [mark, userDefined] as const),
      ],
      template: templateOf(facts),
      merges,
      eos: facts.eos,
      ...(facts.bos === null ? {} : { bos: facts.bos }),
    });
    const engine = await createLlamaEngine({ path, sequences: 1 });
    try {
      const { prompt, delimiters } = await resolveFormat(facts.family, engine, "m");
      const prompts = [];
      const tails = [];
      for (const question of frozen.questions) {
        const ids = [...(await prompt(question)).ids, ...delimiters.thinkingStart];
        expect(await engine.detokenize(ids)).toBe(promptOf(facts, question));
        const tail = await engine.tokenize(tailOf(facts, question), { special: true });
        prompts.push(ids);
        tails.push(ids.slice(-tail.length));
      }
      const known = frozen.families.find(({ name }) => name === facts.name);
      expect(hash(tails)).toBe(known?.tails);
      if (known?.prompts !== undefined) expect(hash(prompts)).toBe(known.prompts);
    } finally {
      await engine.close();
    }
  });
});
