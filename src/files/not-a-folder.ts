/** What files refuse. */
import { VolumeError } from './errors.js';

/** Everything that only folders do, as `not-directory`. */
export class NotAFolder {
  /** As it was opened. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  private refuse(): never {
    throw new VolumeError('not-directory', this.path);
  }

  list(): never {
    return this.refuse();
  }

  open(): never {
    return this.refuse();
  }

  statAt(): never {
    return this.refuse();
  }

  setTimesAt(): never {
    return this.refuse();
  }

  createDirectory(): never {
    return this.refuse();
  }

  removeDirectory(): never {
    return this.refuse();
  }

  unlinkFile(): never {
    return this.refuse();
  }

  rename(): never {
    return this.refuse();
  }

  link(): never {
    return this.refuse();
  }

  symlink(): never {
    return this.refuse();
  }

  readLink(): never {
    return this.refuse();
  }
}
