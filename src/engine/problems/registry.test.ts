import { describe, expect, it } from 'vitest';
import { canTake } from '../../shared/choice.ts';
import { merge } from '../../shared/config-path.ts';
import { estimators } from '../estimators/registry.ts';
import { describeProblem, findProblem, parseConfig, problems, registerProblem } from './registry.ts';

const menu = findProblem('menu-auction');

function refusal(raw: unknown): unknown {
  try {
    return parseConfig(menu, raw);
  } catch (error) {
    return error;
  }
}

describe('the registry of problems', () => {
  it('is alphabetical, every id once', () => {
    const ids = problems.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('has picturesEvery in the configs of problems with pictures, and in no others', () => {
    for (const problem of problems) {
      const { properties } = describeProblem(problem).config as { properties: object };
      expect('picturesEvery' in properties, problem.id).toBe((problem.pictures ?? []).length > 0);
    }
  });

  it('finds a problem by what it was called in earlier versions, and no name is of two', () => {
    expect(findProblem('toy-gaussian')).toBe(findProblem('toy-continuous'));
    const names = problems.flatMap(({ id, earlierIds = [] }) => [id, ...earlierIds]);
    expect(names).toHaveLength(new Set(names).size);
    const clash = { ...findProblem('toy-categorical'), id: 'toy-gaussian' };
    expect(() => registerProblem(clash)).toThrow(/"toy-gaussian" is registered twice/);
  });

  it('names the nearest problem', () => {
    expect(() => findProblem('menu-aution')).toThrow(
      /"menu-aution" does not exist; did you mean "menu-auction"/,
    );
  });

  it.each([
    [{ optoins: 4 }, 'optoins', /optoins: there is no such key; did you mean "options"\? Known: .*batch/],
    [{ valuations: { kind: 'xor', atom: 2 } }, 'valuations.atom', /did you mean "atoms"/],
    [{ temperature: { kind: 'linear', from: 1, to: 2, til: 1 } }, 'temperature.til', /did you mean "until"/],
    [{ temperature: { kind: 'linear', from: 1 } }, 'temperature.to', /temperature\.to: .*, found nothing/],
    [{ temperature: 'hot' }, 'temperature', /expected a number above 0, or a schedule: .*, found "hot"/],
    [{ valuations: { kind: 'foo' } }, 'valuations.kind', /'additive' \| .*, found "foo"/],
    [{ split: { tset: 0.1 } }, 'split.tset', /did you mean "test"/],
    [{ options: -1 }, 'options', /Config of Menu auction: options: .*, found -1$/],
    [{ learningRate: Number.NaN }, 'learningRate', /found NaN$/],
    [null, undefined, /^Config of Menu auction: .*found null$/],
  ])('parseConfig refuses %j at %s', (raw, path, message) => {
    const error = refusal(raw);
    expect(error).toMatchObject({ kind: 'validation' });
    expect((error as Error).message).toMatch(message);
    expect((error as { path?: string }).path).toBe(path);
  });
});

describe.each(problems)('$id', (problem) => {
  it('is described by plain data', () => {
    const descriptor = describeProblem(problem);
    expect(JSON.parse(JSON.stringify(descriptor))).toEqual(structuredClone(descriptor));
  });

  it('has a valid default config and valid presets of known estimators', () => {
    const defaults = parseConfig(problem, {});
    expect(parseConfig(problem, defaults)).toEqual(defaults);
    const known = (config: Record<string, unknown>) =>
      estimators
        .filter((one) => canTake(one, problem.choice(parseConfig(problem, config))))
        .map(({ id }) => id);
    for (const preset of problem.presets) {
      expect(() => parseConfig(problem, preset.config)).not.toThrow();
      // Of variants that make different choices, each has those that can take its own.
      const configs = [{}, ...(preset.variants ?? []).map(({ config }) => config)];
      const usable = configs.flatMap((config) => known(merge(preset.config, config)));
      expect(preset.estimators.filter((id) => !usable.includes(id))).toEqual([]);
      expect(preset.seeds.length).toBeGreaterThan(0);
    }
  });

  it('a chart shows metrics of one split only, the first of them in the unit of every reference line beside it', () => {
    for (const { title, metrics } of problem.charts) {
      const own = metrics.map((name) => problem.metrics.find((metric) => metric.name === name));
      const current = own.filter((metric) => metric?.earlier !== true);
      expect(new Set(current.map((metric) => metric?.split)).size, title).toBe(1);
      expect(new Set(current.map((metric) => JSON.stringify(metric?.baselines))).size, title).toBe(1);
    }
  });

  it('has labels by which a person tells its baselines apart', () => {
    const labels = problem.baselines.map(({ label }) => label);
    expect(labels).toEqual([...new Set(labels)]);
  });

  it('lists the metrics that training refers to, every name once', () => {
    const names = problem.metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([problem.valueMetric, problem.hardTrainMetric, problem.selectionMetric, 'gap']),
    );
  });
});
