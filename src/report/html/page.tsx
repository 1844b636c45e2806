import { createHash } from "node:crypto";
import type { JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Block, Document, Section } from "../document.ts";
import { inertLine } from "../../core/inert.ts";
import { BlockView, Words } from "./blocks.tsx";
import { script } from "./script.ts";
import { style } from "./style.ts";

const hash = createHash("sha256").update(script).digest("base64");

/** Nothing may be loaded from anywhere, and no script may run but our own. */
export const policy =
  `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'; base-uri 'none'; ` +
  "form-action 'none'";

/** One file that needs nothing else. */
export const htmlPage = (document: Document): string =>
  `<!doctype html>\n${renderToString(<Page document={document} />)}\n`;

function Page({ document }: { document: Document }): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{inertLine(document.title)}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <nav aria-label="Contents">
          <a href="#finding">Finding</a>
          {document.sections.map(({ id, title }) => (
            <a href={`#${id}`}>{inertLine(title)}</a>
          ))}
        </nav>
        <div class="page">
          <header class="top">
            <h1>{inertLine(document.title)}</h1>
            <p class="subtitle">{inertLine(document.subtitle)}</p>
          </header>
          <main>
            <section class="first" id="finding" aria-label="Finding">
              {document.top.filter(isNotice).map((block) => (
                <BlockView block={block} />
              ))}
              <div class="finding">
                {document.finding.map((sentence) => (
                  <p>
                    <Words text={sentence} />
                  </p>
                ))}
              </div>
              <div class="pictures">
                {document.top.filter(isPicture).map((block) => (
                  <BlockView block={block} />
                ))}
              </div>
              <div class="numbers">
                {document.top
                  .filter((block) => !isPicture(block) && !isNotice(block))
                  .map((block) => (
                    <BlockView block={block} />
                  ))}
              </div>
            </section>
            {document.sections.map((section) => (
              <SectionView section={section} depth={2} />
            ))}
          </main>
          <footer>{inertLine(document.footer)}</footer>
        </div>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}

const isPicture = ({ kind }: Block): boolean => kind === "figure";

const isNotice = ({ kind }: Block): boolean => kind === "notice";

/** Closed until it is asked for; printed whole. */
function SectionView({ section, depth }: { section: Section; depth: 2 | 3 }): JSX.Element {
  const { id, title, lead, blocks, parts = [] } = section;
  return (
    <details class={`section depth-${depth}`} id={id}>
      <summary>
        {depth === 2 ? <h2>{inertLine(title)}</h2> : <h3>{inertLine(title)}</h3>}
        {lead ? <span class="lead">{inertLine(lead)}</span> : null}
      </summary>
      <div class="inside">
        {blocks.map((block) => (
          <BlockView block={block} />
        ))}
        {parts.map((part) => (
          <SectionView section={part} depth={3} />
        ))}
      </div>
    </details>
  );
}
