/** Starting experiments: reading data and computing reference lines takes a while, says what it does, and can be cancelled. */
import { experimentRequestSchema } from '../../../shared/experiment.ts';
import { validationError } from '../../../shared/errors.ts';
import { readError } from '../../../shared/contract/procedure.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { router } from '../../app/router.svelte.ts';

export interface Stage {
  readonly stage: string;
  readonly done: boolean;
  readonly message: string;
}

export class Launch {
  #busy = $state(false);
  #stages = $state.raw<readonly Stage[]>([]);
  #position = $state('');
  #problem = $state('');
  #abort: AbortController | null = null;

  get busy(): boolean {
    return this.#busy;
  }

  /** What is being done now and what is done, in the order in which it began. */
  get stages(): readonly Stage[] {
    return this.#stages;
  }

  /** Which of several comparisons of a sweep is being started; empty for one. */
  get position(): string {
    return this.#position;
  }

  /** Why it did not start; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  /** @param requests one a comparison; what has started stays when a later one fails or is cancelled */
  start(requests: readonly unknown[]): void {
    if (this.#busy) return;
    void this.#run(requests);
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async #run(requests: readonly unknown[]): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = true;
    this.#problem = '';
    const started: string[] = [];
    try {
      for (const [index, request] of requests.entries()) {
        this.#position = requests.length === 1 ? '' : `Comparison ${index + 1} of ${requests.length}`;
        started.push(await this.#startOne(request, abort.signal));
      }
      const [only = ''] = started;
      if (started.length === 1) router.go('compare', only);
      else router.go('runs');
    } catch (error) {
      const reason = abort.signal.aborted ? '' : readError(error).message;
      const before = `${started.length} of ${requests.length} comparisons were started before.`;
      this.#problem = started.length === 0 ? reason : `${reason === '' ? 'Cancelled.' : reason} ${before}`;
    } finally {
      this.#busy = false;
      this.#abort = null;
    }
  }

  /** @returns the comparison's id */
  async #startOne(request: unknown, signal: AbortSignal): Promise<string> {
    this.#stages = [];
    signal.throwIfAborted();
    const parsed = experimentRequestSchema.safeParse(request);
    if (!parsed.success) throw validationError(parsed.error, 'The form');
    const stream = await studio.call((client) => client.experiments.start(parsed.data, { signal }));
    let id = '';
    for await (const event of stream) {
      if (event.type === 'preparing') this.#tell(event);
      else {
        runs.merge(event.runs);
        id = event.comparison.id;
      }
    }
    return id;
  }

  #tell({ stage, done, message }: Stage): void {
    const known = this.#stages.some((one) => one.stage === stage);
    const own = { stage, done, message };
    this.#stages = known
      ? this.#stages.map((one) => (one.stage === stage ? own : one))
      : [...this.#stages, own];
  }
}
