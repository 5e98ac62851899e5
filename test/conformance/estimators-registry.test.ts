/** The estimators' registry: complete, documented, described as data, strict about ids and settings. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  describeEstimator,
  estimators,
  findEstimator,
  parseSettings,
} from '../../src/engine/estimators/registry.ts';
import { AppError } from '../../src/shared/errors.ts';

const folder = new URL('../../src/engine/estimators/', import.meta.url);
const headings = ['Approximates', 'With', 'Requires', 'Shapes', 'Bias', 'Variance', 'Cost', 'Sign', 'Source'];

/** The text after each heading of the docstring above `defineEstimator`, in the order of the file. */
function docstring(id: string): { title: string; sections: Map<string, string> } {
  const source = readFileSync(new URL(`${id}.ts`, folder), 'utf8');
  const comment = /\/\*\*\n((?: \*.*\n)+) \*\/\nexport const \w+ = defineEstimator\(/.exec(source)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.slice(3));
  const sections = new Map<string, string>();
  let title = '';
  let current = '';
  for (const line of lines) {
    const heading = /^([A-Z][a-z]+): {2,}(\S.*)$/.exec(line);
    if (heading) {
      current = heading[1]!;
      sections.set(current, heading[2]!);
    } else if (current === '') {
      title = `${title} ${line}`.trim();
    } else {
      sections.set(current, `${sections.get(current)!} ${line.trim()}`.trim());
    }
  }
  return { title, sections };
}

function failure(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected an AppError');
}

test('every file of the folder is registered, alphabetically, under its name', () => {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts') && entry.name !== 'registry.ts')
    .map((entry) => entry.name.replace(/\.ts$/, ''));
  expect(estimators.map(({ id }) => id)).toEqual(files.sort());
});

describe.each(estimators)('$id', (definition) => {
  const { title, sections } = docstring(definition.id);

  test('the docstring has its title and every heading, in order', () => {
    expect(title).toMatch(/^[A-Z][^:]+: .+\.$/);
    expect([...sections.keys()]).toEqual(headings);
    for (const text of sections.values()) expect(text.length).toBeGreaterThan(10);
    expect(sections.get('Approximates')!.split(',')[0]).toBe(
      definition.supports.includes('none') ? 'grad f' : 'grad_theta E_{z ~ p(z; theta)} [ f(z) ]',
    );
    expect(sections.get('Bias')!.startsWith(`${definition.bias}: `)).toBe(true);
    expect(sections.get('Source')).toMatch(/Differs from source: \S/);
  });

  test('the first example is the default, all of them parse, and no setting lacks a default', () => {
    expect(definition.examples[0]).toEqual({});
    for (const example of definition.examples) {
      expect(parseSettings(definition, example)).toMatchObject(example as object);
    }
  });

  test('the descriptor is plain data with a JSON Schema that explains every setting', () => {
    const descriptor = describeEstimator(definition);
    expect(structuredClone(descriptor)).toEqual(descriptor);
    expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
    expect(descriptor).toMatchObject({ id: definition.id, label: definition.label, bias: definition.bias });
    const schema = descriptor.settings as {
      type: string;
      additionalProperties: boolean;
      properties?: Record<string, { default?: unknown; description?: string }>;
    };
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    for (const field of Object.values(schema.properties ?? {})) {
      expect(field.default).toBeDefined();
      expect(field.description).toMatch(/\w{3}/);
    }
  });

  test('references have a title and an address, and the docstring cites each by author and year', () => {
    const source = sections.get('Source')!;
    const citations = definition.references.map(({ authors, venue }) => {
      const year = /\d{4}/.exec(venue)?.[0];
      return source.includes(`${authors} ${year}`)
        ? `${authors} ${year}`
        : `${authors.split(',')[0]} ${year}`;
    });
    expect(citations.filter((citation) => !source.includes(citation))).toEqual([]);
    expect(new Set(citations).size).toBe(citations.length);
    expect(citations.length).toBeGreaterThan(0);
    // Titles and addresses stand in `references` alone.
    expect(source).not.toContain('https://');
    for (const { authors, title: name, venue, url } of definition.references) {
      expect([authors, name, venue].every((text) => text.length > 3)).toBe(true);
      expect(url).toMatch(/^https:\/\//);
    }
  });

  test('an unknown setting is refused by its path', () => {
    const error = failure(() => parseSettings(definition, { smaples: 2 }));
    expect(error.kind).toBe('validation');
    expect(error.path).toBe(`estimators.${definition.id}.smaples`);
    expect(error.message).toContain(`estimators.${definition.id}.smaples: there is no such setting`);
  });

  test('settings that are no object are refused', () => {
    expect(failure(() => parseSettings(definition, 'none'))).toMatchObject({
      kind: 'validation',
      path: `estimators.${definition.id}`,
    });
  });
});

describe('settings', () => {
  test.each([
    ['reinforce', { samples: 0 }, 'estimators.reinforce.samples'],
    ['reinforce', { samples: 1.5 }, 'estimators.reinforce.samples'],
    ['reinforce', { samples: 1, baseline: 'leave-one-out' }, 'estimators.reinforce.samples'],
    ['reinforce', { baseline: 'constant' }, 'estimators.reinforce.baseline'],
    ['reinforce', { decay: 1 }, 'estimators.reinforce.decay'],
    ['reinforce', { loss: 'both' }, 'estimators.reinforce.loss'],
    ['arms', { samples: 1 }, 'estimators.arms.samples'],
    ['double-cv', { samples: 1 }, 'estimators.double-cv.samples'],
    ['double-cv', { alpha: 'none' }, 'estimators.double-cv.alpha'],
    ['unordered-set', { samples: 1 }, 'estimators.unordered-set.samples'],
    ['unordered-set', { samples: 11 }, 'estimators.unordered-set.samples'],
    ['rebar', { eta: 2 }, 'estimators.rebar.eta'],
    ['rebar', { coupled: 'yes' }, 'estimators.rebar.coupled'],
    ['relax', { hidden: 0 }, 'estimators.relax.hidden'],
    ['relax', { rate: -1 }, 'estimators.relax.rate'],
    ['straight-through', { forward: 'soft' }, 'estimators.straight-through.forward'],
    ['straight-through', { backward: 'hard' }, 'estimators.straight-through.backward'],
    ['gapped-st', { gap: -1 }, 'estimators.gapped-st.gap'],
    ['gapped-st', { gapBy: 'p' }, 'estimators.gapped-st.gapBy'],
    ['gumbel-rao', { samples: 0 }, 'estimators.gumbel-rao.samples'],
    ['reinmax', { temperature: 1.3 }, 'estimators.reinmax.temperature'],
    ['entmax', { alpha: 1.01 }, 'estimators.entmax.alpha'],
    ['entmax', { alpha: 2.5 }, 'estimators.entmax.alpha'],
    ['soft-dp', { size: 0 }, 'estimators.soft-dp.size'],
    ['soft-dp', { structure: 'assignment' }, 'estimators.soft-dp.structure'],
    ['soft-dp', { weights: [0.5] }, 'estimators.soft-dp.weights.0'],
    ['perturbed-max', { capacity: 1000 }, 'estimators.perturbed-max.capacity'],
    ['perturbed-max', { samples: 1e6 }, 'estimators.perturbed-max.samples'],
    ['perturbed-max', { noise: 'uniform' }, 'estimators.perturbed-max.noise'],
  ])('%s refuses %o', (id, raw, path) => {
    const error = failure(() => parseSettings(findEstimator(id), raw));
    expect(error).toMatchObject({ kind: 'validation', path });
    expect(error.message).toContain(path);
  });

  test('leave-one-out with one sample says what it needs', () => {
    const error = failure(() => parseSettings(findEstimator('reinforce'), { baseline: 'leave-one-out' }));
    expect(error.message).toMatch(/at least 2 samples/);
  });

  test('defaults are filled in', () => {
    expect(parseSettings(findEstimator('reinforce'), { samples: 3 })).toEqual({
      samples: 3,
      baseline: 'moving-average',
      decay: 0.99,
      input: 'probabilities',
      loss: 'squared-error',
      hidden: 16,
    });
    expect(parseSettings(findEstimator('straight-through'), {})).toEqual({
      forward: 'sample',
      backward: 'softmax',
    });
  });
});

test.each([
  ['reinforc', 'reinforce'],
  ['gumbel-softma', 'gumbel-softmax'],
  ['gumbel-roa', 'gumbel-rao'],
  ['straight', 'straight-through'],
])('unknown id %s: suggests %s', (id, suggestion) => {
  const error = failure(() => findEstimator(id));
  expect(error).toMatchObject({ kind: 'not-found', path: 'estimators' });
  expect(error.message).toContain(`"${id}" does not exist; did you mean "${suggestion}"?`);
});
