/** The page's forms against the problems as they are: a preset must survive being shown and sent again. */
import { describe, expect, it } from 'vitest';
import { describeProblem, problems } from '../../src/engine/problems/registry.ts';
import { asSchema, completed } from '../../src/renderer/ui/schema-form/schema.ts';

describe.each(problems.flatMap((problem) => problem.presets.map((preset) => ({ problem, preset }))))(
  '$problem.id, preset $preset.id',
  ({ problem, preset }) => {
    it('is completed to what the problem itself takes it for', () => {
      const schema = asSchema(describeProblem(problem).config);
      expect(problem.config.parse(completed(schema, preset.config))).toEqual(
        problem.config.parse(preset.config),
      );
    });
  },
);
