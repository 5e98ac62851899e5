/** Which keys of a config decide problem and data, and which only how it is trained. */
import type { ProblemDefinition } from '../core/problem.ts';
import { describeProblem } from './registry.ts';

/** What is read of a config's JSON Schema. */
interface ConfigSchema {
  readonly properties?: Readonly<Record<string, { readonly section?: unknown }>>;
}

/** Sections of a config that training alone is decided by: problem and data are what parameters are trained for. */
const TRAINING_SECTIONS: readonly unknown[] = ['choice', 'training'];

/** Whether a key at the top of a config is of no concern to problem and data. */
export function trainingKeys(problem: ProblemDefinition): (key: string) => boolean {
  const { properties = {} } = describeProblem(problem).config as ConfigSchema;
  return (key) => TRAINING_SECTIONS.includes(properties[key]?.section);
}

/** The part of a complete config that problem and data follow from: configs with the same have the same data and reference lines. */
export function dataConfig(
  problem: ProblemDefinition,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isTraining = trainingKeys(problem);
  return Object.fromEntries(Object.entries(config).filter(([key]) => !isTraining(key)));
}
