// A process reward for `rebase`: high where the last two passes of a thought come to the same value.
/** @type {import("overthink").Plugin<import("overthink").ScorerModule<any>>} */
export default ({ z }) => ({
  options: z.strictObject({
    agreed: z.number().min(0).max(1).default(0.9).describe("Reward of two passes with the same value."),
    single: z.number().min(0).max(1).default(0.5).describe("Reward of one pass alone."),
    differing: z.number().min(0).max(1).default(0.1).describe("Reward of two passes with different values."),
  }),
  score: (thoughts, { agreed, single, differing }) =>
    thoughts.map(({ response }) => {
      const values = response.split(".").flatMap((pass) => /=(\d)$/.exec(pass)?.[1] ?? []);
      if (values.length < 2) return single;
      return values.at(-1) === values.at(-2) ? agreed : differing;
    }),
});
