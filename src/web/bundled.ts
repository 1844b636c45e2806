import { ApiFault } from "./fault.ts";

type Parts = Record<string, unknown>;

const parts = new Map<string, Promise<Parts>>();
const arrived = new Map<string, (part: Parts) => void>();

declare global {
  interface Window {
    /** Which file has the answer to a path. */
    overthinkIndex?: Readonly<Record<string, string>>;
    /** What each data file of a bundle calls. */
    overthinkData?: (file: string, part: Parts) => void;
    /** What a page in one file holds by itself. */
    overthinkParts?: Readonly<Record<string, Parts>>;
  }
}

/** A page from a file may neither fetch nor import: data are scripts that call one function. */
export async function bundled<T>(path: string): Promise<T> {
  const file = window.overthinkIndex?.[path];
  if (file === undefined)
    throw new ApiFault({ error: "this copy does not have that", hint: "ask for it in the viewer that made the copy" });
  return (await loaded(file))[path] as T;
}

function loaded(file: string): Promise<Parts> {
  const own = window.overthinkParts?.[file];
  if (own) return Promise.resolve(own);
  const known = parts.get(file);
  if (known) return known;
  window.overthinkData = (name, part) => arrived.get(name)?.(part);
  const coming = new Promise<Parts>((resolve, reject) => {
    arrived.set(file, resolve);
    const script = document.createElement("script");
    script.src = file;
    script.onerror = () => reject(new ApiFault({ error: `${file} is missing beside the page`, hint: null }));
    document.head.append(script);
  });
  parts.set(file, coming);
  return coming;
}
