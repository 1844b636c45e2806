import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Answers } from "./answers.ts";

/** At most two events a second; a sign of life in between, so that nobody takes silence for an end. */
const [STEP, BREATH] = [500, 15_000];

type Live = Readonly<{ newest: number; state: Readonly<{ state: string }>; changed: boolean }>;

/** Tells what a run stores. The id of an event is the newest attempt, so a reader that comes back goes on there. */
export function liveStream(context: Context, answers: Answers): Response {
  const path = new URL(context.req.url).pathname.replace(/\/events$/, "/live");
  const from = Number(context.req.header("last-event-id") ?? context.req.query("after") ?? 0);
  return streamSSE(context, async (out) => {
    let [after, last, quiet] = [Number.isSafeInteger(from) && from >= 0 ? from : 0, "", 0];
    while (!out.aborted) {
      const told = await answers(path, { after: String(after) }).catch(() => null);
      if (told?.status === 404) {
        await out.writeSSE({ event: "gone", data: String(told.body) });
        return;
      }
      const live = told?.status === 200 ? (JSON.parse(String(told.body)) as Live) : null;
      if (live && (live.changed || JSON.stringify(live.state) !== last)) {
        await out.writeSSE({ event: "live", id: String(live.newest), data: JSON.stringify(live) });
        [after, last, quiet] = [live.newest, JSON.stringify(live.state), 0];
      } else if ((quiet += STEP) >= BREATH) {
        await out.write(": still here\n\n");
        quiet = 0;
      }
      await out.sleep(STEP);
    }
  });
}
