/** Which combinations of choices are allowed: settings of the estimators that know a dynamic programme for them. */
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Choice } from '../../core/choice.ts';
import {
  assignmentAutomaton,
  countingAutomaton,
  knapsackAutomaton,
  segmentAutomaton,
  type Automaton,
} from '../../structured/automaton.ts';

/** States of a knapsack, and values of an assignment, that are gone through at each choice. */
const MOST_CAPACITY = 100;
const MOST_VALUES = 8;

export const anyStructure = z
  .enum(['free', 'at-most', 'exactly', 'segment', 'knapsack', 'assignment'])
  .default('free')
  .describe(
    'Which choices of a row are allowed together: all; for bits, at most `size` ones, exactly `size`, adjacent ones, or ones whose `weights` sum to at most `capacity`; for other choices, an assignment, in which each takes a different value',
  );

export const structureSettings = {
  size: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe('Number of ones; used with structure at-most and exactly'),
  weights: z
    .array(z.int().min(0).max(MOST_CAPACITY))
    .max(10_000)
    .default([])
    .describe('Weight of each bit, a whole number; used with structure knapsack'),
  capacity: z
    .int()
    .min(0)
    .max(MOST_CAPACITY)
    .default(1)
    .describe('Largest sum of the weights of the ones; used with structure knapsack'),
};

export interface StructureSettings {
  readonly structure: z.infer<typeof anyStructure>;
  readonly size: number;
  readonly weights: readonly number[];
  readonly capacity: number;
}

/**
 * The automaton of the allowed combinations; undefined if all are.
 * @param id of the estimator whose settings these are
 * @throws AppError precondition, if they do not fit the choices of a row
 */
export function automatonFor(
  { structure, size, weights, capacity }: StructureSettings,
  choice: Choice,
  id: string,
): Automaton | undefined {
  const latents = choice.logits.shape[1];
  const refuse = (setting: string, what: string) =>
    new AppError('precondition', `estimators.${id}.${setting}: ${what}.`, {
      path: `estimators.${id}.${setting}`,
    });
  switch (structure) {
    case 'free':
      return undefined;
    case 'at-most':
      return countingAutomaton(Math.min(size, latents), false);
    case 'exactly':
      if (size <= latents) return countingAutomaton(size, true);
      throw refuse(
        'size',
        `size is ${size}, but a row has ${counted(latents, 'bit')}; set it to ${latents} or less`,
      );
    case 'segment':
      return segmentAutomaton;
    case 'knapsack':
      if (weights.length === latents) return knapsackAutomaton(weights, capacity);
      throw refuse(
        'weights',
        `found ${counted(weights.length, 'weight')}, but a row has ${counted(latents, 'bit')}; give one weight per bit`,
      );
    case 'assignment': {
      const values = choice.logits.shape[2] ?? 0;
      if (values < latents) {
        throw refuse(
          'structure',
          `${latents} choices cannot each take a different one of ${values} values; use free`,
        );
      }
      if (values <= MOST_VALUES) return assignmentAutomaton(values);
      throw refuse(
        'structure',
        `an assignment of ${values} values has 2^${values} states; at most ${MOST_VALUES} values are supported`,
      );
    }
  }
}
