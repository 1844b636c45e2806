import { inert } from "../core/inert.ts";

/** A remark on stderr, apart from the output. */
export const note = (text: string): void => void process.stderr.write(`note: ${inert(text)}\n`);
