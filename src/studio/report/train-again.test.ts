import { describe, expect, it } from 'vitest';
import { comparisonRecord, runRecord } from '../../../test/fixtures/runs.ts';
import { experimentRequestSchema } from '../../shared/experiment.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { requestVariants, resolveExperiment } from '../catalog.ts';
import { trainAgain } from './train-again.ts';

/** Runs as the request makes them. */
function runsOf(request: object): RunRecord[] {
  return requestVariants(experimentRequestSchema.parse(request))
    .flatMap(({ name, request: one }) =>
      resolveExperiment(one, (path) => path).runs.map((spec) => ({ variant: name, spec })),
    )
    .map(({ variant, spec }, i) => ({
      ...runRecord,
      id: `k3f9x2ab-0${i}`,
      variant,
      spec: { ...spec, backend: 'cpu' },
    }));
}

function comparisonOf(problem: string, preset: string | null): ComparisonRecord {
  return { ...comparisonRecord, name: 'mine', problem, preset };
}

describe('the command that trains a comparison again', () => {
  it.each([
    [
      'of a problem’s defaults',
      {
        problem: 'toy-categorical',
        estimators: ['exact', 'softmax'],
        seeds: [1, 2, 3],
        config: { steps: 40 },
      },
      '--problem toy-categorical --estimator exact,softmax --seeds 1-3 --backend cpu --name mine --set steps=40',
    ],
    [
      'of a preset, with settings and variants',
      {
        ...{ problem: 'menu-auction', preset: 'smoke', estimators: ['softmax', 'reinforce'], seeds: [4] },
        settings: { reinforce: { samples: 4 } },
        variants: [
          { name: 'small' },
          { name: 'wide', config: { options: 64 }, settings: { reinforce: { samples: 8 } } },
        ],
      },
      '--problem menu-auction --preset smoke --estimator softmax,reinforce --seeds 4, --backend cpu --name mine --set estimators.reinforce.samples=4 --variant small: --variant wide:options=64,estimators.reinforce.samples=8',
    ],
    [
      'of another kind of value',
      {
        ...{ problem: 'menu-auction', preset: 'smoke', estimators: ['exact'], seeds: [1, 5] },
        config: { temperature: 0.5, valuations: { kind: 'xor' } },
      },
      null,
    ],
  ])('%s asks for its runs', (_name, request, expected) => {
    const runs = runsOf(request);
    const { problem, preset = null } = request as { problem: string; preset?: string };
    const { command, note } = trainAgain(comparisonOf(problem, preset), runs);
    expect(note).toBe('');
    if (expected === null)
      expect(command).toMatch(/^gumbel-studio run --problem menu-auction .*--set 'valuations=/);
    else expect(command).toBe(`gumbel-studio run ${expected}`);
  });

  it('says what the verdict judges where that is not as usual', () => {
    const runs = runsOf({ problem: 'toy-categorical', estimators: ['exact'], seeds: [1] });
    const verdict = { metric: 'expectedValue', step: null, test: 'wilcoxon' as const, margin: null };
    const { command } = trainAgain({ ...comparisonOf('toy-categorical', null), verdict }, runs);
    expect(command).toMatch(/ --verdict test=wilcoxon$/);
  });

  it('leaves out seeds that only some rows have, and says so', () => {
    const runs = runsOf({ problem: 'toy-categorical', estimators: ['exact', 'softmax'], seeds: [1, 2, 3] });
    const some = runs.filter(({ spec }) => spec.estimator === 'exact' || spec.seed < 3);
    const { command, note } = trainAgain(comparisonOf('toy-categorical', null), some);
    expect(command).toContain('--seeds 1,2 ');
    expect(note).toBe('Only some rows also have seed 3: the command below trains each of those runs again.');
  });

  it('is none for forks, and for what this version would not make', () => {
    const runs = runsOf({ problem: 'toy-categorical', estimators: ['exact'], seeds: [1] });
    const parent = { run: 'a-00', name: 'a', estimator: 'exact', step: 5, carried: 'everything' as const };
    expect(
      trainAgain(
        comparisonOf('toy-categorical', null),
        runs.map((run) => ({ ...run, parent })),
      ),
    ).toMatchObject({
      command: null,
      note: expect.stringContaining('forks, the first of a-00 at step 5') as string,
    });
    const other = runs.map((run) => ({
      ...run,
      spec: { ...run.spec, config: { ...run.spec.config, gone: 1 } },
    }));
    expect(trainAgain(comparisonOf('toy-categorical', null), other).command).toBeNull();
  });
});
