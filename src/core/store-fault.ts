import { Failure } from "./user-error.ts";

/** The store failed at a read or a write, as on a full disk. Whoever meets it ends; what was stored before stays. */
export class StoreFault extends Failure {
  override readonly name = "StoreFault";

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}
