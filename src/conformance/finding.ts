export type Verdict = "ok" | "warn" | "fail";

/** What one probe of an engine found, and what that means for an experiment. */
export type Finding = Readonly<{
  probe: string;
  finding: string;
  verdict: Verdict;
  meaning: string;
}>;

const signs: Readonly<Record<Verdict, string>> = { ok: "ok  ", warn: "WARN", fail: "FAIL" };

/** As long as the longest name of a probe. */
const nameWidth = 22;

/** A line for a terminal; the meaning is shown where something is to be said. */
export const findingLine = ({ verdict, probe, finding, meaning }: Finding): string =>
  `${signs[verdict]}  ${probe.padEnd(nameWidth)}  ${finding}${verdict === "ok" ? "" : `: ${meaning}`}`;
