/** More tokens are asked for than a context holds. Thrown before anything is decoded; nothing is ever shifted out. */
export class ContextOverflow extends Error {
  readonly prefixLength: number;
  readonly maxTokens: number;
  readonly contextLength: number;

  constructor({
    prefixLength,
    maxTokens,
    contextLength,
  }: Readonly<{ prefixLength: number; maxTokens: number; contextLength: number }>) {
    super(
      `prefix of ${prefixLength} tokens and ${maxTokens} tokens to sample exceed the context length ${contextLength}`,
    );
    this.name = "ContextOverflow";
    this.prefixLength = prefixLength;
    this.maxTokens = maxTokens;
    this.contextLength = contextLength;
  }
}
