import { expect, it } from 'vitest';
import { exportIds } from './export-ids.ts';

const run = (id: string, archivedAt: number | null = null) => ({
  id,
  comparison: id.split('-')[0] ?? '',
  archivedAt,
});
const all = [run('a-0'), run('a-1'), run('a-2', 5), run('b-0'), run('b-1'), run('c-0', 5)];

it('names a comparison in the place of all its runs that are not archived', () => {
  expect(exportIds([run('b-1'), run('a-0'), run('a-1')], all)).toEqual(['b-1', 'a']);
  expect(exportIds([run('a-0'), run('b-0'), run('b-1')], all)).toEqual(['a-0', 'b']);
});

it('names archived runs one by one: a comparison stands for the others', () => {
  expect(exportIds([run('a-0'), run('a-1'), run('a-2', 5)], all)).toEqual(['a', 'a-2']);
  expect(exportIds([run('c-0', 5)], all)).toEqual(['c-0']);
});
