/** The command that trains a comparison again: as short as its preset allows, and checked to ask for exactly its runs. */
import { isDeepStrictEqual } from 'node:util';
import type { Overrides } from '../../shared/assignments.ts';
import { difference } from '../../shared/config-path.ts';
import { AppError } from '../../shared/errors.ts';
import { experimentRequestSchema, type ExperimentRequest } from '../../shared/experiment.ts';
import { commandLine } from '../../shared/run-command.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { writeSeeds } from '../../shared/seeds.ts';
import { problemDescriptor, requestVariants, resolveExperiment } from '../catalog.ts';
import { requestOf } from '../comparisons/request.ts';
import { verdictPlan } from '../comparisons/verdict/plan.ts';

export interface Again {
  /** Null: no one command asks for these runs. */
  readonly command: string | null;
  /** Why there is none, or what it does not train; empty: it trains all. */
  readonly note: string;
}

/** @param runs of the comparison, at least one */
export function trainAgain(comparison: ComparisonRecord, runs: readonly RunRecord[]): Again {
  const parent = runs.find((run) => run.parent !== null)?.parent ?? null;
  if (parent !== null) {
    return {
      command: null,
      note: `These runs are forks, the first of ${parent.run} at step ${parent.step}. Their starting points are kept with them, and the command below trains each again.`,
    };
  }
  const seeds = sharedSeeds(runs);
  const wanted = runs.filter(({ spec }) => seeds.includes(spec.seed));
  const request =
    wanted.length === 0
      ? undefined
      : [shortRequest, fullRequest]
          .map((make) => make(comparison, wanted))
          .find((asked) => asked !== undefined && asksFor(asked, wanted));
  if (request === undefined) {
    return {
      command: null,
      note: 'No single command starts these runs (they were made by another version, or do not share seeds): the command below trains each again.',
    };
  }
  const further = [...new Set(runs.map(({ spec }) => spec.seed))].filter((seed) => !seeds.includes(seed));
  return {
    command: commandLine(request),
    note:
      further.length === 0
        ? ''
        : `Only some rows also have ${seedsText(further.sort((a, b) => a - b))}: the command below trains each of those runs again.`,
  };
}

/** Those that every row has. */
function sharedSeeds(runs: readonly RunRecord[]): readonly number[] {
  const rows = [
    ...Map.groupBy(runs, ({ variant, spec }) => JSON.stringify([variant, spec.estimator])).values(),
  ];
  const sets = rows.map((row) => new Set(row.map(({ spec }) => spec.seed)));
  return [...(sets[0] ?? [])].filter((seed) => sets.every((set) => set.has(seed)));
}

function fullRequest(comparison: ComparisonRecord, runs: readonly RunRecord[]): ExperimentRequest {
  return experimentRequestSchema.parse({
    ...requestOf({ ...comparison, preset: null }, runs),
    ...rest(comparison, runs),
  });
}

/** What differs from the preset, or from the defaults; undefined: this version does not know them. */
function shortRequest(
  comparison: ComparisonRecord,
  runs: readonly RunRecord[],
): ExperimentRequest | undefined {
  const { problem, preset, estimators, variants, config, settings, ...full } = requestOf(comparison, runs);
  const plain = { problem, ...(preset === undefined ? {} : { preset }), estimators };
  try {
    const usual = resolveExperiment(experimentRequestSchema.parse(plain), (path) => path);
    const usualSettings = Object.fromEntries(usual.runs.map((run) => [run.estimator, run.settings]));
    const own = Object.entries(difference(settings, usualSettings) as Overrides['settings']);
    const presets = problemDescriptor(problem)?.presets ?? [];
    const brought = presets.find(({ id }) => id === preset)?.variants ?? [];
    return experimentRequestSchema.parse({
      ...full,
      ...plain,
      config: difference(config, usual.config),
      settings: Object.fromEntries(own.filter(([, changed]) => Object.keys(changed).length > 0)),
      ...(variants.length === 0 && brought.length === 0 ? {} : { variants }),
      ...rest(comparison, runs),
    });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function rest({ problem, verdict }: ComparisonRecord, [first]: readonly RunRecord[]): object {
  const descriptor = problemDescriptor(problem);
  const usual = descriptor === undefined ? {} : verdictPlan(descriptor);
  const judged = verdict === null ? {} : difference(verdict, usual);
  return { backend: first?.spec.backend, ...(Object.keys(judged).length === 0 ? {} : { verdict: judged }) };
}

/** Whether the request, as this version reads it, is for these runs and no others. */
function asksFor(request: ExperimentRequest, runs: readonly RunRecord[]): boolean {
  try {
    const asked = requestVariants(request).flatMap(({ name, request: one }) =>
      resolveExperiment(one, (path) => path).runs.map((spec) => ({ variant: name, ...spec })),
    );
    const had = runs.map(({ variant, spec: { backend: _backend, ...spec } }) => ({ variant, ...spec }));
    return isDeepStrictEqual(inOrder(asked), inOrder(had));
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function inOrder<T extends { variant: string | null; estimator: string; seed: number }>(
  specs: readonly T[],
): T[] {
  const nameOf = ({ variant, estimator, seed }: T) => JSON.stringify([variant, estimator, seed]);
  return specs.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function seedsText(seeds: readonly number[]): string {
  return seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${writeSeeds(seeds)}`;
}
