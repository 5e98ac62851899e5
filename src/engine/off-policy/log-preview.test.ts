import { expect, it } from 'vitest';
import { hostOf } from '../../../test/support/off-policy-log.ts';
import { parseLogConfig } from './any-log.ts';
import { previewLog } from './log-preview.ts';

const HEADER = ',age,country,product,reward,propensity';
const text = [HEADER, ...Array.from({ length: 50 }, (_, n) => `${n},${n},"a, b",x${n % 2},1,0.5`)].join('\n');
const preview = (config: object = {}, content = text) =>
  previewLog(parseLogConfig({ kind: 'csv', path: 'log.csv', ...config }), hostOf({ 'log.csv': content }));

it('says of each column what it is read as, and shows the first rows', async () => {
  const { columns, rows, missing } = await preview({ itemColumn: 'product', textColumns: ['age'] });
  expect(columns.map(({ name, role, type }) => `${name} ${role} ${type}`)).toEqual([
    ' unused number',
    'age context text',
    'country context text',
    'product item text',
    'reward reward number',
    'propensity propensity number',
  ]);
  expect(rows).toHaveLength(8);
  expect(rows[1]).toEqual(['1', '1', 'a, b', 'x1', '1', '0.5']);
  expect(missing).toEqual([]);
});

it('tells columns that are not there by the keys that name them', async () => {
  const { columns, missing } = await preview({ propensityColumn: 'p', contextColumns: ['age', 'sex'] });
  expect(missing.map(({ path }) => path)).toEqual([
    'data.propensityColumn',
    'data.itemColumn',
    'data.contextColumns',
  ]);
  expect(missing[1]!.message).toContain('expected a column "item", found age, country');
  expect(columns.filter(({ role }) => role === 'context').map(({ name }) => name)).toEqual(['age']);
});

it('refuses what has no columns', async () => {
  await expect(preview({}, '')).rejects.toThrow('expected the names of the columns, found an empty file');
  await expect(previewLog(parseLogConfig({ kind: 'obp-synthetic' }), hostOf({}))).rejects.toThrow(
    'data.kind: expected a log in a file',
  );
});
