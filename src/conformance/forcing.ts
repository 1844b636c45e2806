import { minTokens } from "./obedience.ts";
import { ok, warn, type Probe } from "./subject.ts";

/** What kind of budget forcing a host allows, in one line. */
export const forcing: Probe = {
  name: "budget forcing",
  meaning: "no method that continues a thought can be run",
  run: async (subject) => {
    if (subject.engine.info.identity["exact"] !== false)
      return ok("exact: ids in and out, so thoughts are cut, continued and their ends ignored token by token");
    const withheld = await minTokens.run(subject).catch(() => null);
    return withheld?.verdict === "ok"
      ? warn(
          "by text: a written thought is cut and continued, and its ends are ignored or withheld (logit_bias)",
          "seams are encoded again: counts and budgets are near, not exact",
        )
      : warn(
          "by text: a written thought is cut and continued; its ends cannot be withheld (no logit_bias)",
          "counts and budgets are near, not exact, and min_thinking_tokens has no effect",
        );
  },
};
