/** How fast a backend trains what kind of work on this machine: what `auto` goes by where several backends work. */
import { z } from 'zod';
import { backendNameSchema, type BackendName } from './run.ts';

/** Work that is much alike for a backend: which operations it is made of, and on how large tensors. */
export const workShapeSchema = z.strictObject({
  problem: z.string(),
  /** Of the estimator. */
  family: z.string(),
  /** The bytes that one run needs at least are from `2 ** size` to twice as many. */
  size: z.int(),
});
export type WorkShape = z.infer<typeof workShapeSchema>;

export const speedSchema = z.strictObject({
  shape: workShapeSchema,
  backend: backendNameSchema,
  /** Milliseconds a step takes; null: none was done in the time there was, or it failed. */
  milliseconds: z.number().positive().nullable(),
  /** Why not; empty where it is measured. */
  detail: z.string(),
  /** When it was measured, milliseconds since 1970. */
  at: z.number(),
});
export type Speed = z.infer<typeof speedSchema>;

/** Of one shape the backend that `auto` takes; undefined: one of those that it chooses from is not measured. */
export function autoChoice(
  shape: WorkShape,
  candidates: readonly BackendName[],
  speeds: readonly Speed[],
): BackendName | undefined {
  const own = candidates.map((name) =>
    speeds.find(({ backend, shape: other }) => backend === name && isSameShape(shape, other)),
  );
  if (own.some((speed) => speed === undefined)) return undefined;
  const [best] = own
    .flatMap((speed) =>
      speed === undefined || speed.milliseconds === null ? [] : [{ ...speed, took: speed.milliseconds }],
    )
    .sort((a, b) => a.took - b.took);
  return best?.backend;
}

/** What is alike together, the fastest first. */
export function inOrder(speeds: readonly Speed[]): readonly Speed[] {
  const name = ({ shape }: Speed) => `${shape.problem} ${shape.family}`;
  return speeds.toSorted(
    (a, b) =>
      name(a).localeCompare(name(b)) ||
      a.shape.size - b.shape.size ||
      (a.milliseconds ?? Infinity) - (b.milliseconds ?? Infinity),
  );
}

export function isSameShape(a: WorkShape, b: WorkShape): boolean {
  return a.problem === b.problem && a.family === b.family && a.size === b.size;
}

/** The size of a shape as a person reads it. */
export function sizeText(size: number): string {
  return `${bytesText(size)} to ${bytesText(size + 1)}`;
}

function bytesText(exponent: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(exponent / 10)));
  return `${2 ** (exponent - 10 * unit)} ${units[unit]}`;
}
