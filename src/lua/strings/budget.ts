/**
 * What library functions draw on, supplied by the VM: it decides what is too much, and how that ends. Where Fengari's own
 * strings draw on it (meter.ts), it is called in the middle of an instruction: it must raise a Lua error on the thread
 * that runs, putting the value onto the stack itself, because the frame has no room for the C-style API.
 */

export interface Budget {
  /**
   * Work of about one VM instruction each (a step of pattern matching, an element moved), announced in portions.
   * @throws when the run may go no further
   */
  steps(count: number): void;
  /**
   * Bytes of one string, announced before they are allocated.
   * @throws when they are too many
   */
  bytes(byteLength: number): void;
  /**
   * Is there room for one more string of this size? Draws nothing; {@link bytes} follows when it has been made.
   * @throws when there is none
   */
  room(byteLength: number): void;
}

/** Steps that may be taken before the budget is told. */
export const STEPS_PER_REPORT = 1024;
