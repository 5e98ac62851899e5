/** Ready-made menus over a flow. The flows come with the studio: trained by problem `bundle-flow`, `resources/make-flows.ts`. */
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

const ESTIMATORS = ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'reinforce', 'rebar', 'reinmax'];
const SEEDS = [1, 2, 3, 4, 5];
const SAMPLE = { kind: 'cats', path: 'sample:arbitrary-upv-50' };
const ANNEALED = { kind: 'exponential', from: 1, to: 0.01, until: 1 };
const STUDY =
  'One part of the study that `npm run study:bundleflow` runs over the temperatures 0.01, 0.1, 1 and this one, 1 falling to 0.01.';

const flow = (items: number) => ({ path: `sample:flow-${items}` });

export const bundleFlowMenuPresets: readonly PresetDescriptor[] = [
  {
    id: 'bundleflow-2',
    question: 'estimators',
    label: 'Estimators on BundleFlow: two items',
    help: `Two items, buyers who want one of two random bundles; 16 lotteries over two bundles each, which a trained flow carries there. Six ways through the buyer's choice, five paired seeds, in a minute or two. ${STUDY}`,
    config: {
      items: 2,
      options: 16,
      steps: 400,
      batch: 128,
      evaluateEvery: 20,
      temperature: ANNEALED,
      valuations: { kind: 'xor', atoms: 2, bidders: 10_000 },
      allocation: { kind: 'bundle-flow', flow: flow(2), support: 2, initialPrices: 'uniform' },
    },
    estimators: ESTIMATORS,
    seeds: SEEDS,
  },
  {
    id: 'bundleflow-10',
    question: 'estimators',
    label: 'Estimators on BundleFlow: ten items',
    help: `Ten items, buyers who want one of two random bundles; 64 lotteries over two bundles each. ${STUDY}`,
    config: {
      items: 10,
      options: 64,
      steps: 800,
      batch: 128,
      evaluateEvery: 50,
      temperature: ANNEALED,
      valuations: { kind: 'xor', atoms: 2, bidders: 10_000 },
      allocation: { kind: 'bundle-flow', flow: flow(10), support: 2, initialPrices: 'uniform' },
    },
    estimators: ESTIMATORS,
    seeds: SEEDS,
  },
  {
    id: 'bundleflow-50',
    question: 'estimators',
    label: 'Estimators on BundleFlow: CATS bids, 50 goods',
    help: `The buyers of cats-50; 128 lotteries over two bundles each. ${STUDY}`,
    config: {
      options: 128,
      steps: 500,
      evaluateEvery: 50,
      temperature: ANNEALED,
      valuations: SAMPLE,
      allocation: { kind: 'bundle-flow', flow: flow(50), support: 2 },
    },
    estimators: ESTIMATORS,
    seeds: SEEDS,
  },
  {
    id: 'bundleflow-cats',
    question: 'data',
    label: 'BundleFlow, CATS bids: the best settings so far',
    help: 'One support point per option, kept in the region that the flow was trained for and started on the sides of unions of bids; bundles trained straight-through. On CATS bids this earns more than lotteries over several points: with liouville weights a shift in the trace of Q throws the weight from one bundle to another, and with free weights nothing is gained by mixing.',
    config: {
      options: 512,
      steps: 600,
      batch: 256,
      evaluateEvery: 50,
      earlyStopping: { patience: 12 },
      valuations: SAMPLE,
      allocation: {
        kind: 'bundle-flow',
        flow: flow(50),
        support: 1,
        locations: { from: 0.45, range: 0.1, initial: 'bids' },
      },
    },
    estimators: ['softmax', 'st-gumbel-softmax'],
    seeds: [1, 2, 3],
  },
  {
    id: 'bundleflow-joint',
    question: 'methods',
    label: 'BundleFlow, flow and menu together',
    help: 'Stage 3: the flow that comes with the studio is trained further, together with the support points, weights and prices of 128 options. Training can start from the menu of an earlier run: --set allocation.start.path=run:<id>.',
    config: {
      options: 128,
      steps: 800,
      evaluateEvery: 50,
      valuations: SAMPLE,
      allocation: { kind: 'bundle-flow', flow: flow(50), support: 2, joint: true },
    },
    estimators: ['softmax', 'st-gumbel-softmax'],
    seeds: [1, 2, 3],
  },
  {
    id: 'bundleflow-paper',
    question: 'paper',
    label: 'BundleFlow as in the paper, 5000 options',
    help: "The constants of the authors' code: 5000 options of 8 support points, Adam at 0.3, mixture deviations exp(-(4 + 30 u)), no gradient through the bundles, softmax with an inverse temperature of 0.001 that grows by 5 % every 200 steps up to 0.2, here divided by the value scale of these buyers. At this size of steps and with one component in nearly all of the weight, a lottery is close to one bundle. Hours on wasm; peak memory about 1.2 GB.",
    config: {
      options: 5000,
      steps: 20_000,
      batch: 128,
      evaluateEvery: 1000,
      learningRate: 0.3,
      temperature: { kind: 'stepwise', from: 1.3, factor: 0.952381, every: 200, to: 0.0065 },
      valuations: SAMPLE,
      allocation: {
        kind: 'bundle-flow',
        flow: flow(50),
        support: 8,
        bundleGradient: 'none',
        locations: { initial: 'normal' },
        deviation: { range: 30 },
        initialPrices: 'uniform',
      },
    },
    estimators: ['softmax'],
    seeds: [1],
  },
];
