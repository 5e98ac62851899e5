/** Vectors of items and users, and the policy itself, for other programs. */
import { csvText } from '../../../shared/csv.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ExportDefinition } from '../../core/capabilities.ts';
import { encodeSafetensors } from '../../core/stored-tensor.ts';
import type { TwoTowerConfig } from './config.ts';
import type { TowerData } from './tower-data.ts';
import { scoringModel } from './scoring-model.ts';
import { pythonModule } from './scoring-python.ts';
import { typescriptModule } from './scoring-typescript.ts';
import { policyOf, towersOf, type TrainedTowers } from './trained-towers.ts';

/** Rows of a policy as CSV: some 100 MB. */
const MOST_ROWS = 3_000_000;
/** Rounds between two breaths. */
const BREATH = 1000;

/** u of the test rounds, [rounds, embeddingSize]. */
async function usersOf(trained: TrainedTowers): Promise<Float64Array> {
  const { log } = await trained.data();
  const towers = towersOf(trained);
  const size = towers.embeddingSize;
  const users = new Float64Array(log.test.rounds * size);
  for (let n = 0; n < log.test.rounds; n++)
    towers.user(log.test.context, n * log.contextDimension, users.subarray(n * size, (n + 1) * size));
  return users;
}

const vectorHeader = (first: string, size: number) => [
  first,
  ...Array.from({ length: size }, (_, e) => `e${e}`),
];

export const twoTowerExports: readonly ExportDefinition<TwoTowerConfig, TowerData>[] = [
  {
    name: 'embeddings',
    label: 'Vectors of users and items',
    help: 'items [items, size], in the order of the log; users [test rounds, size]; the score of an item for a user is their product, of regression plus intercept [1] (safetensors, float32).',
    extension: 'safetensors',
    async write(trained, host) {
      const { embeddingSize: size, items, intercept } = towersOf(trained);
      const users = await usersOf(trained);
      const tensors = [
        { name: 'items', shape: [items.length / size, size], data: Float32Array.from(items) },
        { name: 'users', shape: [users.length / size, size], data: Float32Array.from(users) },
        ...(trained.config.learning.kind === 'regression'
          ? [{ name: 'intercept', shape: [1], data: Float32Array.of(intercept) }]
          : []),
      ];
      return encodeSafetensors(tensors, { problem: 'two-tower' }, (bytes) => host.sha256(bytes));
    },
  },
  {
    name: 'item-embeddings',
    label: 'Vectors of items',
    help: 'One row for each item: its name, and the numbers of its vector.',
    extension: 'csv',
    async write(trained) {
      const { log } = await trained.data();
      const { embeddingSize: size, items } = towersOf(trained);
      const rows = log.items.names.map((name, i) => [name, ...items.subarray(i * size, (i + 1) * size)]);
      return csvText([vectorHeader('item', size), ...rows]);
    },
  },
  {
    name: 'user-embeddings',
    label: 'Vectors of users',
    help: 'One row for each test round: its number, and the numbers of the vector of its context.',
    extension: 'csv',
    async write(trained) {
      const users = await usersOf(trained);
      const size = towersOf(trained).embeddingSize;
      const rows = Array.from({ length: users.length / size }, (_, n) => [
        n,
        ...users.subarray(n * size, (n + 1) * size),
      ]);
      return csvText([vectorHeader('context', size), ...rows]);
    },
  },
  {
    name: 'policy',
    label: 'Policy',
    help: 'One row for each test round and item: the number of the round, the item, and the probability with which the policy shows it.',
    extension: 'csv',
    /** @throws AppError precondition if there are more rows than a file of that kind should have */
    async write(trained, host) {
      const { log } = await trained.data();
      const { names, count } = log.items;
      const { rounds } = log.test;
      if (rounds * count > MOST_ROWS) {
        throw new AppError(
          'precondition',
          `policy: expected at most ${MOST_ROWS} rows, one for each test round and item, found ${rounds} x ${count}; export the vectors, whose products are the scores.`,
        );
      }
      const policy = policyOf(trained, log.test);
      const parts = ['context,item,probability\n'];
      for (let n = 0; n < rounds; n++) {
        const row = policy.row(n);
        parts.push(csvText(names.map((name, item) => [n, name, row[item]!])));
        if (n % BREATH === 0) await host.breathe();
      }
      return parts.join('');
    },
  },
  {
    name: 'scoring-typescript',
    label: 'Scoring module, TypeScript',
    help: 'A file without imports that has the weights in it: scores and probabilities of all items for a context, and the items to recommend, as the studio computes them.',
    extension: 'ts',
    write: async (trained) => typescriptModule(await scoringModel(trained)),
  },
  {
    name: 'scoring-python',
    label: 'Scoring module, Python',
    help: 'The same for Python with NumPy, for one context or many.',
    extension: 'py',
    write: async (trained) => pythonModule(await scoringModel(trained)),
  },
];
