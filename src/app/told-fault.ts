import { toldFault as toldBySqlite } from "../adapters/store/told-faults.ts";

/** What an adapter threw, as a fault that is told in a line where it is one of the world. */
export const toldFault = (error: unknown): unknown => toldBySqlite(error);
