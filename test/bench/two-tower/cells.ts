/** What the study compares: one factor at a time around a base. */

export interface Cell {
  /** Of its comparison and of its row. */
  readonly name: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Whether the direct term of DR is also taken by REINFORCE. */
  readonly reinforce?: true;
}

const baseData = {
  kind: 'obp-synthetic',
  rounds: 2000,
  actions: 10,
  contextDimension: 5,
  beta: -3,
  rewardLaw: 'linear',
};

/** Steps of Adam and minibatches that fit two cores; no method had its own settings. By true values on a further log, 100: docs/studies/two-tower.md. */
export const baseConfig = {
  userTower: 'mlp',
  hiddenUnits: 32,
  embeddingSize: 8,
  batch: 64,
  learningRate: 0.003,
};

/** The base first: the others differ from it as they are called. */
export const cells: readonly Cell[] = [
  { name: 'base', reinforce: true },
  { name: '500 rounds', data: { rounds: 500 } },
  { name: '10 000 rounds', data: { rounds: 10_000 } },
  { name: 'beta 0', data: { beta: 0 } },
  { name: 'beta 3', data: { beta: 3 } },
  { name: '100 items', data: { actions: 100 }, reinforce: true },
  { name: 'linear user tower', config: { userTower: 'linear' } },
  { name: 'polynomial rewards', data: { rewardLaw: 'polynomial' } },
  {
    name: 'polynomial rewards, linear user tower',
    data: { rewardLaw: 'polynomial' },
    config: { userTower: 'linear' },
  },
];

export const methods = ['regression', 'ips', 'snips', 'dr'] as const;

/** Of a method on a log, as a variant of the cell's comparison. */
export function variantOf({ data, config }: Cell, method: (typeof methods)[number], log: number) {
  return {
    name: variantName(method, log),
    config: {
      ...config,
      data: { ...baseData, ...data, seed: log },
      learning: { kind: method },
      // Where nothing is learned from it.
      ...(method === 'dr' ? {} : { rewardModel: { kind: 'none' } }),
    },
  };
}

export function variantName(method: string, log: number): string {
  return `${method}, log ${log}`;
}
