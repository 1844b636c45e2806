import type { JSX } from "preact";
import { inert, inertLine } from "../../core/inert.ts";
import type { Outcome } from "../../core/score.ts";
import type { Experiment, Setting, Sums } from "../../view/types/experiment.ts";
import { A, OutcomeLegend } from "../parts/parts.tsx";
import { count, estimate, outcomeNames, percent } from "../parts/words.ts";
import { to } from "../../view/route.ts";

type Props = Readonly<{ data: Experiment; settings: readonly Setting[]; sums: Sums | null }>;

/** Every number with its n: the table of the curve and the bars of outcomes in one. */
export function Outcomes({ data, settings, sums }: Props): JSX.Element {
  const dots = new Map(sums?.dots.map((dot) => [dot.key, dot]));
  return (
    <section>
      <h2>Settings</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>setting</th>
              <th class="right">accuracy, 95 %</th>
              <th class="right">thinking tokens</th>
              <th>outcomes</th>
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => {
              const dot = dots.get(setting.key);
              const { outcomes } = setting;
              const n = attemptsOf(setting) - outcomes.error - outcomes.unscored;
              const { accuracy = null, thinking = null } = sums?.means[setting.key] ?? {};
              return (
                <tr key={setting.key}>
                  <td>
                    <A to={to.attempts(data.key, { point: setting.key })} title={inert(setting.params)}>
                      {inertLine(setting.label)}
                    </A>
                    {dot?.partial ? <span class="meta"> partial</span> : null}
                    {data.models.length > 1 ? <span class="meta"> {inertLine(setting.model)}</span> : null}
                  </td>
                  <td class="right">
                    {dot ? estimate(dot.accuracy, dot.low, dot.high, dot.n) : estimate(accuracy, null, null, n)}
                  </td>
                  <td class="right">{count(thinking)}</td>
                  <td class="cells">
                    <Bar setting={setting} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <OutcomeLegend />
    </section>
  );
}

const attemptsOf = ({ outcomes }: Setting): number => Object.values(outcomes).reduce((sum, n) => sum + n, 0);

const shareOf = (setting: Setting, name: Outcome): string =>
  `${name} ${count(setting.outcomes[name])}, ${percent(setting.outcomes[name] / Math.max(1, attemptsOf(setting)))}`;

const Bar = ({ setting }: { setting: Setting }): JSX.Element => (
  <span
    class="bar"
    role="img"
    aria-label={outcomeNames
      .filter((name) => setting.outcomes[name] > 0)
      .map((name) => `${name} ${setting.outcomes[name]}`)
      .join(", ")}
  >
    {outcomeNames.map((name) => (
      <i
        key={name}
        class={`part-${name}`}
        style={{ flexGrow: setting.outcomes[name] }}
        title={shareOf(setting, name)}
      />
    ))}
  </span>
);
