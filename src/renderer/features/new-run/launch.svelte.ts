/** A start that was asked for from this form. It is the studio's own work: leaving the page ends only the listening. */
import { experimentRequestSchema } from '../../../shared/experiment.ts';
import { validationError } from '../../../shared/errors.ts';
import { readError } from '../../../shared/contract/procedure.ts';
import { operations } from '../../api/operations.svelte.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { router } from '../../page/router.svelte.ts';
import { sentenceOf } from '../../format/sentence.ts';

export interface Stage {
  readonly stage: string;
  readonly done: boolean;
  readonly message: string;
}

export class Launch {
  #busy = $state(false);
  #stages = $state.raw<readonly Stage[]>([]);
  #problem = $state('');
  #operation = '';
  #cancelled = false;
  #left = new AbortController();

  get busy(): boolean {
    return this.#busy;
  }

  /** What is being done now and what is done, in the order in which it began. */
  get stages(): readonly Stage[] {
    return this.#stages;
  }

  /** Why it did not start; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  /** @param accepted is called once the studio has taken the request, and goes on with it whatever happens to this page */
  start(request: unknown, accepted: () => void): void {
    if (!this.#busy) void this.#run(request, accepted);
  }

  cancel(): void {
    if (this.#operation === '' || this.#cancelled) return;
    this.#cancelled = true;
    operations.ask('cancel', this.#operation);
  }

  /** The page is left: what was asked for goes on. */
  leave(): void {
    this.#left.abort();
  }

  async #run(request: unknown, accepted: () => void): Promise<void> {
    this.#busy = true;
    this.#cancelled = false;
    this.#operation = '';
    this.#problem = '';
    this.#stages = [];
    const { signal } = this.#left;
    try {
      const parsed = experimentRequestSchema.safeParse(request);
      if (!parsed.success) throw validationError(parsed.error, 'The form');
      const stream = await studio.call((client) => client.experiments.start(parsed.data, { signal }));
      for await (const event of stream) {
        if (event.type === 'accepted') {
          this.#operation = event.operation;
          accepted();
        } else if (event.type === 'preparing') this.#tell(event);
        else {
          runs.merge(event.runs);
          if (!signal.aborted) router.go('compare', event.comparison.id);
        }
      }
    } catch (error) {
      if (!signal.aborted && !this.#isCancelled()) this.#problem = sentenceOf(readError(error));
    } finally {
      this.#busy = false;
    }
  }

  /** Asked anew: it changes while a start is waited for. */
  #isCancelled(): boolean {
    return this.#cancelled;
  }

  #tell({ stage, done, message }: Stage): void {
    const known = this.#stages.some((one) => one.stage === stage);
    const own = { stage, done, message };
    this.#stages = known
      ? this.#stages.map((one) => (one.stage === stage ? own : one))
      : [...this.#stages, own];
  }
}
