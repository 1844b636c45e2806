import { createHash } from "node:crypto";
import type { JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Document } from "../document.ts";
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
        <header class="top">
          <h1>{inertLine(document.title)}</h1>
          <p class="subtitle">{inertLine(document.subtitle)}</p>
          <div class="finding">
            {document.finding.map((sentence) => (
              <p>
                <Words text={sentence} />
              </p>
            ))}
          </div>
          <nav aria-label="Sections">
            {document.sections
              .filter(({ nav }) => nav !== null)
              .map(({ id, title, nav }) => (
                <a href={`#${id}`}>{inertLine(nav ?? title)}</a>
              ))}
          </nav>
        </header>
        <main>
          {document.sections.map(({ id, title, blocks }) => (
            <section id={id}>
              <h2>{inertLine(title)}</h2>
              {blocks.map((block) => (
                <BlockView block={block} />
              ))}
            </section>
          ))}
        </main>
        <footer>{inertLine(document.footer)}</footer>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}
