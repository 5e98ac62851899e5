/** The runs of a guide to the temperature: short, paired, constants and schedules around the temperature that the request has. */
import { canTake, type ChoiceType } from '../../../shared/choice.ts';
import type { Estimate } from '../../../shared/contract/experiments.ts';
import { shortenedName } from '../../../shared/contract/texts.ts';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ExperimentRequest, VariantRequest } from '../../../shared/experiment.ts';
import { GUIDE_SEEDS, scheduleText } from '../../../shared/guide.ts';
import { temperatureSchema, type TemperatureSchedule } from '../../../shared/schedule.ts';
import {
  choiceOf,
  hasGap,
  listEstimators,
  readsTemperature,
  requestVariants,
  resolveExperiment,
} from '../../catalog.ts';

type Experiment = ReturnType<typeof resolveExperiment>;

/** Constants that are tried, as shares of the temperature that the request begins with. */
const SHARES = [0.1, 0.2, 0.5, 1, 2];
/** Of the steps of a restart where nobody says how many. */
const SHARE_OF_STEPS = 0.2;
/** Hard evaluations that a short run has at least, if the whole one has as many. */
const LEAST_EVALUATIONS = 4;
/** Of an adaptive schedule: what is left of the temperature when it cools. */
const [HARSH, GENTLE] = [0.3, 0.8];
/** Fewer tell nothing. */
const LEAST_STEPS = 20;

/**
 * The request for the runs of a guide.
 * @param asked what a person would train; of several variants the first
 * @param steps of a restart; undefined: a fifth of those asked for
 * @throws AppError `validation` where none of its estimators reads the temperature, or with more steps than the request has
 */
export function temperatureGuide(asked: ExperimentRequest, steps?: number): ExperimentRequest {
  const plain = withoutSweep(asked);
  if (plain.from !== undefined) {
    throw new AppError('validation', 'from: a guide begins at step 0; leave the fork out', { path: 'from' });
  }
  const { base, experiment } = firstOf(plain);
  const estimators = readersOf(experiment, base);
  const { whole, tried } = stepsOf(experiment, steps);
  const usual = temperatureSchema.parse(experiment.config['temperature']);
  const evaluations = Math.floor(tried / Number(experiment.config['evaluateEvery']));
  const cools = hasGap(experiment.problem, experiment.config) && evaluations > 0;
  const settings = settingsAround(usual, cools ? evaluations : 0);
  return {
    ...base,
    problem: experiment.problem,
    name: asked.name ?? shortenedName(`Temperature of ${experiment.preset ?? experiment.problem}`),
    estimators: [...estimators],
    settings: Object.fromEntries(Object.entries(base.settings).filter(([id]) => estimators.includes(id))),
    seeds: asked.seeds ?? [...GUIDE_SEEDS],
    config: {
      ...base.config,
      steps: tried,
      // They measure, change nothing, and take the time of many steps.
      ...(experiment.config['diagnostics'] ? { diagnostics: null } : {}),
    },
    variants: settings.map(({ name, temperature }) => ({ name, config: { temperature }, settings: {} })),
    // A step may lie beyond the end of short runs.
    verdict: { ...asked.verdict, step: null },
    guide: { key: 'temperature', standard: scheduleText(usual), wholeSteps: whole },
  };
}

/** Estimators of a request that its guide leaves out, as they read no temperature. */
export function leftOutOf({
  sweep: _sweep,
  search: _search,
  ...plain
}: ExperimentRequest): readonly string[] {
  const { runs } = firstOf(plain).experiment;
  return [...new Set(runs.filter((run) => !readsTemperature(run)).map(({ estimator }) => estimator))];
}

function withoutSweep(asked: ExperimentRequest): ExperimentRequest {
  const plain = { ...asked };
  delete plain.sweep;
  delete plain.search;
  return plain;
}

/** The first variant stands for all of them. @param plain without a sweep */
function firstOf(plain: ExperimentRequest) {
  const { request: base } = requestVariants(plain)[0]!;
  return { base, experiment: resolveExperiment(base, (path) => path) };
}

/**
 * The same, with as many steps as there is time for.
 * @param minutes of the clock, hard evaluations not counted
 * @param estimate how long a request takes
 * @throws AppError `validation` where that is too few to tell anything
 */
export async function guideWithin(
  asked: ExperimentRequest,
  minutes: number,
  estimate: (request: ExperimentRequest) => Promise<Pick<Estimate, 'seconds'>>,
): Promise<ExperimentRequest> {
  const usual = temperatureGuide(asked);
  const { wholeSteps } = usual.guide!;
  const { seconds } = await estimate(usual);
  const room = Math.floor((Number(usual.config['steps']) * 60 * minutes) / seconds);
  if (room < Math.min(LEAST_STEPS, wholeSteps)) {
    const runs = usual.variants!.length * usual.seeds!.length * usual.estimators!.length;
    throw new AppError(
      'validation',
      `minutes: ${minutes} ${minutes === 1 ? 'minute has' : 'minutes have'} room for ${counted(room, 'step')} of each of ${counted(runs, 'run')}, too few to learn anything from; allow about ${Math.ceil((minutes * LEAST_STEPS) / Math.max(1, room))}, or use fewer seeds or estimators`,
      { path: 'minutes' },
    );
  }
  return temperatureGuide(asked, Math.min(room, wholeSteps));
}

/** Ids of the estimators whose training depends on the temperature. */
function readersOf({ runs }: Experiment, request: ExperimentRequest): readonly string[] {
  const readers = [...new Set(runs.filter((run) => readsTemperature(run)).map(({ estimator }) => estimator))];
  if (readers.length > 0) return readers;
  const asked = [...new Set(runs.map(({ estimator }) => estimator))];
  const choice = choiceOf(request);
  const fitting = choice === null ? [] : fittingReaders(choice);
  throw new AppError(
    'validation',
    `estimators: ${asked.join(', ')} ${asked.length === 1 ? 'uses' : 'use'} no temperature, so no temperature is better than another; ${fitting.length === 0 ? 'no estimator of such a choice does' : `choose among ${fitting.join(', ')}`}`,
    { path: 'estimators' },
  );
}

function fittingReaders(choice: ChoiceType): readonly string[] {
  return listEstimators()
    .filter((known) => canTake(known, choice) && readsTemperature({ estimator: known.id, settings: {} }))
    .map(({ id }) => id);
}

function stepsOf({ config }: Experiment, asked: number | undefined) {
  const [whole, every] = [Number(config['steps']), Number(config['evaluateEvery'])];
  if (asked !== undefined && asked > whole) {
    throw new AppError(
      'validation',
      `steps: ${asked} of ${whole}; a guide is never longer than the training it is for, so use fewer, or --set steps=${asked}`,
      { path: 'steps' },
    );
  }
  const short = Math.max(Math.ceil(SHARE_OF_STEPS * whole), LEAST_EVALUATIONS * every, LEAST_STEPS);
  return { whole, tried: asked ?? Math.min(whole, short) };
}

interface Setting extends Pick<VariantRequest, 'name'> {
  readonly temperature: TemperatureSchedule;
}

/**
 * Constants from a tenth to the double of the temperature that there is, as far down or up as that goes itself, and schedules from the
 * hottest of them to the coldest.
 * @param coolings at most, of an adaptive one, which could then reach the coldest; 0: nothing that it goes by is measured
 */
function settingsAround(usual: TemperatureSchedule, coolings: number): readonly Setting[] {
  const begin = typeof usual === 'number' ? usual : usual.from;
  const around = SHARES.map((share) => (share === 1 ? begin : rounded(share * begin)));
  const [low, high] = [Math.min(...around), Math.max(...around)];
  const end = typeof usual === 'number' ? begin : usual.to;
  const constants = [...new Set(end < low || end > high ? [...around, end] : around)].sort((a, b) => a - b);
  const [to, from] = [constants[0]!, constants.at(-1)!];
  const tried: readonly TemperatureSchedule[] = [
    ...constants,
    { kind: 'exponential', from, to, until: 1 },
    { kind: 'linear', from, to, until: 1 },
    ...(coolings === 0 ? [] : [adaptiveOf(from, to, coolings)]),
    ...(typeof usual === 'number' ? [] : [usual]),
  ];
  // What there is counts, where one of the others is called as it is.
  return [...new Map(tried.map((temperature) => [scheduleText(temperature), temperature]))].map(
    ([name, temperature]) => ({ name, temperature }),
  );
}

/** Gentle where there is time for it. */
function adaptiveOf(from: number, to: number, coolings: number): TemperatureSchedule {
  const factor = Math.min(GENTLE, Math.max(HARSH, Number(((to / from) ** (1 / coolings)).toFixed(2))));
  return { kind: 'adaptive', from, to, factor, tolerance: 0.05 };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
