import type { Fault } from "../view/types/words.ts";

/** Why an answer is not there, in the server's words. */
export class ApiFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.error);
    this.fault = fault;
  }
}
