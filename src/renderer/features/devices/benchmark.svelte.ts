/** How fast each backend trains here: one small comparison's steps a second, one backend after the other. */
import { readError } from '../../../shared/contract/procedure.ts';
import { experimentRequestSchema } from '../../../shared/experiment.ts';
import type { BackendName } from '../../../shared/run.ts';
import type { Speed } from '../../../shared/speed.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { sentenceOf } from '../../format/sentence.ts';

/** Straight-through Gumbel-Softmax on a menu of 256 options: a step of the size for which a device is chosen. */
const WORKLOAD = experimentRequestSchema.parse({
  problem: 'menu-auction',
  preset: 'smoke',
  config: { options: 256, items: 10, batch: 128 },
  estimators: ['st-gumbel-softmax'],
});

export class Benchmark {
  #speeds = $state.raw<ReadonlyMap<BackendName, number>>(new Map());
  #failures = $state.raw<ReadonlyMap<BackendName, string>>(new Map());
  #running = $state.raw<BackendName | null>(null);
  #abort: AbortController | null = null;

  readonly workload =
    'straight-through Gumbel-Softmax on a menu auction of 10 items and 256 options, 128 buyers per step';

  /** Steps a second. */
  get speeds(): ReadonlyMap<BackendName, number> {
    return this.#speeds;
  }

  get failures(): ReadonlyMap<BackendName, string> {
    return this.#failures;
  }

  /** Which backend is being timed; null: none. */
  get running(): BackendName | null {
    return this.#running;
  }

  /** Whether there is, or will be, something to show. */
  get begun(): boolean {
    return this.#running !== null || this.#speeds.size > 0 || this.#failures.size > 0;
  }

  get possible(): boolean {
    return catalog.problem('menu-auction') !== undefined;
  }

  /** What it measures is remembered: `auto` goes by it, too. */
  async run(backends: readonly BackendName[]): Promise<void> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    for (const backend of backends) {
      this.#running = backend;
      try {
        const { speeds } = await studio.call((client) =>
          client.catalog.measure({ request: WORKLOAD, backend }, { signal: abort.signal }),
        );
        if (abort.signal.aborted) return;
        const [{ milliseconds, detail }] = speeds as [Speed];
        if (milliseconds === null) throw new Error(detail);
        this.#speeds = new Map(this.#speeds).set(backend, 1000 / milliseconds);
      } catch (error) {
        if (abort.signal.aborted) return;
        this.#failures = new Map(this.#failures).set(backend, sentenceOf(readError(error)));
      }
    }
    this.#running = null;
  }

  cancel(): void {
    this.#abort?.abort();
    this.#running = null;
  }
}
