/** What a scoring module of a run carries: names and numbers, by which `scoring-typescript.ts` and `scoring-python.ts` compute. */
import { AppError } from '../../../shared/errors.ts';
import { OUTCOME } from './plain-towers.ts';
import { towersOf, type TrainedTowers } from './trained-towers.ts';

/** Numbers of all tensors: some 100 MB of base64. */
const MOST_NUMBERS = 20_000_000;
/** Bytes that become characters at a time: a multiple of three, as three bytes are four characters. */
const CHUNK = 3 * 2 ** 13;

/**
 * The model as JSON: names of the context's features and of the items, from scores to probabilities (`learning`,
 * `policyTemperature`, `exploration`), and tensors by name, float32 little-endian in base64.
 * @throws AppError precondition if the run keeps no items yet, or there are more numbers than a module should have
 */
export async function scoringModel(trained: TrainedTowers): Promise<string> {
  const { intercept } = towersOf(trained);
  const { config, step, parameters, outcome } = trained;
  const { log } = await trained.data();
  const { learning, policyTemperature, exploration } = config;
  const kept: readonly string[] = Object.values(OUTCOME);
  // Of the item tower, the items' vectors are all that scores follow from.
  const tensors = [
    ...parameters.filter(({ name }) => name.startsWith('user')),
    ...outcome.filter(({ name }) => kept.includes(name)),
  ];
  const count = tensors.reduce((sum, { data }) => sum + data.length, 0);
  if (count > MOST_NUMBERS) {
    throw new AppError(
      'precondition',
      `the scoring module: expected at most ${MOST_NUMBERS} numbers of the towers, found ${count}; export the vectors, whose products are the scores.`,
    );
  }
  return JSON.stringify({
    log: log.source,
    step,
    contextNames: log.contextNames,
    items: log.items.names,
    act: learning.kind === 'regression' ? learning.act : 'softmax',
    logistic: learning.kind === 'regression' && learning.loss === 'logistic',
    intercept,
    policyTemperature,
    exploration,
    tensors: Object.fromEntries(
      tensors.map(({ name, shape, data }) => [name, { shape, data: base64Of(data) }]),
    ),
  });
}

function base64Of(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += CHUNK)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(from, from + CHUNK))));
  return parts.join('');
}
