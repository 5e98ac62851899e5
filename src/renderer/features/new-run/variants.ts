/** Named variants of a new comparison as the form has them: what is typed, and what a request says of it. */
import {
  noOverrides,
  readAssignments,
  writeAssignments,
  type Overrides,
} from '../../../shared/assignments.ts';
import { AppError, type Issue } from '../../../shared/errors.ts';
import type { VariantRequest } from '../../../shared/experiment.ts';

export interface VariantRow {
  readonly name: string;
  /** What it changes, as on the command line: `batch=64, estimators.reinforce.samples=4`. */
  readonly changes: string;
}

export function rowsOf(variants: readonly VariantRequest[] = []): readonly VariantRow[] {
  return variants.map(({ name, ...overrides }) => ({
    name,
    changes: writeAssignments(overrides).join(', '),
  }));
}

/** A row that cannot be read has no changes in the request: `variantIssues` says so. */
export function variantRequests(rows: readonly VariantRow[]): VariantRequest[] {
  return rows.map(({ name, changes }, i) => {
    const read = readRow(changes, i);
    return { name: name.trim(), ...(read instanceof AppError ? noOverrides : read) };
  });
}

/** What only the rows can tell. */
export function variantIssues(rows: readonly VariantRow[]): readonly Issue[] {
  return rows.flatMap(({ changes }, i): Issue[] => {
    const read = readRow(changes, i);
    return read instanceof AppError ? [{ path: `variants.${i}.config`, message: read.message }] : [];
  });
}

function readRow(changes: string, index: number): Overrides | AppError {
  try {
    return readAssignments(changes, `Variant ${index + 1}`);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
