/** What folders refuse. */
import { VolumeError } from './errors.js';

/** Everything that only files do, as `is-directory`. */
export class NotAFile {
  private refuse(): never {
    throw new VolumeError('is-directory', '');
  }

  read(): never {
    return this.refuse();
  }

  readInto(): never {
    return this.refuse();
  }

  readLater(): never {
    return this.refuse();
  }

  write(): never {
    return this.refuse();
  }

  append(): never {
    return this.refuse();
  }

  setSize(): never {
    return this.refuse();
  }
}
