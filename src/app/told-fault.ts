import { toldFault as toldBySqlite } from "../adapters/store/told-faults.ts";

/** What an adapter threw; a fault of the outside world as an error of one line. */
export const toldFault = (error: unknown, paths: readonly string[] = []): unknown => toldBySqlite(error, paths);
