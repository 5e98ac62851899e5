/** The K options of a menu while they are learned: one implementation a kind of `allocation`. Money is in units of the value scale. */
import type * as tf from '@tensorflow/tfjs-core';
import type { StepInput } from '../../core/problem.ts';
import type { MenuAllocation } from '../../auctions/menus/menu.ts';
import type { DrawBuyers } from './minibatch.ts';

export interface LearnedOptions {
  /** Trained by the optimiser; names are stable (checkpoints, run files). */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  /**
   * What the options are worth to the buyers that are drawn from the key of the input, [B, K], differentiable, divided by the config's `noise`: values are then in the
   * unit of the choice's logits.
   */
  values(drawBuyers: DrawBuyers, input: StepInput): tf.Tensor2D;
  /** Prices, [K], differentiable. */
  prices(): tf.Tensor1D;
  /** How a buyer can leave; absent: by a null option. */
  readonly participation?: 'null-option' | 'gate';
  /** Tensors beside the parameters. */
  readonly dispose?: () => void;
  /** The options as the hard evaluation sees them. */
  download(): Promise<{ readonly prices: Float64Array; readonly allocation: MenuAllocation }>;
}
