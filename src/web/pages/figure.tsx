import type { JSX } from "preact";
import { inert } from "../../core/inert.ts";
import type { Axes, Figure } from "../../view/types/experiment.ts";
import { apiPath, useApi } from "../api.ts";
import { Heading, Select, Shown, Words } from "../parts/parts.tsx";
import { Plot } from "../parts/svg.tsx";
import { isBundle, refine } from "../place.ts";
import { searchOf } from "../route.ts";

const names: Readonly<Record<string, string>> = {
  svg: "SVG",
  "dark.svg": "SVG, dark",
  "column.svg": "SVG, a column wide",
  png: "PNG",
  pdf: "PDF",
  "column.pdf": "PDF, a column wide",
  csv: "CSV of its points",
};

/** The report's figure, to take away. */
export function FigurePage({
  experiment,
  query,
}: {
  experiment: string;
  query: Readonly<Record<string, string>>;
}): JSX.Element {
  const { x = "thinking", level = "", dataset = "" } = query;
  const figure = useApi<Figure>(apiPath(["e", experiment, "figure"], { x, level, dataset }));
  // Which axes there are takes all costs, and the picture would wait for them.
  const own = useApi<Axes>(figure.loading && figure.data === null ? null : apiPath(["e", experiment, "axes"]));
  const fileOf = (ending: string): string =>
    `/api/e/${encodeURIComponent(experiment)}/figure.${ending}${searchOf({ x, level, dataset })}`;
  return (
    <>
      <Heading title={`Figure of ${experiment}`} />
      <Shown of={own}>
        {(axes) => (
          <div class="fields">
            <Select
              label="against"
              value={x}
              choices={axes.map((axis) => ({ value: axis, label: axis }))}
              onChange={(value) => refine({ x: value === "thinking" ? null : value, level: null })}
            />
          </div>
        )}
      </Shown>
      <Shown of={figure}>
        {(made) => (
          <div class="overview">
            <div>
              <Plot picture={made.picture} />
              <p class="caption">
                <Words words={made.picture.caption} />
              </p>
            </div>
            <div>
              {isBundle() ? null : (
                <p class="downloads">
                  {made.files.map((ending) => (
                    <a key={ending} href={fileOf(ending)} download={`${experiment}.${ending}`}>
                      {names[ending] ?? ending}
                    </a>
                  ))}
                </p>
              )}
              <h2>The command</h2>
              <pre>{inert(made.command)}</pre>
              <h2>The numbers</h2>
              <pre>{inert(made.sql)}</pre>
            </div>
          </div>
        )}
      </Shown>
    </>
  );
}
