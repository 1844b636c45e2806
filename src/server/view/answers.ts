export type Answer = Readonly<{ status: 200 | 400 | 404; type: string; body: string | Uint8Array }>;

/** Where answers come from: a path such as `/api/experiments` and a query in which each name stands once. */
export type Answers = (path: string, query: Readonly<Record<string, string>>) => Promise<Answer>;
