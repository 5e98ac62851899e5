/** Draws the pictures that a run keeps while it trains, from the live instance as it is: that changes no number of the run. */
import { AppError } from '../../shared/errors.ts';
import { readPicture } from '../../shared/pictures/picture.ts';
import type { PictureDefinition, Trained } from '../core/capabilities.ts';
import type { TrainingConfig } from '../core/problem.ts';
import type { Session, TrainingJob } from './session.ts';
import type { TrainingHost } from './training-host.ts';

export class PictureKeeper {
  readonly #job: TrainingJob;
  readonly #host: TrainingHost;
  /** Steps between two; null: nothing is drawn. */
  readonly #every: number | null;
  readonly #pictures: readonly PictureDefinition<TrainingConfig>[];
  /** Names of those whose failure was said. */
  readonly #failed = new Set<string>();
  readonly #firstStep: number;

  /** @param firstStep at which the run began */
  constructor(job: TrainingJob, host: TrainingHost, firstStep: number) {
    const { config, problem } = job;
    this.#job = job;
    this.#host = host;
    this.#firstStep = firstStep;
    this.#every = host.keepPicture === undefined ? null : (config.picturesEvery ?? null);
    this.#pictures = (problem.pictures ?? []).filter(({ shows }) => shows?.(config) !== false);
  }

  isDue(step: number): boolean {
    return this.#every !== null && (step === this.#firstStep || step % this.#every === 0);
  }

  /**
   * Nothing where the run keeps none. A picture that fails is left out, and the log says so once.
   * @throws AppError `cancelled` alone
   */
  async keep(step: number, session: Session): Promise<void> {
    if (this.#every === null || this.#pictures.length === 0) return;
    const { instance } = session;
    const trained: Trained<TrainingConfig> = {
      config: this.#job.config,
      step,
      parameters: await session.parameters(),
      outcome: (await instance.outcome?.()) ?? [],
      data: () => Promise.resolve(this.#job.data),
      instance: () => Promise.resolve(instance),
    };
    for (const picture of this.#pictures) {
      const { name } = picture;
      try {
        const drawn = await picture.draw(trained, this.#host);
        this.#host.keepPicture?.(step, name, readPicture(drawn, name));
      } catch (error) {
        if (error instanceof AppError && error.kind === 'cancelled') throw error;
        this.#tellFailure(name, step, error);
      }
    }
  }

  #tellFailure(name: string, step: number, error: unknown): void {
    if (this.#failed.has(name)) return;
    this.#failed.add(name);
    const reason = error instanceof Error ? error.message : String(error);
    this.#host.log(
      'warning',
      `step ${step}: the picture "${name}" cannot be drawn and is not kept (${reason}); training continues, and this warning is not repeated`,
    );
  }
}
