/** Tokens would have to be decoded, and only what is stored may be used. */
export class NotStored extends Error {
  constructor(after: number) {
    super(`what follows ${after} tokens is not stored`);
    this.name = "NotStored";
  }
}
