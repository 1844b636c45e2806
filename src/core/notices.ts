import { channel } from "node:diagnostics_channel";

/** Remarks of parts that know nobody to tell them to, each a text of one line. */
export const notices = channel("overthink:notice");
