import type { NativeRequest } from "../../../ports/native-engine.ts";
import { knobBody } from "./knobs.ts";
import type { Resolved } from "./described.ts";
import type { Protocol } from "./protocol.ts";
import { emptyReply, readReply, responseOf } from "./reply.ts";

type Chat = Pick<Resolved, "fields" | "extra" | "countsUnasked"> &
  Readonly<{ model: string; stream: boolean; prefix: string }>;

/** Chat completions. */
export const chatProtocol = ({ fields, extra, countsUnasked, model, stream, prefix }: Chat): Protocol => ({
  path: `${prefix}/chat/completions`,
  body: (asked: NativeRequest) => ({
    ...knobBody(fields, extra, asked),
    model,
    messages: [{ role: "user", content: asked.question }],
    stream,
    ...(stream && !countsUnasked ? { stream_options: { include_usage: true } } : {}),
  }),
  reader: () => {
    const reply = emptyReply();
    return { take: (event) => readReply(reply, event), response: () => responseOf(reply) };
  },
});
