/** One attempt at one run: the engine's training loop, hosted. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoopState } from '../shared/checkpoint.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import { SKIPPED_STEPS } from '../shared/run.ts';
import type { Progress, Training } from '../shared/training-session.ts';
import { findEstimator, parseSettings } from '../engine/estimators/registry.ts';
import { dataConfig } from '../engine/problems/config-sections.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { train } from '../engine/training/train.ts';
import type { TrainingHost } from '../engine/training/training-host.ts';
import { isPassing } from '../node/file-error.ts';
import { packPicture } from '../node/picture-content.ts';
import type { DeviceWatch } from './backends/device-watch.ts';
import type { LoadedBackend } from './backends/loaded-backend.ts';
import { TensorTooLarge } from './backends/tensor-limit.ts';
import type { RunChannel } from './channel.ts';
import { readCheckpoint, readOrigin, writeCheckpoint } from './checkpoint-file.ts';
import type { Control } from './control.ts';
import { Outbox } from './outbox.ts';
import { checkMemory, memoryRemedy } from './data-jobs.ts';
import { engineFiles } from './engine-files.ts';
import { pairingOf } from './pairing.ts';
import type { SeatAndClock, Seating } from './seating.ts';

const DISK_RETRY_MS = 2000;
const ACK_WAIT_MS = 10_000;
/** Window of the steps/s of a running run. */
const RATE_WINDOW_MS = 3000;

export class TrainJob {
  readonly #job: Training;
  readonly #channel: RunChannel;
  readonly #control: Control;
  readonly #outbox: Outbox;
  /** Of the runs that are trained together; undefined: this one is alone, or has had its turn. */
  #seating: Seating | undefined;
  /** Its place there, and the time that it shares with the others. */
  #seated: SeatAndClock | undefined;
  #progress: Progress;
  #over = false;
  /** Steps done without those that early stopping skipped. */
  #trained = 0;
  #rate = { at: performance.now(), trained: 0, seconds: 0, known: false };

  /** @param seating where its place is among the runs that it is trained together with; absent: it is trained alone */
  constructor(job: Training, channel: RunChannel, control: Control, seating?: Seating) {
    this.#job = job;
    this.#channel = channel;
    this.#control = control;
    this.#seating = seating;
    this.#outbox = new Outbox(channel);
    this.#progress = { step: 0, steps: 0, seconds: 0, stepsPerSecond: 0, evaluations: 0 };
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Whether it has told its end. */
  get over(): boolean {
    return this.#over;
  }

  acknowledge(seq: number): void {
    this.#outbox.acknowledge(seq);
  }

  /**
   * Trains, then reports how it ended once the studio has stored every point.
   * @returns whether it completed, and the studio has everything
   */
  async run(backend: LoadedBackend): Promise<boolean> {
    const { watch } = backend;
    const attempt = this.#attempt(backend);
    const ended = await Promise.race(watch === undefined ? [attempt] : [attempt, watch.abandoned]).catch(
      async (error: unknown) => this.#failure(watch === undefined ? error : await watch.explain(error)),
    );
    // It failed before it had its seat, for which the others wait.
    this.#seating?.decline();
    await this.#deliver();
    this.#channel.send({ type: 'ended', ...ended, progress: this.#progress, last: this.#outbox.last });
    this.#over = true;
    return ended.state === 'completed' && this.#outbox.empty;
  }

  async #attempt(backend: LoadedBackend) {
    const { runId, spec, folder, attempt, resume, forkedAt, lines } = this.#job;
    const problem = findProblem(spec.problem);
    const config = parseConfig(problem, spec.config);
    const estimator = findEstimator(spec.estimator);
    const settings = parseSettings(estimator, spec.settings);
    checkMemory(problem, config);
    this.#progress = { ...this.#progress, steps: config.steps * config.restarts };
    const stored = resume ? await readCheckpoint(attempt, runId) : undefined;
    const origin = stored === undefined && forkedAt !== null ? await readOrigin(folder) : undefined;
    const from = stored?.checkpoint ?? origin;
    if (from !== undefined) {
      const { step, seconds, evaluations, last } = from.loop;
      this.#trained = step - (last[SKIPPED_STEPS] ?? 0);
      this.#progress = { ...this.#progress, step, seconds, evaluations };
      this.#rate = { at: performance.now(), trained: this.#trained, seconds, known: false };
    }
    if (stored !== undefined) {
      this.#outbox.recall(stored.checkpoint.loop.last);
      this.#outbox.addPoints(stored.unacknowledged);
      this.#outbox.addPictures(stored.pictures);
    }
    const reading = this.#trainingHost(backend);
    const data = await problem.load(config, reading);
    const host: TrainingHost = {
      ...reading,
      begins: (parameters) =>
        this.#channel.send({
          type: 'paired',
          pairing: pairingOf({
            data,
            dataConfig: dataConfig(problem, { ...config }),
            seed: spec.seed,
            batch: config.batch,
            parameters,
          }),
        }),
    };
    this.#channel.send({ type: 'log', level: 'info', message: problem.describe(data) });
    const training = { problem, config, data, estimator, settings, seed: spec.seed, lines };
    const seated = this.#seating?.take(training);
    this.#seating = undefined;
    this.#seated = await seated;
    const { seat, clock } = this.#seated ?? {};
    const outcome = await train(
      training,
      clock === undefined ? host : { ...host, ownNow: () => clock.own() },
      from === undefined ? undefined : { from, fork: stored === undefined, firstStep: forkedAt ?? 0 },
      seat,
    ).finally(() => clock?.leave());
    this.#advance(outcome.loop);
    const ending = this.#control.ending;
    return outcome.state === 'cancelled' && ending !== undefined
      ? { state: ending.how, reason: ending.reason }
      : { state: 'completed' as const, reason: outcome.reason };
  }

  #failure(error: unknown) {
    const { ending } = this.#control;
    // Asked to end while it read its data: that is no failure.
    if (ending !== undefined && error instanceof AppError && error.kind === 'cancelled') {
      return { state: ending.how, reason: ending.reason };
    }
    const wire = toWireError(error instanceof TensorTooLarge ? this.#tooLarge(error) : error);
    return { state: 'failed' as const, reason: wire.message, error: wire };
  }

  #tooLarge(error: TensorTooLarge): AppError {
    const problem = findProblem(this.#job.spec.problem);
    return error.forProblem(problem.id, memoryRemedy(problem));
  }

  #trainingHost({ readEvery, watch }: LoadedBackend): TrainingHost {
    return {
      ...engineFiles,
      now: () => performance.now(),
      log: (level, message) => this.#channel.send({ type: 'log', level, message }),
      readEvery,
      ...(watch && { device: watch }),
      emit: (step, values) => this.#outbox.add(step, values),
      alerts: (alerts) => this.#channel.send({ type: 'alerts', alerts: [...alerts] }),
      ...(this.#job.pictures && {
        keepPicture: (step, name, picture) =>
          this.#outbox.addPictures([{ name, step, content: packPicture(picture) }]),
      }),
      progress: (loop) => this.#advance(loop),
      checkpointDue: () => this.#control.takeCheckpointWish(),
      saveCheckpoint: (checkpoint) => this.#save(checkpoint, watch),
      breathe: () => this.#breathe(),
    };
  }

  #advance(loop: Pick<LoopState, 'step' | 'seconds' | 'evaluations' | 'last'>): void {
    const { step, seconds, evaluations, last } = loop;
    this.#trained = step - (last[SKIPPED_STEPS] ?? 0);
    const elapsed = seconds - this.#rate.seconds;
    let { stepsPerSecond } = this.#progress;
    // The rate of the last whole window; until there is one, of the time so far.
    const whole = performance.now() - this.#rate.at >= RATE_WINDOW_MS;
    if (elapsed > 0 && (whole || !this.#rate.known)) {
      stepsPerSecond = (this.#trained - this.#rate.trained) / elapsed;
    }
    if (whole) this.#rate = { at: performance.now(), trained: this.#trained, seconds, known: true };
    this.#progress = { ...this.#progress, step, seconds, evaluations, stepsPerSecond };
  }

  async #breathe(): Promise<void> {
    await nextTurn();
    this.#outbox.flushIfDue(performance.now(), this.#progress);
    while (this.#outbox.congested && this.#control.ending === undefined) {
      await this.#outbox.nextAcknowledgement(1000);
    }
    const reason = this.#control.pauseReason;
    if (reason !== undefined && !this.#control.checkpointWanted) {
      this.#outbox.flush(performance.now(), this.#progress);
      this.#channel.send({ type: 'paused', reason, progress: this.#progress });
      await this.#away(() => this.#control.whilePaused());
      if (this.#control.ending === undefined) this.#channel.send({ type: 'resumed' });
      const { seconds } = this.#progress;
      this.#rate = { at: performance.now(), trained: this.#trained, seconds, known: false };
    }
    this.#control.check();
  }

  /** Writes the checkpoint; while the disk is full or away the run is paused, and the previous checkpoint stays. */
  async #save(
    checkpoint: Parameters<TrainingHost['saveCheckpoint']>[0],
    watch: DeviceWatch | undefined,
  ): Promise<void> {
    // What a device in trouble has computed must not replace the last good checkpoint.
    await watch?.check(checkpoint.loop.step, true);
    this.#advance(checkpoint.loop);
    let told = false;
    for (;;) {
      try {
        await writeCheckpoint(this.#job.attempt, this.#job.runId, {
          checkpoint,
          unacknowledged: this.#outbox.unacknowledged(),
          pictures: this.#outbox.unacknowledgedPictures(),
        });
        break;
      } catch (error) {
        if (!(error instanceof AppError) || !isPassing(error)) throw error;
        if (this.#control.ending !== undefined) {
          this.#channel.send({
            type: 'log',
            level: 'error',
            message: `${error.message} (ending without it)`,
          });
          return;
        }
        if (!told) this.#channel.send({ type: 'paused', reason: error.message, progress: this.#progress });
        told = true;
        // The others would wait for this one, and hear of nothing that they are told.
        await this.#away(() => this.#control.sleep(DISK_RETRY_MS));
      }
    }
    if (told) this.#channel.send({ type: 'resumed' });
    this.#channel.send({ type: 'checkpointed', step: checkpoint.loop.step });
  }

  /** The others go on meanwhile; afterwards this one takes its steps alone. */
  async #away(until: () => Promise<void>): Promise<void> {
    await this.#seated?.seat.leave();
    this.#seated?.clock.leave();
    await until();
    this.#seated?.clock.enter();
  }

  /** Sends what is left and waits until the studio has it, or is gone. */
  async #deliver(): Promise<void> {
    this.#outbox.flush(performance.now(), this.#progress);
    const deadline = performance.now() + ACK_WAIT_MS;
    const awaited = () => process.connected && this.#control.ending?.storing !== false;
    while (!this.#outbox.empty && awaited() && performance.now() < deadline) {
      await this.#outbox.nextAcknowledgement(500);
    }
  }
}
