import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a user may have set for other programs, and what would change what these say. */
const foreign = [
  "CI",
  "FORCE_COLOR",
  "NO_COLOR",
  "CLICOLOR_FORCE",
  "NODE_OPTIONS",
  "NODE_EXTRA_CA_CERTS",
  "NODE_DEBUG",
  "DEBUG",
  "HF_TOKEN",
  "HF_ENDPOINT",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "OPENAI_LOG",
];

/** Tests see the same machine everywhere: nobody's keys, colours, cache or left-over files; what they leave behind goes. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "overthink-tests-"));
  for (const name of foreign) delete process.env[name];
  process.env["TMPDIR"] = folder;
  process.env["OVERTHINK_CACHE"] = join(folder, "cache");
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
