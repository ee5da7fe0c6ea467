/** What a host function throws to end its guest's call: it reaches the caller as it is, and the instance is not entered again. */
export class GuestEnd extends Error {
  override readonly name: string = 'GuestEnd';
}

/** The guest ended itself with `exit`. */
export class ExitStatus extends GuestEnd {
  override readonly name: string = 'ExitStatus';
  /** 0: as it should be. */
  readonly status: number;
  constructor(status: number) {
    super(`exited with status ${status}`);
    this.status = status;
  }
}
