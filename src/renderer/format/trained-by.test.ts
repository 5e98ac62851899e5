import { expect, it } from 'vitest';
import { runSummary } from '../../../test/fixtures/run-summaries.ts';
import { underWay } from '../../shared/run.ts';
import { engineWords, placeOf, steeringHelp, trainersOf, waitingWords } from './trained-by.ts';

const priority = runSummary({ executor: 'slurm', state: 'queued', reason: 'PENDING (Priority)' });

it('a place is an executor, a script or this machine', () => {
  expect(placeOf(priority)).toBe('Slurm');
  expect(placeOf(runSummary({ elsewhere: true }))).toBe('script');
  expect(placeOf(runSummary())).toBe('this machine');
  expect(trainersOf([priority, runSummary(), priority, runSummary({ executor: 'ssh' })])).toBe(
    'by Slurm and over SSH',
  );
  expect(trainersOf([runSummary()])).toBe('');
});

it('the words of an engine are those of runs that it has, not what the studio does with them', () => {
  expect(engineWords(priority)).toBe('PENDING (Priority)');
  expect(engineWords({ ...priority, executor: null })).toBe('');
  expect(engineWords({ ...priority, state: 'failed', reason: 'OUT_OF_MEMORY' })).toBe('');
  expect(engineWords({ ...priority, state: 'running', reason: 'Slurm does not answer' })).toBe(
    'Slurm does not answer',
  );
  expect(engineWords({ ...priority, state: 'running', reason: underWay.pausing })).toBe('');
});

it('what runs wait for is said with their number, the most first', () => {
  const resources = { ...priority, reason: 'PENDING (Resources)' };
  expect(waitingWords([resources, priority, runSummary(), priority])).toEqual([
    '2 runs: PENDING (Priority)',
    '1 run: PENDING (Resources)',
  ]);
});

it('buttons say what they mean to a task, and nothing of a run that is trained here', () => {
  expect(steeringHelp(priority, 'pause')).toContain('keeps its place');
  expect(steeringHelp(runSummary(), 'pause')).toBe('');
});
