import type { JSX } from "preact";
import { refine } from "../place.ts";

/** Pages go on from a key, and back by the browser's own way. */
export const Pager = ({ next, after }: { next: string | null; after: string }): JSX.Element | null =>
  next === null && after === "" ? null : (
    <p class="pager">
      {after === "" ? null : (
        <button type="button" onClick={() => history.back()}>
          ← Back
        </button>
      )}{" "}
      {next === null ? (
        <span class="meta">This is the last page.</span>
      ) : (
        <button
          type="button"
          onClick={() => {
            refine({ after: next }, { replace: false });
            scrollTo(0, 0);
          }}
        >
          More →
        </button>
      )}
    </p>
  );
