import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { apiPath } from "../view/asked.ts";
import { ask } from "./api.ts";
import { A, Heading } from "./parts/parts.tsx";
import { keysOn, useKeys } from "./parts/keys.ts";
import { switchTheme, theme } from "./parts/theme.ts";
import { go, here, isBundle, route } from "./place.ts";
import { inertLine } from "../core/inert.ts";
import { to } from "../view/route.ts";
import type { Located } from "../view/types/attempts.ts";
import { AttemptsPage } from "./pages/attempts.tsx";
import { ChainPage } from "./pages/chain.tsx";
import { ComparePage } from "./pages/compare.tsx";
import { ExperimentPage } from "./pages/experiment.tsx";
import { FigurePage } from "./pages/figure.tsx";
import { HomePage } from "./pages/home.tsx";
import { ProblemsPage } from "./pages/problems.tsx";
import { VsPage } from "./pages/vs.tsx";

/** Frame and page. */
export function App(): JSX.Element {
  const { page, experiment } = route.value;
  const [help, showHelp] = useState(false);
  useKeys({
    "?": () => showHelp(!help),
    Escape: () => showHelp(false),
    "/": () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
    g: () => (experiment === "" ? go(to.home) : go(to.experiment(experiment))),
  });
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => (event.preventDefault(), document.querySelector<HTMLElement>("h1")?.focus())}
      >
        to the content
      </a>
      <header class="top">
        <nav aria-label="page">
          <A to={to.home} class="brand">
            Overthink
          </A>
          {experiment === "" ? null : <Sections experiment={experiment} page={page} />}
        </nav>
        <div class="tools">
          {isBundle() ? null : <ShareButton />}
          <button type="button" onClick={() => showHelp(!help)} aria-expanded={help} title="keys">
            ?
          </button>
          <button type="button" onClick={switchTheme}>
            {theme.value === "dark" ? "Light" : "Dark"}
          </button>
        </div>
      </header>
      {window.overthinkBundle ? <BundleNote {...window.overthinkBundle} /> : null}
      {help ? <Help /> : null}
      <main id="main">{pageOf(page)}</main>
    </>
  );
}

function pageOf(page: typeof route.value.page): JSX.Element {
  const { experiment, problem, query } = route.value;
  switch (page) {
    case "home":
      return <HomePage />;
    case "experiment":
      return <ExperimentPage key={experiment} experiment={experiment} query={query} />;
    case "problems":
      return <ProblemsPage key={experiment} experiment={experiment} query={query} />;
    case "attempts":
      return <AttemptsPage key={experiment} experiment={experiment} query={query} />;
    case "compare":
      return <ComparePage key={experiment} experiment={experiment} query={query} />;
    case "figure":
      return <FigurePage key={experiment} experiment={experiment} query={query} />;
    case "chain":
      return <ChainPage key={`${experiment} ${problem}`} experiment={experiment} problem={problem} query={query} />;
    case "vs":
      return <VsPage key={`${experiment} ${problem}`} experiment={experiment} problem={problem} query={query} />;
    case "attempt":
      return <Redirect id={experiment} />;
    case "missing":
      return (
        <>
          <Heading title="There is no such page" />
          <p>
            <A to={to.home}>All experiments</A>
          </p>
        </>
      );
  }
}

const sections = [
  ["experiment", "Curve", to.experiment],
  ["problems", "Problems", to.problems],
  ["attempts", "Attempts", to.attempts],
  ["compare", "Compare", to.compare],
  ["figure", "Figure", to.figure],
] as const;

const Sections = ({ experiment, page }: { experiment: string; page: string }): JSX.Element => (
  <>
    <span class="crumb">{experiment}</span>
    {sections.map(([name, title, path]) => (
      <A key={name} to={path(experiment)} aria-current={name === page ? "page" : undefined}>
        {title}
      </A>
    ))}
  </>
);

function ShareButton(): JSX.Element {
  const [said, say] = useState("Copy link");
  const copy = (): void => {
    navigator.clipboard.writeText(location.href).then(
      () => say("Copied"),
      () => say("Copy it from the address bar"),
    );
    setTimeout(() => say("Copy link"), 2000);
  };
  return (
    <button type="button" onClick={copy}>
      {said}
    </button>
  );
}

const BundleNote = ({ made, filter, left_out }: { made: string; filter: string; left_out: string }): JSX.Element => (
  <p class="notice">
    A copy of {made}, {filter}. {left_out}
  </p>
);

const helps = [
  ["j, k", "next and previous problem"],
  ["n, p", "next and previous place where right and wrong change"],
  ["[, ]", "previous and next mark along the thought"],
  ["h", "colours of the tokens"],
  ["v", "two settings side by side"],
  ["a", "attempts at this problem"],
  ["/", "search"],
  ["g", "the experiment"],
  ["?", "these keys"],
] as const;

const Help = (): JSX.Element => (
  <section class="help" aria-label="keys">
    <dl>
      {helps.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
    <label>
      <input
        type="checkbox"
        checked={keysOn.value}
        onChange={(event) => (keysOn.value = event.currentTarget.checked)}
      />{" "}
      single keys
    </label>
    {isBundle() ? null : (
      <>
        <p>A copy of what is shown here, for somebody without this database:</p>
        <pre>overthink view --db FILE --bundle FOLDER --page &quot;{inertLine(here.value)}&quot;</pre>
      </>
    )}
  </section>
);

/** `/a/17` leads to where the attempt stands. */
function Redirect({ id }: { id: string }): JSX.Element {
  const [fault, say] = useState("");
  useEffect(() => {
    ask<Located>(apiPath(["a", id])).then(
      ({ experiment, problem, epoch, setting }) =>
        go(to.chain(experiment, problem, { epoch: epoch === 0 ? null : epoch, point: setting }), { replace: true }),
      (error: unknown) => say((error as Error).message),
    );
  }, [id]);
  return <Heading title={fault || `Attempt ${id}`} />;
}
