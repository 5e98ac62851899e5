/** Every value of a choice, and of a choice in stages. */
import * as tf from '@tensorflow/tfjs-core';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Choice, StagedChoice } from '../../core/choice.ts';
import { detached } from '../../core/gradient-flow.ts';
import { walk } from '../../core/stages.ts';
import { mode, probabilities } from './choice-maths.ts';

/** Values of z that are evaluated one by one, at most, and the memory of all these z together, at most. */
const MAX_VALUES = 4096;
const MAX_BYTES = 2 ** 30;

/**
 * @param what begins the sentence
 * @param numbers in the z of all values together
 * @throws AppError precondition, if they are more than can be enumerated
 */
export function refuseMany(what: string, count: number, numbers: number): void {
  const bytes = numbers * Float32Array.BYTES_PER_ELEMENT;
  if (count <= MAX_VALUES && bytes <= MAX_BYTES) return;
  throw new AppError(
    'precondition',
    `Exact: ${what}, whose z take ${(bytes / 2 ** 20).toFixed(0)} MiB for this minibatch; at most ${MAX_VALUES} values and ` +
      `${MAX_BYTES / 2 ** 20} MiB are enumerated. Choose a sampling estimator, or fewer choices or values.`,
  );
}

/** p(z) of every z, [B, K^D]; the last choice changes fastest. */
export function jointProbabilities(choice: Choice, latents: number, classes: number): tf.Tensor {
  const p = probabilities(choice, 1);
  const each = choice.kind === 'categorical' ? p : tf.stack([tf.sub(1, p), p], 2); // [B, D, K]
  const rows = choice.logits.shape[0];
  if (latents === 1) return tf.reshape(each, [rows, classes]);
  return tf
    .unstack(each, 1)
    .reduce((joint, next) =>
      tf.reshape(tf.mul(tf.expandDims(joint, 2), tf.expandDims(next, 1)), [rows, joint.shape[1]! * classes]),
    );
}

/** Values of the D choices in the z number `index`; the last choice changes fastest. */
export function digitsOf(index: number, latents: number, classes: number): number[] {
  return Array.from(
    { length: latents },
    (_, d) => Math.floor(index / classes ** (latents - 1 - d)) % classes,
  );
}

/** The z with these values in every row. */
export function constantValue(choice: Choice, digits: readonly number[], classes: number): tf.Tensor {
  const [rows, ...side] = choice.logits.shape;
  const row = new Float32Array(choice.logits.size / rows);
  for (const [d, digit] of digits.entries()) {
    if (choice.kind === 'categorical') row[d * classes + digit] = 1;
    else row[d] = digit;
  }
  return detached(() => tf.tile(tf.tensor(row, [1, ...side]), [rows, ...side.map(() => 1)]));
}

export interface Leaf {
  /** p(z_1) p(z_2 | z_1) .. p(z_S | ..), [B], differentiable. */
  readonly probability: tf.Tensor;
  /** z_1 .. z_S, the same in every row. */
  readonly values: readonly tf.Tensor[];
}

/**
 * Every way through the stages; those of the last stage change fastest.
 * @throws AppError precondition, if they are more than can be enumerated
 */
export function leavesOf(choice: StagedChoice): readonly Leaf[] {
  refuseLargeTree(choice);
  let leaves: readonly Leaf[] = [{ probability: tf.scalar(1), values: [] }];
  for (let s = 0; s < choice.stages; s++) {
    leaves = leaves.flatMap(({ probability, values }) => {
      const stage = { kind: choice.stageKind, logits: choice.next(values) } as Choice;
      const { latents, classes } = sizesOf(stage);
      return tf.unstack(jointProbabilities(stage, latents, classes), 1).map((own, i) => ({
        probability: tf.mul(probability, own),
        values: [...values, constantValue(stage, digitsOf(i, latents, classes), classes)],
      }));
    });
  }
  return leaves;
}

/** Before any of it is made: the sizes of the stages are those of one way through them. */
function refuseLargeTree(choice: StagedChoice): void {
  let [count, numbers] = [1, 0];
  tf.tidy(() => {
    for (const stage of walk(choice, mode).stages) {
      const { latents, classes } = sizesOf(stage);
      count *= classes ** latents;
      numbers += count * stage.logits.size;
    }
  });
  refuseMany(`${counted(choice.stages, 'stage')} have ${count} values together`, count, numbers);
}

function sizesOf({ kind, logits }: Choice) {
  return { latents: logits.shape[1], classes: kind === 'categorical' ? logits.shape[2] : 2 };
}
