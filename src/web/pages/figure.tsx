import type { JSX } from "preact";
import { inert } from "../../core/inert.ts";
import type { Experiment, Figure, Sums } from "../../view/types/experiment.ts";
import { apiPath } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { Curve } from "../experiment/curve.tsx";
import { Heading, Shown } from "../parts/parts.tsx";
import { isBundle } from "../place.ts";
import { searchOf } from "../../view/route.ts";

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
  const own = useApi<Experiment>(apiPath(["e", experiment]));
  const sums = useApi<Sums>(apiPath(["e", experiment, "sums"]));
  const fileOf = (ending: string): string =>
    `/api/e/${encodeURIComponent(experiment)}/figure.${ending}${searchOf({ x, level, dataset })}`;
  return (
    <>
      <Heading title={`Figure of ${experiment}`} />
      <div class="overview">
        <div>
          <Curve experiment={experiment} datasets={own.data?.datasets ?? []} sums={sums.data} query={query} />
        </div>
        <div>
          <Shown of={figure}>
            {(made) => (
              <>
                {isBundle() ? null : (
                  <p class="downloads">
                    {made.files.map((ending) => (
                      <a key={ending} href={fileOf(ending)} download={`${experiment}.${ending}`}>
                        {names[ending] ?? ending}
                      </a>
                    ))}
                  </p>
                )}
                <h2>The command that writes the report</h2>
                <pre>{inert(made.command)}</pre>
                <h2>The query behind its numbers</h2>
                <pre>{inert(made.sql)}</pre>
              </>
            )}
          </Shown>
        </div>
      </div>
    </>
  );
}
