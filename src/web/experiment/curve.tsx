import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Axes, Picture, Sums } from "../../view/types/experiment.ts";
import { apiPath } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Levels, Select, Shown, Words } from "../parts/parts.tsx";
import { Plot } from "../parts/svg.tsx";
import { go, refine } from "../place.ts";
import { to } from "../../view/route.ts";

type Props = Readonly<{
  experiment: string;
  datasets: readonly string[];
  sums: Sums | null;
  query: Readonly<Record<string, string>>;
  version?: string;
}>;

/** A click lists the attempts of a dot; a shift-click on a second one compares it with the first. */
export function Curve({ experiment, datasets, sums, query, version = "" }: Props): JSX.Element {
  const { x = "thinking", level = "", dataset = "" } = query;
  const picture = useApi<Picture | null>(apiPath(["e", experiment, "curve"], { x, level, dataset }), version);
  // Which axes there are takes all costs, and the picture would wait for them.
  const axes = useApi<Axes>(picture.data === null ? null : apiPath(["e", experiment, "axes"]));
  const [first, choose] = useState<string | null>(null);
  const act = (key: string, event: MouseEvent | KeyboardEvent): void => {
    if (!event.shiftKey) return go(to.attempts(experiment, { point: key }));
    if (first === null || first === key) return choose(first === key ? null : key);
    go(to.compare(experiment, { a: first, b: key }));
  };
  return (
    <section aria-label="curve">
      <div class="fields">
        <Select
          label="against"
          value={x}
          choices={(axes.data ?? [x]).map((axis) => ({ value: axis, label: axis }))}
          onChange={(value) => refine({ x: value === "thinking" ? null : value, level: null })}
        />
        <Levels levels={sums?.levels ?? []} value={level} onChange={(value) => refine({ level: value, x: null })} />
        {datasets.length > 1 ? (
          <Select
            label="data set"
            value={dataset || (datasets[0] ?? "")}
            choices={datasets.map((value) => ({ value, label: value }))}
            onChange={(value) => refine({ dataset: value })}
          />
        ) : null}
      </div>
      {first === null ? null : (
        <p class="notice">
          {first} is chosen. Shift-click another dot to compare. <button onClick={() => choose(null)}>Forget it</button>
        </p>
      )}
      <Shown of={picture}>
        {(drawn) =>
          drawn === null ? (
            <p>No attempt is finished yet.</p>
          ) : (
            <>
              <Plot picture={drawn} chosen={first} onDot={act} />
              <p class="caption">
                <Words words={drawn.caption} />
              </p>
            </>
          )
        }
      </Shown>
    </section>
  );
}
