/** A picture that a run kept while it trained, as it was then. */
import { unpackPicture } from '../node/picture-content.ts';
import { AppError } from '../shared/errors.ts';
import type { Picture } from '../shared/pictures/picture.ts';
import type { ReadableStore } from './store/types.ts';

/**
 * That of the newest step at or before `step`.
 * @throws AppError not-found in a sentence that names the steps there are; external if it is damaged
 */
export function keptPicture(
  store: ReadableStore,
  run: string,
  name: string,
  step: number,
): { readonly step: number; readonly picture: Picture } {
  const kept = store.keptPicture(run, name, step);
  if (kept !== undefined) return { step: kept.step, picture: unpackPicture(kept.content, name) };
  const [first] = store.keptSteps(run).find((one) => one.name === name)?.steps ?? [];
  throw new AppError(
    'not-found',
    first === undefined
      ? `run ${run} keeps no picture "${name}"; a run trained with picturesEvery does`
      : `run ${run} keeps no picture "${name}" of step ${step} or before; its first is of step ${first}`,
    { path: 'step' },
  );
}
