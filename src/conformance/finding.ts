export type Verdict = "ok" | "warn" | "fail";

/** What one probe of an engine found, and what that means for an experiment. */
export type Finding = Readonly<{
  probe: string;
  finding: string;
  verdict: Verdict;
  meaning: string;
}>;

const columns = ["probe", "finding", "meaning"] as const;

const signs: Readonly<Record<Verdict, string>> = { ok: "ok  ", warn: "WARN", fail: "FAIL" };

/** A table for a terminal; the meaning is shown where something is to be said. */
export const findingsTable = (findings: readonly Finding[]): string => {
  const shown = findings.map((finding) => ({ ...finding, meaning: finding.verdict === "ok" ? "" : finding.meaning }));
  const width = (name: (typeof columns)[number]) => Math.max(0, ...shown.map((row) => row[name].length));
  const line = (row: Finding): string =>
    `${signs[row.verdict]}  ${row.probe.padEnd(width("probe"))}  ${row.finding.padEnd(width("finding"))}  ${row.meaning}`.trimEnd();
  return shown.map(line).join("\n");
};
