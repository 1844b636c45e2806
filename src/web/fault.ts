/** Why an answer is not there, in the server's words. */
export type Fault = Readonly<{ error: string; hint: string | null }>;

export class ApiFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.error);
    this.fault = fault;
  }
}
