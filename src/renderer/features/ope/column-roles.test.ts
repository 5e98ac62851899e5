import { expect, it } from 'vitest';
import type { LogPreview } from '../../../shared/ope.ts';
import { rolesFor, withRole, withType } from './column-roles.ts';

const column = (name: string, role: LogPreview['columns'][number]['role']) => ({
  name,
  role,
  type: 'number' as const,
});
const columns = [
  column('age', 'context'),
  column('country', 'context'),
  column('item', 'item'),
  column('reward', 'reward'),
  column('p', 'propensity'),
];
const data = {
  kind: 'csv',
  itemColumn: 'item',
  rewardColumn: 'reward',
  propensityColumn: 'p',
  positionColumn: null,
  contextColumns: [],
  textColumns: [],
};

it('a column that is left out makes the context say which columns it is', () => {
  expect(withRole(data, columns, 'age', 'unused')).toEqual({ ...data, contextColumns: ['country'] });
});

it('a column that becomes context again makes it all that is left', () => {
  const left = [column('age', 'unused'), ...columns.slice(1)];
  expect(withRole({ ...data, contextColumns: ['country'] }, left, 'age', 'context')).toEqual(data);
});

it('a propensity that becomes something else leaves the log without one', () => {
  expect(withRole(data, columns, 'p', 'position')).toEqual({
    ...data,
    propensityColumn: null,
    positionColumn: 'p',
  });
});

it('takes the place of the column that had the role, which is left out', () => {
  expect(withRole(data, columns, 'age', 'item')).toEqual({
    ...data,
    itemColumn: 'age',
    contextColumns: ['country'],
  });
  expect(rolesFor(columns[2]!)).toEqual(['item']);
});

it('reads a column as texts, and as the first row has it', () => {
  const texts = withType(data, 'age', 'text');
  expect(texts['textColumns']).toEqual(['age']);
  expect(withType(texts, 'age', 'number')).toEqual(data);
});
