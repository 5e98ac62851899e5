/** One restart of several runs that differ by their seed alone: their sessions as one, whose step is taken for all at once. */
import type * as tf from '@tensorflow/tfjs-core';
import { canStackHere, runStacked } from '../kernels/stack/stack.ts';
import { numbersOf } from '../stack/stacked-backend.ts';
import type { NamedTensorData } from '../core/named-tensor.ts';
import { rootKey, stackedKey } from '../random/key.ts';
import { Session, type StepResult, type TrainingJob, type Want } from './session.ts';
import { isStackable } from './stackable.ts';

/** Whether runs like this one can be trained together, on the backend in use. */
export function canTrainTogether(job: TrainingJob): boolean {
  return canStackHere() && isStackable(job);
}

export class StackedSession {
  readonly members: number;
  readonly #session: Session;
  #steps = 0;
  #saved: Promise<readonly NamedTensorData[]> | undefined;

  private constructor(session: Session, members: number) {
    this.#session = session;
    this.members = members;
  }

  /**
   * The sessions as they are, as one; they stay.
   * @throws Error if they cannot be one: they have trained for different numbers of steps
   */
  static async of(
    jobs: readonly TrainingJob[],
    restart: number,
    sessions: readonly Session[],
  ): Promise<StackedSession> {
    const saved = await Promise.all(sessions.map((session) => session.save()));
    const tensors = saved[0]!.map((tensor, i) =>
      joined(
        tensor,
        saved.map((own) => own[i]!),
      ),
    );
    const members = jobs.length;
    const seed = stackedKey(jobs.map((job) => rootKey(job.seed)));
    const session = runStacked(members, () => new Session(jobs[0]!, restart, seed));
    const stacked = new StackedSession(session, members);
    try {
      await runStacked(members, () => session.restore(tensors));
    } catch (error) {
      stacked.dispose();
      throw error;
    }
    return stacked;
  }

  /** Taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** @returns one for each member, read */
  step(step: number, want: Want, coolings: number): StepResult<number>[] {
    const result = runStacked(this.members, () => this.#session.step(step, want, coolings));
    this.#steps += 1;
    this.#saved = undefined;
    const read = (scalar: tf.Scalar) => {
      const numbers = numbersOf(scalar);
      scalar.dispose();
      return (member: number) => numbers[numbers.length === 1 ? 0 : member]!;
    };
    const { value, details, saturated, ...rest } = result;
    const values = read(value);
    const others = Object.entries(details).map(([name, scalar]) => [name, read(scalar)] as const);
    const saturations = saturated && read(saturated);
    return Array.from({ length: this.members }, (_, member) => ({
      ...rest,
      value: values(member),
      details: Object.fromEntries(others.map(([name, of]) => [name, of(member)])),
      ...(saturations && { saturated: saturations(member) }),
    }));
  }

  /** What `Session.save` gives of one run. */
  async ofMember(member: number): Promise<readonly NamedTensorData[]> {
    this.#saved ??= this.#session.save();
    const tensors = await this.#saved;
    return tensors.map(({ name, shape, data }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return {
        name,
        shape,
        data: data.length === size ? data : data.subarray(member * size, (member + 1) * size),
      };
    });
  }

  dispose(): void {
    this.#session.dispose();
  }
}

/** Tensors of all runs, one after another; the one that all have, where their numbers are the same. */
function joined(first: NamedTensorData, all: readonly NamedTensorData[]): NamedTensorData {
  for (const { name, data } of all) {
    if (name !== first.name || data.length !== first.data.length)
      throw new Error(`${name}: expected ${first.name} in the shape of the first run`);
  }
  if (all.every(({ data }) => data.every((value, i) => Object.is(value, first.data[i])))) return first;
  const data = new Float32Array(all.length * first.data.length);
  for (const [i, own] of all.entries()) data.set(own.data, i * first.data.length);
  return { ...first, data };
}
