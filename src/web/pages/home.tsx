import type { JSX } from "preact";
import { inertLine } from "../../core/inert.ts";
import type { Card, Home } from "../../view/types.ts";
import { apiPath, useApi } from "../api.ts";
import { A, Heading, Shown } from "../parts/parts.tsx";
import { Spark } from "../parts/spark.tsx";
import { State } from "../parts/state.tsx";
import { to } from "../route.ts";
import { count, day } from "../parts/words.ts";

export function HomePage(): JSX.Element {
  const home = useApi<Home>(apiPath(["experiments"]));
  return (
    <>
      <Heading title="Experiments" />
      <Shown of={home}>
        {({ experiments }) =>
          experiments.length === 0 ? (
            <p>Nothing has been run yet. `overthink run FILE.yaml` makes the first.</p>
          ) : (
            <ul class="cards">
              {experiments.map((card) => (
                <CardOf key={card.key} card={card} />
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

const CardOf = ({ card }: { card: Card }): JSX.Element => (
  <li class="card">
    <h2>
      <A to={to.experiment(card.key)}>{inertLine(card.key)}</A>
    </h2>
    <State state={card} />
    <Spark dots={card.dots} />
    <p class="meta">
      {inertLine(`${card.models.join(", ")} on ${card.datasets.join(", ")}`)} · {count(card.settings)} settings,{" "}
      {count(card.decoded_tokens)} tokens
    </p>
    <p class="meta">
      {day(card.last_run ?? card.created_at)} · {inertLine(card.db)}
    </p>
  </li>
);
