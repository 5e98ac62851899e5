/** Which backend `auto` takes, by probes that are remembered and speeds that are measured once. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { AppError } from '../../shared/errors.ts';
import type { BackendName } from '../../shared/run.ts';
import { NoAnswerError, type ask } from './ask.ts';
import { Backends } from './backends.ts';
import { MachineMemory } from './machine-memory.ts';
import { samplesOf, type Work } from './speeds.ts';

/** Milliseconds a step of usable backends; null: no step is ever done. */
let steps: Partial<Record<BackendName, number | null>>;
let asked: string[];
let folder: string;

beforeEach(() => {
  steps = { wasm: 2, webgpu: 8 };
  asked = [];
  folder = temporaryFolder();
});
afterEach(() => void vi.useRealTimers());

function answer(
  job: string,
  input: { backend: BackendName; specs: readonly { backend: BackendName; estimator: string }[] },
  options: { onProgress?: (progress: unknown) => void; signal?: AbortSignal },
): Promise<unknown> {
  const backend = job === 'probe' ? input.backend : input.specs[0]!.backend;
  asked.push(`${job} ${backend}`);
  if (job === 'probe') {
    const usable = backend in steps || backend === 'cpu';
    const detail = usable ? '' : 'the package is missing';
    const report = { name: backend, usable, preferable: backend in steps, detail };
    return Promise.resolve({ ...report, fix: '', version: '1', device: 'here' });
  }
  const took = steps[backend];
  if (took === null || took === undefined) return Promise.reject(new AppError('external', 'no kernel'));
  for (const [index, { estimator }] of input.specs.entries())
    options.onProgress?.({ index, milliseconds: estimator === 'reinforce' ? 10 * took : took });
  return Promise.resolve(null);
}

function work(...estimators: readonly string[]): readonly Work[] {
  const runs = estimators.map((estimator) => ({
    ...{ problem: 'menu-auction', config: {}, settings: {} },
    ...{ estimator, seed: 1 },
  }));
  return [{ runs, memory: 3 * 2 ** 20 }];
}

const open = (trainer: unknown = answer) => new Backends(new MachineMemory(folder), trainer as typeof ask);

describe('a probe', () => {
  it('is made once, and remembered by the next studio', async () => {
    await open().probed();
    expect(asked).toHaveLength(5);
    const { reports } = await open().probed();
    expect(asked).toHaveLength(5);
    expect(reports.find(({ name }) => name === 'wasm')).toMatchObject({ usable: true, device: 'here' });
    await open().choose('wasm');
    expect(asked).toHaveLength(5);
  });

  it('is made anew when someone asks, and when it was forgotten', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const backends = open();
    const { at } = await backends.probed();
    vi.setSystemTime(Date.now() + 5);
    expect((await backends.probed({ anew: true })).at).toBe(at + 5);
    expect(asked).toHaveLength(10);
    backends.forget('wasm');
    await backends.choose('wasm');
    expect(asked.slice(10)).toEqual(['probe wasm']);
  });

  it('that failed is remembered for a day, or as long as its package is absent; one that went well for a month', async () => {
    delete steps.webgpu;
    await open().probed();
    asked = [];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3_600_000 });
    await open().probed();
    // Neither of TensorFlow's packages is among the development packages.
    expect(asked).toEqual(['probe webgpu']);
    asked = [];
    vi.setSystemTime(Date.now() + 31 * 86_400_000);
    await open().probed();
    expect(asked).toHaveLength(5);
  });

  it('that was killed twice is not remembered, and auto is refused', async () => {
    const killed = new NoAnswerError({ code: null, signal: 'SIGKILL', output: '' });
    const dying = open(() => Promise.reject(killed));
    await expect(dying.choose('auto')).rejects.toThrow(/killed twice \(SIGKILL\)/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('auto', () => {
  it('takes the only backend that it may, and measures nothing', async () => {
    delete steps.webgpu;
    const chosen = await open().choose('auto', { work: work('softmax') });
    expect(chosen).toMatchObject({ name: 'wasm' });
    expect(chosen.why).toBeUndefined();
    expect(asked.filter((one) => one.startsWith('measure'))).toEqual([]);
  });

  it('takes the fastest of several, says by which figures, and measures once for each shape', async () => {
    const onMeasure = vi.fn();
    const chosen = await open().choose('auto', { work: work('softmax'), onMeasure });
    expect(chosen.name).toBe('wasm');
    expect(chosen.why).toMatch(
      /^chosen by auto: 2.00 ms per step, webgpu 8.00 ms; measured \d{4}-\d\d-\d\d$/,
    );
    expect(onMeasure).toHaveBeenCalledExactlyOnceWith(['webgpu', 'wasm']);
    // As long as nobody measures anew, whatever the machine does meanwhile.
    steps = { wasm: 20, webgpu: 8 };
    const again = await open().choose('auto', { work: work('softmax', 'gumbel-softmax'), onMeasure });
    expect(again.why).toBe(chosen.why);
    expect(onMeasure).toHaveBeenCalledTimes(1);
    // Another family is another shape.
    expect((await open().choose('auto', { work: work('reinforce'), onMeasure })).name).toBe('webgpu');
    expect(onMeasure).toHaveBeenCalledTimes(2);
  });

  it('weighs shapes by their runs', async () => {
    const backends = open();
    expect((await backends.choose('auto', { work: work('softmax') })).name).toBe('wasm');
    steps = { wasm: 20, webgpu: 8 };
    await backends.measure(work('reinforce'), ['wasm', 'webgpu']);
    const mixed = await backends.choose('auto', { work: work('softmax', 'reinforce') });
    // 2 and 200 ms against 8 and 80.
    expect(mixed).toMatchObject({ name: 'webgpu' });
    expect(mixed.why).toContain('44.0 ms per step, wasm 101 ms');
    expect(mixed.why).toContain('over 2 shapes');
  });

  it('measures one that is named no longer than one of two', async () => {
    const spent: unknown[] = [];
    const backends = open((job: string, input: Parameters<typeof answer>[1], options: object) => {
      if (job === 'measure') spent.push(Reflect.get(input, 'milliseconds'));
      return answer(job, input, options);
    });
    await backends.measure(work('softmax'), ['wasm', 'webgpu']);
    await backends.measure(work('softmax'), ['wasm']);
    expect(spent).toEqual([3000, 3000, 3000]);
  });

  it('measures three as well as two', async () => {
    steps = { wasm: 2, webgpu: 8, tensorflow: 4 };
    const chosen = await open().choose('auto', { work: work('softmax') });
    expect(chosen.why).toMatch(/^chosen by auto: 2.00 ms per step, tensorflow 4.00 ms, webgpu 8.00 ms; /);
  });

  it('passes over a backend that fails at this work, and is refused where all do', async () => {
    steps = { wasm: 2, webgpu: null };
    expect(await open().choose('auto', { work: work('softmax') })).toMatchObject({
      name: 'wasm',
      why: expect.stringContaining('webgpu too slow, or failed') as unknown,
    });
    const [failed] = (await open().speeds()).filter(({ backend }) => backend === 'webgpu');
    expect(failed).toMatchObject({ milliseconds: null, detail: 'no kernel' });
    steps = { wasm: null, webgpu: null };
    await expect(open().choose('auto', { work: work('reinforce') })).rejects.toThrow(
      /auto cannot tell which of webgpu, wasm is the fastest/,
    );
  });

  it('is what a person made the default, unmeasured', async () => {
    const backends = open();
    backends.standard = 'webgpu';
    expect(await backends.choose('auto', { work: work('softmax') })).toMatchObject({ name: 'webgpu' });
    expect(asked).toEqual(['probe webgpu']);
  });

  it('measures one comparison after the other', async () => {
    const backends = open();
    const both = [work('softmax'), work('softmax')].map((one) => backends.choose('auto', { work: one }));
    expect((await Promise.all(both)).map(({ name }) => name)).toEqual(['wasm', 'wasm']);
    expect(asked.filter((one) => one.startsWith('measure'))).toEqual(['measure webgpu', 'measure wasm']);
  });
});

it('a shape is the problem, the family of the estimator, and the size of a run to the next power of two', () => {
  const [first, ...others] = samplesOf([
    ...work('softmax', 'gumbel-softmax'),
    ...work('softmax').map(({ runs }) => ({ runs, memory: 4 * 2 ** 20 - 1 })),
  ]);
  expect(others).toEqual([]);
  expect(first).toMatchObject({
    shape: { problem: 'menu-auction', family: 'relaxation', size: 21 },
    runs: 3,
  });
  const larger = samplesOf(work('softmax').map(({ runs }) => ({ runs, memory: 4 * 2 ** 20 })));
  expect(larger.map(({ shape }) => shape.size)).toEqual([22]);
});
