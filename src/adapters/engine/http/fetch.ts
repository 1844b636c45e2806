import { request, type Agent, type Dispatcher } from "undici";

/** Header names without regard to case; all that the SDK asks of headers. */
class HeaderMap extends Map<string, string> {
  override get(name: string): string {
    // Null is what `Headers` gives for a missing one.
    return super.get(name.toLowerCase()) ?? (null as unknown as string);
  }
}

const headersOf = (headers: Dispatcher.ResponseData["headers"]): HeaderMap =>
  new HeaderMap(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );

const responseOf = (url: string, { statusCode, headers, body }: Dispatcher.ResponseData) => ({
  url,
  status: statusCode,
  ok: statusCode >= 200 && statusCode < 300,
  headers: headersOf(headers),
  body,
  text: () => body.text(),
  json: () => body.json(),
});

type Init = Readonly<{
  method?: string;
  headers?: Iterable<[string, string]>;
  body?: string | Uint8Array | null;
  signal?: AbortSignal | null;
}>;

/**
 * `fetch` as far as the SDK needs it, over undici's own request: without web streams, which cost more than all the rest
 * of a request together. Follows no redirects.
 */
export const createFetch = (dispatcher: Agent): typeof fetch => {
  const send = async (url: string, { method = "GET", headers = [], body = null, signal = null }: Init) =>
    responseOf(
      url,
      await request(url, {
        dispatcher,
        method: method as Dispatcher.HttpMethod,
        headers: Object.fromEntries(headers),
        body,
        signal,
      }),
    );
  return send as unknown as typeof fetch;
};
