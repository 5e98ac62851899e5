/** The f of a toy, from its text: read, fitted to the choice, and finite wherever it can be gone through. */
import {
  discreteObjective,
  type ChoiceShape,
  type DiscreteObjective,
} from '../../objectives/discrete-objective.ts';
import { expectation } from '../../objectives/expectation.ts';
import { parseObjective } from '../../objectives/objective-text.ts';

/** Entries of all z together that are gone through as somebody types: a few milliseconds. */
const MOST_TYPED = 100_000;

/** @throws AppError validation at `objective` */
export async function loadObjective(text: string, shape: ChoiceShape): Promise<DiscreteObjective> {
  const objective = discreteObjective(await parseObjective(text), shape);
  refuseInfinite(objective);
  return objective;
}

/**
 * What `loadObjective` would refuse, but for values that take long to go through.
 * @throws AppError validation at `objective`
 */
export async function checkObjective(text: string, shape: ChoiceShape): Promise<void> {
  const objective = discreteObjective(await parseObjective(text), shape);
  if (entriesGoneThrough(objective) <= MOST_TYPED) refuseInfinite(objective);
}

function refuseInfinite(objective: DiscreteObjective): void {
  const { kind, latents, classes } = objective.shape;
  expectation(objective, new Array<number>(kind === 'categorical' ? classes : latents).fill(0));
}

function entriesGoneThrough({ shape, additive, readsVector }: DiscreteObjective): number {
  const { kind, latents, classes } = shape;
  if (kind === 'categorical') return readsVector ? classes ** 2 : classes;
  return latents * (additive ? latents + 1 : 2 ** latents);
}
