import { expect, it } from 'vitest';
import { runRecord } from '../../../../test/fixtures/runs.ts';
import type { Alert } from '../../../shared/health.ts';
import { causesOf, questionOf, storyOf } from './health-story.ts';
import { remediesFor } from './remedies.ts';

const alert = (id: Alert['id'], since: number, more: Partial<Alert> = {}): Alert => ({
  ...{
    id,
    series: 'x',
    collapse: false,
    since,
    step: since + 20,
    clearedAt: null,
    numbers: {},
    sentence: 's',
  },
  ...more,
});
const config = { steps: 100, temperature: { kind: 'linear', from: 1, to: 0, until: 1 } };

it('tells what happened in the order in which it began, with the temperature of then', () => {
  const alerts = [alert('above-bound', 60), alert('dying-options', 40), alert('nothing-hard', 40)];
  const story = storyOf(alerts, { ...runRecord.spec, config }, 100);
  expect(story.map(({ alert: { id }, opening, span }) => [id, opening, span.from, span.to])).toEqual([
    ['dying-options', 'First, at step 40', 30, 70],
    ['nothing-hard', 'At the same step', 30, 70],
    ['above-bound', 'Then, at step 60', 50, 90],
  ]);
  const constant = storyOf(alerts, { ...runRecord.spec, config: { ...config, temperature: 0.3 } }, 100);
  expect(constant.every(({ temperature }) => temperature === '0.3000')).toBe(true);
});

it('asks what fits: a collapse that lasts, an alert, or what is over', () => {
  expect(questionOf([alert('nothing-hard', 1, { collapse: true })])).toBe('Why did this run collapse?');
  expect(questionOf([alert('gap-growing', 1)])).toBe('What is wrong with this run?');
  expect(questionOf([alert('gap-growing', 1, { clearedAt: 5 })])).toBe('What went wrong for a while?');
});

it('proposes what helps against the cause, and nothing that contradicts it', () => {
  const relaxed = { estimator: 'softmax', config: { ...config, temperature: 0.3, learningRate: 0.03 } };
  const estimators = ['softmax', 'st-gumbel-softmax'].map((id) => ({
    ...{ id, label: id, family: 'relaxation', summary: '', bias: 'biased', supports: [], stages: false },
    ...{ needsRelaxable: true, keepsState: false, settings: {}, references: [] },
  })) as unknown as Parameters<typeof remediesFor>[2];
  const causes = causesOf(['above-bound', 'nothing-hard', 'dying-options']);
  expect(causes).toEqual(['above-bound', 'nothing-hard']);
  expect(remediesFor(causes, relaxed, estimators)).toEqual([
    {
      label: 'Let the temperature fall from 0.3 to 0.015',
      config: { temperature: { kind: 'exponential', from: 0.3, to: 0.015, until: 0.5 } },
    },
    { label: 'Train with st-gumbel-softmax', config: {}, estimator: 'st-gumbel-softmax' },
  ]);
  expect(remediesFor(['dying-options'], relaxed, estimators).map((one) => one.config)).toEqual([
    { temperature: 0.9 },
    { learningRate: 0.01 },
  ]);
  expect(remediesFor(['not-finite'], { ...relaxed, config: { gradientClip: 1 } }, estimators)).toEqual([]);
});
