/** Batches of a queue failed, at this worker or at others. What was finished is stored. */
export class BatchesFailed extends Error {
  constructor(count: number) {
    super(
      `${count} batches of the queue failed: attempts in them ended in errors, or their workers ` +
        "died again and again; the same command tries them again",
    );
    this.name = "BatchesFailed";
  }
}
