import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildRequest } from './request.ts';

const folder = mkdtempSync(join(tmpdir(), 'gumbel-request-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, `${Math.abs(content.length * 31 + content.charCodeAt(0))}.json`);
  writeFileSync(path, content);
  return path;
}

describe('requests from options', () => {
  it('a number of seeds counts from 1, a list is itself', () => {
    expect(buildRequest({ set: [], seeds: '3' }).seeds).toEqual([1, 2, 3]);
    expect(buildRequest({ set: [], seeds: '4,2' }).seeds).toEqual([4, 2]);
    expect(buildRequest({ set: [], seeds: '7,' }).seeds).toEqual([7]);
  });

  it('--set reads JSON where it is JSON, nests by dots, and sends estimator settings to their place', () => {
    const request = buildRequest({
      set: [
        'options=64',
        'valuations.kind=cats',
        'valuations.path=a=b',
        'estimators.reinforce.samples=4',
        'flag=true',
      ],
    });
    expect(request.config).toEqual({ options: 64, valuations: { kind: 'cats', path: 'a=b' }, flag: true });
    expect(request.settings).toEqual({ reinforce: { samples: 4 } });
  });

  it('a config file is a request or just a config; the command line wins', () => {
    const asConfig = buildRequest({ set: ['options=8'], config: file('{"options": 4, "steps": 10}') });
    expect(asConfig.config).toEqual({ options: 8, steps: 10 });
    const asRequest = buildRequest({
      set: [],
      config: file('{"preset": "smoke", "seeds": [9]}'),
      seeds: '1',
    });
    expect(asRequest).toMatchObject({ preset: 'smoke', seeds: [1] });
  });

  it.each([
    [{ set: ['options'] }, /--set options: expected key=value/],
    [{ set: ['__proto__.x=1'] }, /expected key=value/],
    [{ set: [], seeds: 'x' }, /--seeds x/],
    [{ set: [], seeds: '0' }, /1 to 1000/],
    [{ set: [], seeds: '-1,2' }, /--seeds/],
    [{ set: [], seeds: '100000' }, /1 to 1000/],
    [{ set: [], seeds: Array.from({ length: 1001 }, (_, seed) => seed).join(',') }, /1 to 1000 seeds/],
    [{ set: [], config: file(JSON.stringify({ seeds: Array(100_000).fill(1) })) }, /at most 1000 seeds/],
    [{ set: [], config: '/nowhere.json' }, /cannot be read/],
    [{ set: [], config: file('{oops') }, /not valid JSON/],
    [{ set: [], config: file('[1, 2, 3]') }, /expected a JSON object/],
    [{ set: [], backend: 'cuda' }, /backend/],
  ])('%j is refused', (options, message) => {
    expect(() => buildRequest(options)).toThrow(message);
    expect(Object.prototype).not.toHaveProperty('x');
  });
});
