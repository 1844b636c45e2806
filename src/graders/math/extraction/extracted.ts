/** The final answer of a response and where it was found. */
export type Extracted = Readonly<{ answer: string; source: string }>;
