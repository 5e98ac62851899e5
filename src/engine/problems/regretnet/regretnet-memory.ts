/** The memory that RegretNet needs, from its config alone. */
import type { RegretnetConfig } from './config.ts';
import { allocationOutputs } from './networks.ts';

const FLOAT_BYTES = 4;
/** Tensors of the parameters' shape alive at once: values, gradient, two moments of Adam, two intermediate ones. */
const PARAMETER_COPIES = 6;
/** [B (n + 1), hidden units] tensors of each layer of both networks: forward, and what their gradients keep. */
const ACTIVATION_COPIES = 8;
/** [B, (n + 1) m, n + 1] tensors of one step. */
const CHOICE_COPIES = 12;

/** A lower bound in bytes. */
export function regretnetMemory(config: RegretnetConfig): number {
  const { bidders, items, batch, hiddenLayers, hiddenUnits, profiles, misreports } = config;
  const bids = bidders * items;
  const outputs = allocationOutputs(config) + bidders;
  const parameters = 2 * hiddenUnits * (bids + (hiddenLayers - 1) * hiddenUnits) + hiddenUnits * outputs;
  const activations = batch * (bidders + 1) * 2 * hiddenLayers * hiddenUnits;
  const choice = batch * (bidders + 1) ** 2 * items;
  const kept = misreports.start === 'kept' ? 2 * profiles.train * bids : 0;
  const data = (profiles.train + profiles.validation + profiles.test) * bids;
  return (
    FLOAT_BYTES *
    (PARAMETER_COPIES * parameters + ACTIVATION_COPIES * activations + CHOICE_COPIES * choice + kept + data)
  );
}
