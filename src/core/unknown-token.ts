/** A token id that the model does not have. Thrown before native code sees it, which would end the process. */
export class UnknownToken extends Error {
  readonly id: number;

  constructor(id: number, vocabularySize: number) {
    super(`token id ${id} is beyond the vocabulary of ${vocabularySize}`);
    this.name = "UnknownToken";
    this.id = id;
  }
}
