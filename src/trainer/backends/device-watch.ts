/** Watches over a GPU while it is used: whether it is lost, refuses what it is asked, falls behind, or computes wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { canary } from './canary.ts';

/** What of WebGPU's GPUDevice is used here: Node's types have none. */
export interface WatchedDevice {
  readonly queue: { onSubmittedWorkDone(): Promise<unknown> };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: ErrorEvent) => void): void;
}

interface ErrorEvent {
  readonly error: { readonly message: string };
  preventDefault?(): void;
}

/** Steps that may be under way at once: enough to keep the device busy, few enough for what they read to stay in memory. */
const STEPS_AHEAD = 8;
/** Steps from one canary to the next: it costs about as much as reading one number. */
const CANARY_EVERY = 100;
/** What the loop has to end by itself once the device is lost: it may wait for a number that never comes. */
const GRACE_MS = 5000;
/** The news of a loss comes apart from the error that the loss causes, and may come after it. */
const NEWS_MS = 200;

export class DeviceWatch {
  /** Rejects where the device is lost and nobody has noticed for a while; never resolves. */
  readonly abandoned: Promise<never>;
  readonly #device: WatchedDevice;
  readonly #name: string;
  #trouble: AppError | undefined;
  readonly #troubled: Promise<void>;
  #tellTrouble: () => void = () => undefined;
  #underWay: Promise<unknown>[] = [];
  #checkedAt = 0;
  #round = 0;

  /** @param name of the device, for sentences */
  constructor(device: WatchedDevice, name: string) {
    this.#device = device;
    this.#name = name;
    this.#troubled = new Promise((resolve) => (this.#tellTrouble = resolve));
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault?.();
      this.#note(refusal(name, event.error));
    });
    this.abandoned = device.lost.then(async ({ reason, message }) => {
      const why = [reason, message].filter((part) => part !== '').join(': ');
      const loss = new AppError(
        'external',
        `the GPU (${name}) was lost (${why === '' ? 'no reason given' : oneLine(why)}): its driver was reset, or a step took too long or too much memory; the last checkpoint is kept, resume the run from it, and lower batch if it happens again.`,
      );
      this.#note(loss);
      await sleep(GRACE_MS);
      throw loss;
    });
    // Whoever does not race with it has noticed by other means.
    this.abandoned.catch(() => undefined);
  }

  /** What ended the use of the device, once something has. */
  get trouble(): AppError | undefined {
    return this.#trouble;
  }

  async keepPace(): Promise<void> {
    this.#underWay.push(this.#device.queue.onSubmittedWorkDone().catch(() => undefined));
    if (this.#underWay.length > STEPS_AHEAD) await this.#underWay.shift();
    if (this.#trouble !== undefined) throw this.#trouble;
  }

  /**
   * Now and then, and always before something is kept that the device has computed.
   * @throws AppError external
   */
  async check(step: number, always = false): Promise<void> {
    if (this.#trouble === undefined && (always || Math.abs(step - this.#checkedAt) >= CANARY_EVERY)) {
      this.#checkedAt = step;
      this.#round += 1;
      const { found, expected } = await canary(this.#round);
      if (found.some((value, i) => value !== expected[i])) this.#note(this.#wrong(step, found, expected));
    }
    if (this.#trouble !== undefined) throw this.#trouble;
  }

  /** The error to report for `error`: what was wrong with the device, if that was the cause. */
  async explain(error: unknown): Promise<unknown> {
    await Promise.race([this.#troubled, sleep(NEWS_MS)]);
    return this.#trouble ?? error;
  }

  #wrong(step: number, found: readonly number[], expected: readonly number[]): AppError {
    const some = (values: readonly number[]) => values.slice(0, 3).join(', ');
    return new AppError(
      'external',
      `the GPU (${this.#name}) computes wrong results: at step ${step} a test product gave ${some(found)}, ... instead of ${some(expected)}, ...; the last checkpoint is kept, resume the run from it, and update the GPU's driver or choose the backend wasm if it happens again.`,
    );
  }

  #note(trouble: AppError): void {
    // The first is the cause of what follows.
    this.#trouble ??= trouble;
    this.#tellTrouble();
  }
}

function refusal(name: string, error: ErrorEvent['error']): AppError {
  const message = oneLine(error.message);
  const isMemory = error.constructor.name === 'GPUOutOfMemoryError' || /out of memory/i.test(message);
  return new AppError(
    'external',
    isMemory
      ? `the memory of the GPU (${name}) is full (${message}); the last checkpoint is kept, resume the run from it once other programs have left the GPU, or train a clone of it with a smaller batch.`
      : `the GPU (${name}) refused an operation (${message}), so its numbers cannot be trusted; the last checkpoint is kept, resume the run from it, or train a clone of it on the backend wasm if it happens again.`,
  );
}

/** Dawn's messages have a line for each object that an error went through; the first says what happened. */
function oneLine(message: string): string {
  return (message.split('\n')[0] ?? '').trim().replace(/[.;]$/, '');
}
