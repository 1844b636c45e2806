import { databases, merges, views } from "./databases.mjs";
import { dataFiles } from "./data-files.mjs";
import { bodies, routes, servers } from "./http.mjs";
import { models, templates } from "./models.mjs";
import { outputs } from "./outputs.mjs";
import { yaml } from "./yaml.mjs";

/** What strangers give us, by kind: each makes its known cases and `count` made-up ones. */
export const kinds = {
  yaml,
  models,
  templates,
  data: dataFiles,
  bodies,
  routes,
  servers,
  databases,
  views,
  merges,
  outputs,
};
