/** Problem `regretnet`: the parts of this folder as one definition. */
import { counted } from '../../../shared/counted.ts';
import { defineProblem } from '../../core/problem.ts';
import { drawMechanism } from './auction-view.ts';
import { computeRegretnetBaselines, regretnetBaselines } from './baselines.ts';
import { regretnetConfigSchema, type RegretnetConfig } from './config.ts';
import { hostNetworks } from './evaluation.ts';
import { regretnetCharts, regretnetMetrics } from './metrics.ts';
import { regretnetPresets } from './presets.ts';
import { loadProfiles, type RegretnetData } from './profiles.ts';
import { createRegretnetInstance } from './regretnet-model.ts';
import { allocationOutputs } from './networks.ts';

export const regretnet = defineProblem<RegretnetConfig, RegretnetData>({
  id: 'regretnet',
  label: 'RegretNet',
  summary:
    'Several bidders, several items: networks that allocate and charge, trained for revenue while lying is made unprofitable.',
  direction: 'maximize',
  stackable: true,
  choice: () => ({ kind: 'categorical' }),
  config: regretnetConfigSchema,
  metrics: regretnetMetrics,
  charts: regretnetCharts,
  baselines: regretnetBaselines,
  presets: regretnetPresets,
  references: [
    {
      authors: 'Dütting, Feng, Narasimhan, Parkes, Ravindranath',
      title: 'Optimal Auctions through Deep Learning',
      venue: 'ICML 2019, section 4 (RegretNet)',
      url: 'https://arxiv.org/abs/1706.03459',
    },
  ],
  help: {
    formula: String.raw`\max_{g,\,p}\; \mathbb{E}_{v}\Big[\sum_i p_i(v)\Big] - \sum_i \lambda_i r_i - \frac{\rho}{2}\sum_i r_i^2,\qquad r_i = \mathbb{E}_{v}\Big[\max_{v_i'} u_i(v_i', v_{-i}) - u_i(v)\Big]`,
    intuition:
      'One network gives each item to nobody or a bidder, another charges each bidder a share of the value it says it gets, so nobody who bids the truth pays too much. What a bidder could gain by a lie is its regret, and a multiplier that grows with it makes training give up revenue for truthfulness. The allocation of each item is the discrete choice, at the true bids and at the lies; softmax trains the lottery, as published.',
    fails: String.raw`Regret is measured by looking for lies: by gradient ascent in training, by random search in the evaluation. Both bound it only from below, so the true regret may be many times larger, and revenue above that of every truthful auction is a sign of it. Read no revenue without its regret: while the multipliers are small, revenue is bought with lies. The hard allocation was not what softmax trained, and its regret is much larger: watch the gap. Gradients that fade at $z \approx 0$ or $1$ hide lies from the training.`,
  },
  valueMetric: 'relaxedLagrangian',
  hardTrainMetric: 'hardTrainLagrangian',
  selectionMetric: 'validationScore',
  pictures: [
    {
      name: 'mechanism',
      label: 'Mechanism',
      help: 'What bidder 0 gets and pays over the square of its two values, with two items.',
      shows: ({ items }) => items === 2,
      async draw(trained) {
        const { parameters } = await trained.instance();
        return drawMechanism(await hostNetworks(parameters), await trained.data());
      },
    },
  ],
  memory: regretnetMemory,
  memoryKeys: ['batch', 'hiddenUnits', 'items', 'bidders', 'profiles'],
  inputPaths: ['valuations.path'],
  load: loadProfiles,
  describe({ bidders, items, demand, split }) {
    const { train, validation, test } = split;
    return `${counted(bidders, `${demand} bidder`)}, ${counted(items, 'item')}: ${counted(train.count, 'profile')} for training, ${validation.count} for validation, ${test.count} for testing.`;
  },
  facts({ bidders, items, split }) {
    return [
      { label: 'Bidders', value: bidders },
      { label: 'Items', value: items },
      { label: 'Training profiles', value: split.train.count },
      { label: 'Validation profiles', value: split.validation.count },
      { label: 'Test profiles', value: split.test.count },
    ];
  },
  computeBaselines: (_config, data, host) => computeRegretnetBaselines(data, host),
  create: createRegretnetInstance,
});

const FLOAT_BYTES = 4;
/** Tensors of the parameters' shape alive at once: values, gradient, two moments of Adam, two intermediate ones. */
const PARAMETER_COPIES = 6;
/** [B (n + 1), hidden units] tensors of each layer of both networks: forward, and what their gradients keep. */
const ACTIVATION_COPIES = 8;
/** [B, (n + 1) m, n + 1] tensors of one step. */
const CHOICE_COPIES = 12;

/** A lower bound in bytes of the memory that RegretNet needs, from its config alone. */
function regretnetMemory(config: RegretnetConfig): number {
  const { bidders, items, batch, hiddenLayers, hiddenUnits, profiles, misreports } = config;
  const bids = bidders * items;
  // How many a table has, only the file tells.
  const drawn = config.valuations.kind === 'table' ? 0 : 1;
  const outputs = allocationOutputs(config) + bidders;
  const parameters = 2 * hiddenUnits * (bids + (hiddenLayers - 1) * hiddenUnits) + hiddenUnits * outputs;
  const activations = batch * (bidders + 1) * 2 * hiddenLayers * hiddenUnits;
  const choice = batch * (bidders + 1) ** 2 * items;
  const kept = misreports.start === 'kept' ? 2 * drawn * profiles.train * bids : 0;
  const data = drawn * (profiles.train + profiles.validation + profiles.test) * bids;
  return (
    FLOAT_BYTES *
    (PARAMETER_COPIES * parameters + ACTIVATION_COPIES * activations + CHOICE_COPIES * choice + kept + data)
  );
}
