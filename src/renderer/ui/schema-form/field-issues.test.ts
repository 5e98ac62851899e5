import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { fieldIssues } from './field-issues.ts';

it('issues of the input are those of its fields', () => {
  const error = new AppError('validation', 'wrong', {
    issues: [
      { path: 'input.up', message: 'expected a number' },
      { path: 'id', message: 'no such run' },
    ],
  });
  expect([...fieldIssues(error, 'input')]).toEqual([
    ['up', 'expected a number'],
    ['id', 'no such run'],
  ]);
});

it('an error about one field alone stands at it', () => {
  const error = new AppError('validation', 'up: there is no item 99', { path: 'up' });
  expect([...fieldIssues(error, 'input')]).toEqual([['up', 'there is no item 99']]);
});

it('an error about no field stands at none', () => {
  expect(fieldIssues(new AppError('not-found', 'gone'), 'input').size).toBe(0);
});
