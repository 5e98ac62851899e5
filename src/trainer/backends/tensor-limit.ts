/** A GPU takes a tensor in one buffer, of a size that its driver limits: what does not fit is refused before it is made. */
import { AppError } from '../../shared/errors.ts';

export interface SizedBuffers {
  /** Makes a buffer, or takes one that is free. @param size bytes */
  acquireBuffer(size: number, ...further: unknown[]): unknown;
}

/** The tensor does not fit. */
export class TensorTooLarge extends AppError {
  readonly #what: string;

  /** @param what of the size and the limit, as a clause */
  constructor(what: string) {
    super('precondition', `${what}; lower what makes it large, such as batch`);
    this.#what = what;
  }

  /** The same with the settings of a problem that make it large. */
  forProblem(problem: string, remedy: string): AppError {
    return new AppError('precondition', `${problem} with this config needs ${this.#what}; ${remedy}`, {
      cause: this,
    });
  }
}

/**
 * From here on `buffers` throws TensorTooLarge for what is larger than `limit`; asked of the driver, it would answer with an error
 * of its own at some later time, and compute on with zeros.
 * @param limit bytes
 * @param device whose limit it is, for the sentence
 */
export function refuseLargeTensors(buffers: SizedBuffers, limit: number, device: string): void {
  const acquire = buffers.acquireBuffer.bind(buffers);
  buffers.acquireBuffer = (size, ...further) => {
    if (size > limit) {
      throw new TensorTooLarge(
        `a tensor of ${inUnits(size)}, and the GPU (${device}) takes at most ${inUnits(limit)} in one piece`,
      );
    }
    return acquire(size, ...further);
  };
}

function inUnits(bytes: number): string {
  const [size, unit] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  return `${Number((bytes / size).toPrecision(3))} ${unit}`;
}
