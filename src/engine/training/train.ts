/**
 * The training loop: steps, restarts, checkpoints; what hard evaluations decide is in evaluation.ts, and what becomes of a step's
 * numbers in points.ts. One call is one attempt at a run; a later attempt goes on from a checkpoint and gives the same numbers as an
 * uninterrupted run. A fork begins with what it takes over from another run's checkpoint, at that run's step.
 *
 * Points at step s describe the run after s steps (s = 0: before the first). Of R restarts of S steps, r owns r S + 1 .. (r + 1) S.
 */
import { AppError } from '../../shared/errors.ts';
import { freshLoop } from '../../shared/checkpoint.ts';
import { SKIPPED_STEPS } from '../../shared/run.ts';
import { isFiniteTensor } from '../core/named-tensor.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Evaluation, type MutableLoop } from './evaluation.ts';
import { Health } from './health.ts';
import { PictureKeeper } from './picture-keeper.ts';
import { Points } from './points.ts';
import { Session, type TrainingJob } from './session.ts';
import type { Seat } from './together.ts';
import type { TrainingHost, TrainingOutcome, TrainingStart } from './training-host.ts';
import { TrainingClock } from './training-clock.ts';
import { warmUp } from './warm-up.ts';

const BREATHE_MS = 20;

/** @param seat the run's place among those that it is trained together with; absent: it is trained alone */
export async function train(
  job: TrainingJob,
  host: TrainingHost,
  start?: TrainingStart,
  seat?: Seat,
): Promise<TrainingOutcome> {
  const run = new Training(job, host, start, seat);
  try {
    return await run.run();
  } finally {
    await seat?.leave('without its state');
    run.dispose();
  }
}

class Training {
  readonly #job: TrainingJob;
  readonly #host: TrainingHost;
  readonly #start: TrainingStart | undefined;
  readonly #seat: Seat | undefined;
  readonly #pictures: PictureKeeper;
  readonly #loop: MutableLoop;
  readonly #evaluation: Evaluation;
  readonly #health: Health;
  readonly #points: Points;
  #session: Session | undefined;
  readonly #clock: TrainingClock;
  #checkpointAt: number;
  #breathedAt: number;

  constructor(
    job: TrainingJob,
    host: TrainingHost,
    start: TrainingStart | undefined,
    seat: Seat | undefined,
  ) {
    this.#seat = seat;
    this.#job = job;
    this.#host = host;
    this.#start = start;
    this.#loop = { ...freshLoop, ...start?.from.loop };
    this.#evaluation = new Evaluation(job, this.#loop);
    this.#health = new Health(job, this.#loop, (alerts) => host.alerts?.(alerts));
    this.#points = new Points(job, host, this.#loop, this.#health);
    const firstStep = start?.firstStep ?? (start?.fork === true ? this.#loop.step : 0);
    this.#pictures = new PictureKeeper(job, host, firstStep);
    this.#clock = new TrainingClock(host);
    this.#checkpointAt = host.now();
    this.#breathedAt = this.#checkpointAt;
  }

  async run(): Promise<TrainingOutcome> {
    const { config } = this.#job;
    const loop = this.#loop;
    let reason = '';
    if (this.#host.device !== undefined) {
      await warmUp(this.#job, loop.restart, this.#host);
      this.#clock.leaveOut();
    }
    try {
      this.#session = new Session(this.#job, loop.restart);
      await this.#begin();
      const begins = this.#start === undefined || this.#start.fork;
      if (begins) this.#host.begins?.(await this.#live.parameters());
      await this.#diagnose();
      await this.#keepPictures();
      while (!this.#atEnd) {
        if (loop.step >= (loop.restart + 1) * config.steps) this.#nextRestart();
        const spent = await this.#step(loop.step - loop.restart * config.steps);
        if (spent !== null) {
          reason = `${spent} spent at step ${loop.step}`;
          this.#skipTo(config.restarts * config.steps, reason);
        } else if (this.#evaluation.patienceSpent) {
          reason = `early stopping at step ${loop.step}`;
          this.#skipTo((loop.restart + 1) * config.steps, reason);
        }
        await this.#pauseToBreathe();
      }
      await this.#finish();
      return { state: 'completed', reason, loop };
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'cancelled') throw error;
      await this.#checkpoint();
      return { state: 'cancelled', reason: error.message, loop };
    }
  }

  dispose(): void {
    this.#points.dispose();
    this.#session?.dispose();
  }

  async #begin(): Promise<void> {
    if (this.#start === undefined) {
      await this.#evaluate();
      return;
    }
    const { from, fork } = this.#start;
    if (fork) await this.#takeOver(from);
    else await this.#live.restore(from.tensors);
    this.#evaluation.restore(from.tensors);
    if (!fork) return;
    // A choice of best parameters that goes on has counted this evaluation already, where it was due.
    if (this.#loop.restartBest === null) await this.#evaluate();
    else this.#points.emit(this.#evaluation.withGap(await this.#evaluation.quick(this.#live)));
  }

  async #takeOver(from: Checkpoint): Promise<void> {
    if (await this.#live.adopt(from.tensors)) return;
    this.#host.log(
      'warning',
      `the state of ${this.#job.estimator.id} has a different shape with these settings: the optimiser and the estimator start afresh`,
    );
  }

  #nextRestart(): void {
    this.#live.dispose();
    this.#seat?.sit();
    this.#loop.restart += 1;
    this.#evaluation.nextRestart();
    this.#health.nextRestart();
    this.#session = new Session(this.#job, this.#loop.restart);
  }

  #skipTo(end: number, reason: string): void {
    const loop = this.#loop;
    this.#host.log('info', reason);
    if (loop.step < end)
      this.#points.emit({ [SKIPPED_STEPS]: (loop.last[SKIPPED_STEPS] ?? 0) + end - loop.step });
    loop.step = end;
  }

  /** The budget that is spent, in words; null: none. */
  get #spent(): string | null {
    const { maxEvaluations, maxSeconds } = this.#job.config;
    const { evaluations, seconds } = this.#loop;
    if (maxEvaluations !== null && evaluations >= maxEvaluations) return `${maxEvaluations} evaluations of f`;
    return maxSeconds !== null && seconds >= maxSeconds ? `${maxSeconds} seconds of training` : null;
  }

  /** @returns the budget that the step has spent, in words; null: none */
  async #step(step: number): Promise<string | null> {
    const { config } = this.#job;
    const loop = this.#loop;
    const next = loop.step + 1;
    const evaluates = next % config.evaluateEvery === 0 || step + 1 === config.steps;
    const logs = evaluates || next % config.logEvery === 0;
    const want = evaluates ? 'saturation' : logs ? 'details' : 'value';
    const { restart, coolings } = loop;
    const result =
      this.#seat === undefined || this.#seat.alone
        ? this.#live.step(step, want, coolings)
        : await this.#seat.step(this.#live, { restart, step, want, coolings });
    this.#points.add(next, result);
    loop.step = next;
    loop.evaluations += result.evaluations;
    if (this.#host.device !== undefined) await this.#host.device.keepPace();
    this.#clock.tick(this.#loop);
    const spent = this.#spent;
    if (logs || spent !== null || this.#points.isFull) await this.#read();
    this.#clock.tick(this.#loop);
    if (logs || spent !== null) {
      // The run's last point is that of the parameters which it keeps.
      const isKept = !this.#evaluation.keepsBest || !this.#atEnd;
      await this.#points.log(result, this.#live.instance.valueScale, isKept);
    }
    if (evaluates || spent !== null) await this.#evaluate();
    this.#host.progress(loop);
    await this.#diagnose();
    await this.#keepPictures();
    return spent;
  }

  #read(): Promise<void> {
    return this.#points.read(async () => {
      await this.#seat?.refresh('everything');
      return this.#live.save();
    });
  }

  async #evaluate(): Promise<void> {
    await this.#seat?.refresh('parameters');
    const values = await this.#evaluation.quick(this.#live);
    // The run's last point belongs to the complete evaluation of the parameters that it keeps.
    if (!this.#atEnd) this.#points.emit(this.#evaluation.withGap(values));
    await this.#evaluation.judge(values, this.#live);
  }

  /** Also right after a resumption: the attempt before may have ended while it measured. */
  async #diagnose(): Promise<void> {
    const { diagnostics, steps } = this.#job.config;
    const { step, restart, coolings } = this.#loop;
    if (diagnostics === null || step % diagnostics.every !== 0) return;
    this.#clock.tick(this.#loop);
    const local = step - restart * steps;
    await this.#seat?.refresh('parameters');
    const { samples } = diagnostics;
    this.#points.emit(await this.#live.measureGradient(local, coolings, samples, this.#host));
    this.#clock.leaveOut();
  }

  /** Also right after a resumption, as diagnostics are. At the end `anyway`, of the parameters that the run keeps. */
  async #keepPictures(anyway = false): Promise<void> {
    const { step } = this.#loop;
    if (!anyway && (this.#atEnd || !this.#pictures.isDue(step))) return;
    this.#clock.tick(this.#loop);
    await this.#seat?.refresh('parameters');
    await this.#pictures.keep(step, this.#live);
    this.#clock.leaveOut();
  }

  /** The complete evaluation on all splits, of the best parameters if the config selects them, else of the last. */
  async #finish(): Promise<void> {
    const { valueMetric } = this.#job.problem;
    // From here on it is its session that changes.
    await this.#seat?.leave();
    const kept = this.#evaluation.keepsBest ? { [valueMetric]: this.#loop.bestValue ?? Number.NaN } : {};
    const values = await this.#evaluation.final(this.#live, () => this.#breathe());
    this.#clock.tick(this.#loop);
    this.#health.settle();
    this.#points.emit(kept);
    this.#points.emit(this.#evaluation.withGap(values));
    await this.#keepPictures(true);
    await this.#checkpoint();
  }

  get #atEnd(): boolean {
    const { steps, restarts } = this.#job.config;
    return this.#loop.step >= steps * restarts;
  }

  async #pauseToBreathe(): Promise<void> {
    const now = this.#host.now();
    const due = now - this.#checkpointAt >= this.#job.config.checkpointSeconds * 1000;
    if (this.#host.checkpointDue() || due) await this.#checkpoint();
    if (now - this.#breathedAt >= BREATHE_MS) await this.#breathe();
  }

  async #breathe(): Promise<void> {
    this.#clock.tick(this.#loop);
    await this.#host.breathe();
    this.#clock.leaveOut();
    this.#breathedAt = this.#host.now();
  }

  async #checkpoint(): Promise<void> {
    await this.#read();
    await this.#seat?.refresh('everything');
    const tensors = [...(await this.#live.save()), ...(await this.#live.outcome())];
    const broken = tensors.find((tensor) => !isFiniteTensor(tensor));
    if (broken !== undefined)
      throw this.#health.notFinite(this.#loop.step, `${broken.name} is no longer finite`);
    this.#clock.tick(this.#loop);
    await this.#host.saveCheckpoint({
      loop: structuredClone(this.#loop),
      tensors: [...tensors, ...this.#evaluation.tensors],
    });
    this.#clock.leaveOut();
    this.#checkpointAt = this.#host.now();
  }

  get #live(): Session {
    if (this.#session === undefined) throw new Error('the session has not begun');
    return this.#session;
  }
}
