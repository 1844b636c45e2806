import { writeFileSync } from "node:fs";
import { experimentJsonSchema } from "../../experiment/json-schema.ts";
import { registry } from "../../app/registry.ts";

/** The JSON Schema of experiment files, for editors. */
export function schemaCommand(flags: Readonly<{ out?: string }>): number {
  const text = `${JSON.stringify(experimentJsonSchema(registry), null, 2)}\n`;
  if (flags.out === undefined) process.stdout.write(text);
  else writeFileSync(flags.out, text);
  return 0;
}
