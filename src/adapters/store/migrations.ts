import type { Database } from "better-sqlite3";
import { m001Initial } from "./m001-initial.ts";
import { m002Costs } from "./m002-costs.ts";
import { m003Numbers } from "./m003-numbers.ts";
import { m004Scorings } from "./m004-scorings.ts";
import { m005Facts } from "./m005-facts.ts";
import { m006Runners } from "./m006-runners.ts";
import { m007Faults } from "./m007-faults.ts";
import { m008Models } from "./m008-models.ts";
import { m009Ranges } from "./m009-ranges.ts";
import { m010Claims } from "./m010-claims.ts";
import { m011Providers } from "./m011-providers.ts";
import { m012Stores } from "./m012-stores.ts";
import { m013Endings } from "./m013-endings.ts";
import { m014Reopened } from "./m014-reopened.ts";
import { m015Batches } from "./m015-batches.ts";
import { m016Pieces } from "./m016-pieces.ts";
import { m017Signals } from "./m017-signals.ts";
import { m018Decisions } from "./m018-decisions.ts";
import { m019Scorers } from "./m019-scorers.ts";
import { m020Sums } from "./m020-sums.ts";
import { m021Compact } from "./m021-compact.ts";
import { m022PointSums } from "./m022-point-sums.ts";
import { m023Spelled } from "./m023-spelled.ts";

/** Applied in order, each once; never edited after a release. `user_version` counts them. */
export const migrations: readonly ((db: Database) => void)[] = [
  m001Initial,
  m002Costs,
  m003Numbers,
  m004Scorings,
  m005Facts,
  m006Runners,
  m007Faults,
  m008Models,
  m009Ranges,
  m010Claims,
  m011Providers,
  m012Stores,
  m013Endings,
  m014Reopened,
  m015Batches,
  m016Pieces,
  m017Signals,
  m018Decisions,
  m019Scorers,
  m020Sums,
  m021Compact,
  m022PointSums,
  m023Spelled,
];
