import { once } from "node:events";
import { resolveFormat } from "../../formats/resolve.ts";
import { loadExperiment } from "../../experiment/load.ts";
import { UserError } from "../../core/user-error.ts";
import { ownVersion } from "../../app/record.ts";
import { startServer } from "../../server/start-server.ts";
import { startEngine } from "../../app/models.ts";
import { placed } from "../../app/places.ts";
import { registry } from "../../app/registry.ts";

export type ServeFlags = Readonly<{ port: number; host: string; tokenEnv?: string; model?: string; set: string[] }>;

/** Serves a model of an experiment file until it is stopped. */
export async function serveCommand(path: string, flags: ServeFlags): Promise<number> {
  const { experiment, place } = loadExperiment(path, { registry, set: flags.set });
  const spec =
    flags.model === undefined ? experiment.models[0] : experiment.models.find(({ name }) => name === flags.model);
  if (!spec || spec.format === null)
    throw new UserError(`no model ${JSON.stringify(flags.model ?? spec?.name)} with a format in ${path}`, {
      hint: `it has: ${experiment.models.map(({ name }) => name).join(", ")}`,
    });
  const token = flags.tokenEnv === undefined ? null : (process.env[flags.tokenEnv] ?? null);
  if (flags.tokenEnv !== undefined && !token)
    throw new UserError(`environment variable ${flags.tokenEnv} is not set`, {
      hint: "--token-env names the variable that holds the token",
    });
  const { format } = spec;
  const placeOf = (option: string) => place(["models", experiment.models.indexOf(spec), option]);
  const engine = await startEngine(path, spec, { place: placeOf });
  try {
    const server = await startServer({
      engine,
      format: await placed(placeOf("format"), () => resolveFormat(format, engine, spec.name)),
      model: spec.name,
      port: flags.port,
      host: flags.host,
      token,
      version: ownVersion(),
    });
    process.stdout.write(`${spec.name} at ${server.url}/v1\n`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
    return 0;
  } finally {
    await engine.close();
  }
}
