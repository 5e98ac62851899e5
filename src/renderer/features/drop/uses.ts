/** Where the problems of this studio take a file, found in the schemas of their configs. */
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { asSchema } from '../../ui/schema-form/schema.ts';

export interface FileUse {
  readonly problem: string;
  readonly label: string;
  /** Key of the config that takes `{ kind, path }`. */
  readonly key: string;
}

/** Keys of configs of which one kind of value is `kind` with a path. */
export function usesOf(kind: string, problems: readonly ProblemDescriptor[]): readonly FileUse[] {
  return problems.flatMap((problem) =>
    Object.entries(asSchema(problem.config).properties ?? {}).flatMap(([key, schema]) => {
      const kinds = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
      const takes = kinds.some(
        ({ properties }) => properties?.['kind']?.const === kind && properties['path'] !== undefined,
      );
      return takes ? [{ problem: problem.id, label: problem.label, key }] : [];
    }),
  );
}
