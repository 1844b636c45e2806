import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { inertLine } from "../../core/inert.ts";
import type { Card, Curves, Dot, Home } from "../../view/types/home.ts";
import { apiPath } from "../../view/asked.ts";
import { useApi } from "../api.ts";
import { A, Heading, Shown } from "../parts/parts.tsx";
import { Spark } from "../parts/spark.tsx";
import { State } from "../parts/state.tsx";
import { to } from "../../view/route.ts";
import { count, day } from "../parts/words.ts";

/** Milliseconds after which cards of runs are read again. */
const AGAIN = 5000;

export function HomePage(): JSX.Element {
  const [version, setVersion] = useState(0);
  const home = useApi<Home>(apiPath(["experiments"]), version);
  const curves = useApi<Curves>(apiPath(["curves"]), version);
  const isRunning = home.data?.experiments.some(({ runner }) => runner !== null) ?? false;
  useEffect(() => {
    if (!isRunning) return;
    const again = setInterval(() => document.hidden || setVersion((v) => v + 1), AGAIN);
    return () => clearInterval(again);
  }, [isRunning]);
  return (
    <>
      <Heading title="Experiments" />
      <Shown of={home}>
        {({ experiments, unreadable }) => (
          <>
            {unreadable.map(({ db, error, hint }) => (
              <p key={db} class="notice" role="alert">
                {inertLine(error)} <span class="meta">{inertLine(hint ?? "")}</span>
              </p>
            ))}
            <Cards experiments={experiments} curves={curves.data} />
          </>
        )}
      </Shown>
    </>
  );
}

const Cards = ({ experiments, curves }: { experiments: readonly Card[]; curves: Curves | null }): JSX.Element =>
  experiments.length === 0 ? (
    <p>Nothing has been run yet. `overthink run FILE.yaml` makes the first.</p>
  ) : (
    <ul class="cards">
      {experiments.map((card) => (
        <CardOf key={card.key} card={card} dots={curves?.[card.key] ?? null} />
      ))}
    </ul>
  );

const CardOf = ({ card, dots }: { card: Card; dots: readonly Dot[] | null }): JSX.Element => (
  <li class="card">
    <h2>
      <A to={to.experiment(card.key)}>{inertLine(card.key)}</A>
    </h2>
    <State state={card} />
    <Spark dots={dots} />
    <p class="meta">
      {inertLine(`${card.models.join(", ")} on ${card.datasets.join(", ")}`)} · {count(card.settings)} settings,{" "}
      {count(card.decoded_tokens)} tokens
    </p>
    <p class="meta">
      {day(card.last_run ?? card.created_at)} · {inertLine(card.db)}
    </p>
  </li>
);
