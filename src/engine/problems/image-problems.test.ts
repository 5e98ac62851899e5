/** What all problems that learn from images have in common: the keys of `data`, whatever the preset. */
import { describe, expect, it } from 'vitest';
import { merge } from '../../shared/config-path.ts';
import { imagePaths } from '../images/config.ts';
import { parseConfig, problems } from './registry.ts';

const learners = problems.filter(({ inputPaths = [] }) =>
  imagePaths.every((path) => inputPaths.includes(path)),
);
const cases = learners.flatMap((problem) =>
  problem.presets.map((preset) => [`${problem.id}, ${preset.id}`, problem, preset] as const),
);

/** As `--set data.kind=idx --set data.images=... ` and so on. */
const given = {
  data: {
    kind: 'idx',
    images: 'train-images.gz',
    labels: 'train-labels.gz',
    testImages: 'test-images.gz',
    testLabels: 'test-labels.gz',
    limit: 1000,
    binarize: 'threshold',
    threshold: 0.3,
    validation: 0.2,
    test: 0.1,
    seed: 7,
    transposed: true,
  },
};

it('there are some', () => {
  expect(learners.map(({ id }) => id)).toContain('gaussian-vae');
});

describe.each(cases)('%s', (_, problem, { config, variants = [{ config: {} }] }) => {
  it.each(variants.map((variant) => [variant.config] as const))('takes IDX files: %o', (own) => {
    const parsed = parseConfig(problem, merge(merge(config, own), given));
    expect(parsed).toMatchObject(given);
  });

  it('shows images before the start', () => {
    expect(problem.preview).toBeDefined();
  });
});
