import { copyFileSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openShelf, type Shelf } from "../../src/app/pages/shelf.ts";
import { viewCommand } from "../../src/cli/commands/view.ts";
import { isTold } from "../../src/view/source.ts";
import { openDatabase } from "../../src/adapters/store/sqlite.ts";
import { answer } from "../../src/view/answer.ts";
import type { Home } from "../../src/view/types/home.ts";
import { studies } from "../report/fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "overthink-lost-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string): string => join(folder, name);

writeFileSync(file("whole.db"), studies({ perLevel: 2 }).db.serialize());
writeFileSync(file("other.db"), studies({ perLevel: 2 }, { name: "second", perLevel: 2 }).db.serialize());

const ask = async (shelf: Shelf, path: string) => {
  const { sources, lost } = shelf.read();
  const { status, body } = await answer(sources, path, {}, lost);
  return { status, told: JSON.parse(String(body)) as unknown, text: String(body) };
};

describe("a database under an open viewer", () => {
  /** Two databases, one of which something happens to. */
  async function after(name: string, happens: (path: string) => void) {
    copyFileSync(file("whole.db"), file(name));
    const shelf = openShelf([file("other.db"), file(name)]);
    expect(((await ask(shelf, "/api/experiments")).told as Home).unreadable).toEqual([]);
    happens(file(name));
    const home = (await ask(shelf, "/api/experiments")).told as Home;
    return { shelf, home, keys: home.experiments.map(({ key }) => key).sort() };
  }

  test("that is deleted is said to be gone, and the others are shown", async () => {
    const { shelf, home, keys } = await after("deleted.db", (path) => rmSync(path));
    expect(home.unreadable.map(({ error }) => error)).toEqual([`database "${file("deleted.db")}" is gone`]);
    expect(keys).toContain("second");
    const own = studies({ perLevel: 2 }, { name: "third", perLevel: 2 });
    writeFileSync(file("deleted.db"), own.db.serialize());
    expect((await ask(shelf, "/api/e/third")).status).toBe(200);
  });

  test("is named where an experiment of it is asked for", async () => {
    copyFileSync(file("whole.db"), file("named.db"));
    const shelf = openShelf([file("named.db")]);
    expect((await ask(shelf, "/api/e/figure")).status).toBe(200);
    rmSync(file("named.db"));
    const { status, text } = await ask(shelf, "/api/e/figure");
    expect(status).toBe(404);
    expect(text).toContain('named.db\\" is gone');
  });

  test("that is replaced by another is read anew", async () => {
    const { keys } = await after("replaced.db", (path) => {
      const other = studies({ perLevel: 2 }, { name: "fourth", perLevel: 2 });
      writeFileSync(`${path}.new`, other.db.serialize());
      renameSync(`${path}.new`, path);
    });
    expect(keys).toContain("fourth");
  });

  test("that is replaced by something else is said to be none", async () => {
    const { home } = await after("text.db", (path) => {
      writeFileSync(`${path}.new`, "no database at all, just words\n".repeat(50));
      renameSync(`${path}.new`, path);
    });
    expect(home.unreadable.map(({ error }) => error).join()).toContain("not an SQLite database");
  });

  test.each([0, 1, 4096, 0.5])("that is cut to %d of it does not take the others along", async (left) => {
    const { home, keys } = await after(`cut-${left}.db`, (path) =>
      truncateSync(path, left < 1 ? Math.floor(statSync(path).size * left) : left),
    );
    expect(keys.some((key) => key.startsWith("second"))).toBe(true);
    expect(home.unreadable.map(({ error }) => error).join()).toContain(`cut-${left}.db`);
  });
});

describe("what cannot be viewed is one error of the user", () => {
  const made: readonly (readonly [name: string, make: (path: string) => void, words: RegExp])[] = [
    ["nothing.db", () => undefined, /no database at/],
    ["words.db", (path) => writeFileSync(path, "words\n".repeat(200)), /not an SQLite database/],
    [
      "newer.db",
      (path) => {
        const db = openDatabase(path);
        db.pragma("user_version = 9999");
        db.close();
      },
      /newer/,
    ],
    [
      "foreign.db",
      (path) => {
        const db = openDatabase(`${path}.made`);
        db.exec("VACUUM");
        db.close();
        const other = new (db.constructor as new (path: string) => typeof db)(path);
        other.exec("CREATE TABLE songs (name TEXT)");
        other.close();
      },
      /foreign.db/,
    ],
    [".", () => undefined, /database/],
  ];
  test.each(made)("%s", async (name, make, words) => {
    make(file(name));
    const error = await viewCommand({ db: [file(name)], port: 0, host: "127.0.0.1" }).catch((e: unknown) => e);
    expect(isTold(error)).toBe(true);
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).not.toContain("\n");
  });
});
