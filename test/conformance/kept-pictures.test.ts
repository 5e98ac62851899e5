/** Pictures that a run keeps while it trains: at which steps, of which parameters, and that they change nothing. */
import { describe, expect, it } from 'vitest';
import type { PictureDefinition } from '../../src/engine/core/capabilities.ts';
import type { TrainingConfig } from '../../src/engine/core/problem.ts';
import { AppError } from '../../src/shared/errors.ts';
import { record, type Recording } from '../support/recorded-training.ts';

const named = (name: string) => ({ name, label: name, help: '' });

/** Says in its note what the parameters are, and that those of the instance are the same. */
const prices: PictureDefinition<TrainingConfig> = {
  ...named('prices'),
  async draw(trained, host) {
    await host.breathe();
    const { parameters } = await trained.instance();
    const read = trained.parameters.map(({ name, data }) => `${name} ${[...data].join(' ')}`);
    const live = Object.entries(parameters).map(
      ([name, variable]) => `${name} ${[...variable.dataSync()].join(' ')}`,
    );
    expect(live).toEqual(read);
    expect(await trained.data()).toBeNull();
    return { note: `${trained.step}: ${read.join(', ')}`, facts: [], panels: [] };
  },
};
const hidden: PictureDefinition<TrainingConfig> = {
  ...named('hidden'),
  shows: ({ batch }) => batch > 8,
  draw: () => Promise.resolve({ note: '', facts: [], panels: [] }),
};
const keeping = (every: number | null, options: Recording = {}): Recording => ({
  ...options,
  pictures: options.pictures ?? [prices, hidden],
  config: { ...options.config, picturesEvery: every },
});
const stepsOf = ({ pictures }: { pictures: readonly (readonly [number, string, string])[] }) =>
  pictures.map(([step]) => step);

describe('pictures that a run keeps', () => {
  it('are drawn at its first step, every so many steps and at its end, each that its config shows', async () => {
    const { pictures, log } = await record(keeping(15));
    expect(pictures.map(([step, name]) => `${name} ${step}`)).toEqual([
      'prices 0',
      'prices 15',
      'prices 30',
      'prices 40',
    ]);
    expect(new Set(pictures.map(([, , note]) => note)).size).toBe(4);
    expect(log.filter((line) => line.includes('picture'))).toEqual([]);
    const both = await record(keeping(20, { config: { batch: 9 } }));
    expect(both.pictures.map(([step, name]) => `${name} ${step}`)).toEqual([
      ...['prices 0', 'hidden 0', 'prices 20', 'hidden 20', 'prices 40', 'hidden 40'],
    ]);
  });

  it('are none where none are asked for', async () => {
    expect((await record(keeping(null))).pictures).toEqual([]);
    expect((await record({ pictures: [prices] })).pictures).toEqual([]);
  });

  it.each([
    ['a whole run', {}],
    ['restarts', { config: { restarts: 2, steps: 20 } }],
    ['a problem with state', { remembers: true }],
  ])('change no number of %s, and no tensor is left over', async (_name, options: Recording) => {
    const plain = await record(options);
    const kept = await record(keeping(7, options));
    expect(kept.pictures.length).toBeGreaterThan(5);
    expect(kept.points).toEqual(plain.points);
    expect(kept.checkpoints.at(-1)!.tensors).toEqual(plain.checkpoints.at(-1)!.tensors);
  });

  it('at its end are of the parameters that the run keeps', async () => {
    const stopping = { earlyStopping: { patience: 1, minDelta: 0.5 }, evaluateEvery: 4 };
    const { pictures, checkpoints, outcome } = await record(keeping(4, { config: stopping }));
    expect(outcome?.reason).toMatch(/early stopping/);
    const kept = checkpoints.at(-1)!.tensors.find(({ name }) => name === 'parameter/prices')!;
    expect(pictures.at(-1)![0]).toBe(40);
    expect(pictures.at(-1)![2]).toContain(`prices ${[...kept.data].join(' ')}`);
  });

  it.each([10, 15, 40])('are the same after an interruption at step %i', async (cancelAt) => {
    const whole = await record(keeping(15));
    const cut = await record(keeping(15, { cancelAt }));
    const rest = await record(keeping(15, { resume: cut.checkpoints.at(-1) }));
    const all = new Map([...cut.pictures, ...rest.pictures].map((one) => [one[0], one]));
    expect([...all.values()]).toEqual(whole.pictures);
  });

  it('of a fork begin where it does', async () => {
    const { checkpoints } = await record({ cancelAt: 10 });
    const fork = await record(keeping(15, { resume: checkpoints.at(-1), fork: true }));
    const [first, ...others] = stepsOf(fork);
    expect(first).toBe(checkpoints.at(-1)!.loop.step);
    expect(others).toEqual([15, 30, 40]);
  });

  it('of a fork that was stopped while it drew its first one are drawn when it goes on', async () => {
    const { checkpoints } = await record({ cancelAt: 10 });
    const from = checkpoints.at(-1)!;
    const slow: PictureDefinition<TrainingConfig> = {
      ...named('slow'),
      draw: () => Promise.reject(new AppError('cancelled', 'by the test')),
    };
    const cut = await record(keeping(15, { pictures: [slow], resume: from, fork: true }));
    expect([cut.outcome?.state, cut.pictures]).toEqual(['cancelled', []]);
    const { step: firstStep } = from.loop;
    const rest = await record(keeping(15, { resume: cut.checkpoints.at(-1), firstStep }));
    expect(stepsOf(rest)).toEqual([firstStep, 15, 30, 40]);
  });

  it('that cannot be drawn are left out, which the log says once, and training goes on', async () => {
    const broken: PictureDefinition<TrainingConfig> = {
      ...named('broken'),
      draw: () => Promise.reject(new AppError('external', 'no ink')),
    };
    const wrong: PictureDefinition<TrainingConfig> = {
      ...named('wrong'),
      draw: () => Promise.resolve({ note: '', facts: [], panels: [{ kind: 'cube' } as never] }),
    };
    const { pictures, log, outcome } = await record(keeping(10, { pictures: [broken, prices, wrong] }));
    expect(outcome?.state).toBe('completed');
    expect(pictures.map(([step, name]) => `${name} ${step}`)).toEqual(
      [0, 10, 20, 30, 40].map((step) => `prices ${step}`),
    );
    expect(log.filter((line) => line.includes('picture'))).toEqual([
      expect.stringMatching(/^step 0: the picture "broken" cannot be drawn and is not kept \(no ink\)/),
      expect.stringMatching(/^step 0: the picture "wrong" cannot be drawn and is not kept \(.*panels/),
    ]);
  });
});
