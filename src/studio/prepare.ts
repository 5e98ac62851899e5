/** From a request to a comparison that can start: everything is checked, the data are read, the reference lines computed. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  requestVariants,
  resolveExperiment,
  type Experiment,
  type FittedVariant,
} from '../engine/catalog.ts';
import { shortenedName } from '../shared/contract/texts.ts';
import { AppError } from '../shared/errors.ts';
import { MOST_RUNS, type ExperimentRequest } from '../shared/experiment.ts';
import type { ExecutorChoice } from '../shared/executor.ts';
import type { Guide } from '../shared/guide.ts';
import type { BackendReport, PreparationStage } from '../shared/jobs.ts';
import { isReference } from '../shared/reference.ts';
import type { ComparisonRecord, RunRecord } from '../shared/run.ts';
import type { SweepPlan } from '../shared/sweep/request.ts';
import type { VerdictPlan } from '../shared/contract/verdict.ts';
import { settleArtefacts } from './artefacts.ts';
import { problemDescriptor } from './catalog.ts';
import { sweepPlan } from './comparisons/sweep/plan.ts';
import { verdictPlan } from './comparisons/verdict/plan.ts';
import { expandRequest, type ExpandedRequest } from './forks/expand-request.ts';
import { readForkPoint, type ForkPoint } from './forks/fork-point.ts';
import { ask } from './jobs/ask.ts';
import type { Backends } from './jobs/backends.ts';
import type { Work } from './jobs/speeds.ts';
import type { ReadableStore } from './store/types.ts';

/** One variant of a comparison, complete. */
export interface PlannedVariant {
  /** Null: the only one, without a name. */
  readonly name: string | null;
  readonly experiment: Experiment;
  /** Estimators of the comparison that cannot take its choice. */
  readonly leftOut: readonly string[];
}

/** A comparison that has been checked and prepared, and is about to start. */
export interface Prepared {
  readonly problem: string;
  readonly preset: string | null;
  /** At least one. */
  readonly variants: readonly PlannedVariant[];
  /** What its runs are forks of; null: they begin at step 0. */
  readonly point: ForkPoint | null;
  readonly backend: BackendReport;
  /** Its device, and why `auto` took it, where it had a choice. */
  readonly device: string;
  readonly baselines: Readonly<Record<string, number>>;
  readonly variantBaselines: ComparisonRecord['variantBaselines'];
  /** What its verdict judges. */
  readonly verdict: VerdictPlan;
  /** How its variants were chosen; null: nobody swept. */
  readonly sweep: SweepPlan | null;
  /** What made the request; null: no guide did. */
  readonly guide: Guide | null;
  /** What trains its runs; null: the studio's own queue. */
  readonly executor: ExecutorChoice | null;
  /** One sentence on the data; those of the first variant, where they differ. */
  readonly summary: string;
}

/** What a comparison is called when nobody named it. */
export function titleOf({ preset, problem, point }: Prepared): string {
  return title({ preset, problem }, point);
}

function title(
  { preset, problem }: Pick<Experiment, 'preset' | 'problem'>,
  parent: { readonly run: RunRecord; readonly step: number } | null,
): string {
  if (parent === null) return preset ?? problem;
  return shortenedName(`Forks of ${parent.run.name}, step ${parent.step}`);
}

/** Where requests are prepared. */
interface Place {
  readonly dataDir: string;
  readonly store: ReadableStore;
}

interface Plan {
  readonly variants: readonly [PlannedVariant, ...PlannedVariant[]];
  readonly sweep: SweepPlan | null;
  readonly parent: ExpandedRequest['parent'];
}

/**
 * Every variant that is asked for, complete.
 * @param standsAt as of `expandRequest`
 * @throws AppError that names the variant, the field and what would be right
 */
function planOf(place: Place, asked: ExperimentRequest, standsAt?: (run: RunRecord) => number): Plan {
  let parent: ExpandedRequest['parent'] = null;
  const fitted = requestVariants(asked);
  const [first, ...others] = fitted.map((variant): PlannedVariant => {
    const planned = ofVariant(variant, () => {
      const expanded = expandRequest(place, variant.request, standsAt);
      ({ parent } = expanded);
      return resolveExperiment(expanded.request, absolutePath);
    });
    // A fork of a variant is of that variant.
    const name = variant.name ?? parent?.run.variant ?? null;
    return { name, experiment: planned, leftOut: variant.leftOut };
  });
  if (first === undefined) throw new Error('a request has at least one variant');
  const variants: Plan['variants'] = [first, ...others];
  const runs = runsOf(variants);
  if (runs > MOST_RUNS) throw tooManyRuns(runs, asked);
  const steps = Math.min(...variants.map(({ experiment }) => experiment.steps));
  return { variants, parent, sweep: sweepPlan(asked, fitted, steps) };
}

export function runsOf(variants: readonly PlannedVariant[]): number {
  return variants.reduce((sum, { experiment }) => sum + experiment.runs.length, 0);
}

/** Of a request with several variants: one alone is counted where it is resolved. */
export function tooManyRuns(runs: number, { sweep }: Pick<ExperimentRequest, 'sweep'>): AppError {
  const path = sweep === undefined ? 'variants' : 'sweep';
  return new AppError(
    'validation',
    `${path}: ${runs} runs, but at most ${MOST_RUNS} are allowed; use fewer variants or seeds`,
    {
      path,
    },
  );
}

function ofVariant<T>({ name }: Pick<FittedVariant, 'name'>, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (name === null || !(error instanceof AppError)) throw error;
    const { kind, message, path, issues } = error;
    throw new AppError(kind, `variant ${JSON.stringify(name)}: ${message}`, {
      cause: error,
      issues,
      ...(path === undefined ? {} : { path }),
    });
  }
}

/** A request as it can be kept: complete, with absolute paths, what it sweeps as variants. That of a fork stays as it is, as its parent may train on. */
export function checkRequest(
  place: Place,
  asked: ExperimentRequest,
): Pick<Prepared, 'problem' | 'preset' | 'variants'> & {
  readonly title: string;
  readonly request: ExperimentRequest;
  readonly sweep: SweepPlan | null;
} {
  const { variants, parent, sweep } = planOf(place, asked);
  const [{ experiment }] = variants;
  verdictOfPlan({ variants }, asked);
  const { problem, preset } = experiment;
  const runs = variants.flatMap((variant) => variant.experiment.runs);
  const completeOf = ({ experiment: one }: PlannedVariant) => ({
    config: { ...one.config },
    settings: Object.fromEntries(one.runs.map(({ estimator, settings }) => [estimator, settings])),
  });
  const named = variants.flatMap((variant) =>
    variant.name === null ? [] : [{ name: variant.name, ...completeOf(variant) }],
  );
  const complete: ExperimentRequest = {
    problem,
    ...(preset === null ? {} : { preset }),
    ...(named.length === 0 ? completeOf(variants[0]) : { config: {}, settings: {} }),
    variants: named,
    estimators: [...new Set(runs.map(({ estimator }) => estimator))],
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    backend: asked.backend,
    ...(asked.verdict === undefined ? {} : { verdict: asked.verdict }),
    ...(asked.guide === undefined ? {} : { guide: asked.guide }),
    ...(asked.executor === undefined ? {} : { executor: asked.executor }),
  };
  const request = asked.from === undefined ? complete : asked;
  return { problem, preset, variants, title: title(experiment, parent), request, sweep };
}

/** @throws AppError `validation` if its problem has no such metric */
function verdictOfPlan(
  { variants: [{ experiment }] }: Pick<Plan, 'variants'>,
  asked: ExperimentRequest,
): VerdictPlan {
  const descriptor = problemDescriptor(experiment.problem);
  if (descriptor === undefined) throw new Error(`no descriptor of ${experiment.problem}`);
  return verdictPlan(descriptor, asked.verdict);
}

export async function prepareExperiment(
  { backends, ...place }: Place & { readonly backends: Backends },
  request: ExperimentRequest,
  signal?: AbortSignal,
  onStage: (stage: PreparationStage) => void = () => undefined,
): Promise<Prepared> {
  // Read once: a parent that trains on may write its next checkpoint meanwhile.
  let point: ForkPoint | null = null;
  const plan = planOf(place, request, (run) => (point ??= readForkPoint(place.dataDir, run)).step);
  // Refused before anything is read.
  const verdict = verdictOfPlan(plan, request);
  const variants: PlannedVariant[] = [];
  for (const variant of plan.variants) {
    variants.push({ ...variant, experiment: await settleArtefacts(variant.experiment, place) });
  }
  const { guide = null, executor = null } = request;
  const choose = async () => {
    if (executor !== null) return trainedElsewhere(request.backend);
    onStage({ stage: 'device', done: false, message: 'Probing the device' });
    const chosen = await backends.choose(request.backend, {
      work: variants.map(({ experiment }) => experiment),
      signal,
      onMeasure: (names) =>
        onStage({ stage: 'device', done: false, message: `Measuring ${names.join(' and ')} on a few steps` }),
    });
    const device = [chosen.device, chosen.why].filter(Boolean).join('; ');
    onStage({ stage: 'device', done: true, message: `${chosen.name} on ${device}` });
    return { backend: chosen, device };
  };
  // One after the other: what is measured has the machine for itself.
  const device = await choose();
  const prepared = await prepareData(variants, executor === null, signal, onStage);
  const [{ problem, preset }] = plan.variants.map(({ experiment }) => experiment) as [Experiment];
  const { sweep } = plan;
  return { problem, preset, variants, point, verdict, sweep, guide, executor, ...device, ...prepared };
}

/**
 * The device of runs that an executor trains. What works here, and how fast, says nothing of other machines: a backend that is named is
 * believed, and `auto` is the one that every machine has.
 */
function trainedElsewhere(asked: ExperimentRequest['backend']): Pick<Prepared, 'backend' | 'device'> {
  const name = asked === 'auto' ? 'wasm' : asked;
  const device = 'trained elsewhere';
  return {
    backend: { name, usable: true, preferable: true, detail: '', fix: '', version: '', device },
    device,
  };
}

/** What a request would train, complete, for whoever measures it. */
export async function workOf(place: Place, request: ExperimentRequest): Promise<readonly Work[]> {
  const { variants } = planOf(place, request);
  return Promise.all(variants.map(({ experiment }) => settleArtefacts(experiment, place)));
}

/** Data are read, and reference lines computed, once for all variants that have the same. */
async function prepareData(
  variants: readonly PlannedVariant[],
  trainsHere: boolean,
  signal: AbortSignal | undefined,
  onStage: (stage: PreparationStage) => void,
): Promise<Pick<Prepared, 'baselines' | 'variantBaselines' | 'summary'>> {
  const kinds: { readonly members: PlannedVariant[]; baselines: Readonly<Record<string, number>> }[] = [];
  for (const variant of variants) {
    const same = kinds.find(({ members: [first] }) =>
      isDeepStrictEqual(first?.experiment.dataConfig, variant.experiment.dataConfig),
    );
    if (same === undefined) kinds.push({ members: [variant], baselines: {} });
    else same.members.push(variant);
  }
  let summary: string | undefined;
  for (const kind of kinds) {
    // What fits with the largest of them fits with all.
    const { name, experiment } = kind.members.reduce((a, b) =>
      b.experiment.memory > a.experiment.memory ? b : a,
    );
    const told = (stage: PreparationStage) =>
      onStage(kinds.length === 1 ? stage : { ...stage, message: `${name ?? ''}: ${stage.message}` });
    const { problem, config } = experiment;
    const input = { problem, config: { ...config }, trainsHere };
    const prepared = await ask('prepare', input, { signal, onProgress: told });
    kind.baselines = prepared.baselines;
    summary ??= prepared.summary;
  }
  const [first, ...others] = kinds.map((kind) => kind.baselines);
  const isShared = ([name, value]: [string, number]) => others.every((other) => other[name] === value);
  const baselines = Object.fromEntries(Object.entries(first ?? {}).filter(isShared));
  const variantBaselines = kinds.flatMap((kind) => {
    const own = Object.fromEntries(Object.entries(kind.baselines).filter(([name]) => !(name in baselines)));
    if (Object.keys(own).length === 0) return [];
    return kind.members.flatMap(({ name }) => (name === null ? [] : [{ variant: name, baselines: own }]));
  });
  return { baselines, variantBaselines, summary: summary ?? '' };
}

export function absolutePath(path: string): string {
  return isReference(path) ? path : resolve(path);
}
