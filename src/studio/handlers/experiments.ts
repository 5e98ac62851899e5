import { totalmem } from 'node:os';
import type { ChoiceType } from '../../shared/choice.ts';
import type { CheckedExperiment, StartEvent } from '../../shared/contract/experiments.ts';
import { AppError, type Issue } from '../../shared/errors.ts';
import { experimentRequestSchema, MOST_RUNS, type ExperimentRequest } from '../../shared/experiment.ts';
import { commandLine } from '../../shared/run-command.ts';
import { leftOutSentence } from '../../shared/variants.ts';
import { settleArtefacts } from '../artefacts.ts';
import { estimate } from '../estimate.ts';
import {
  choiceOf,
  contentIssues,
  experimentIssues,
  requestVariants,
  resolveExperiment,
  type FittedVariant,
} from '../catalog.ts';
import { leftOutOf, temperatureGuide } from '../comparisons/guide/plan.ts';
import { sweepPlan } from '../comparisons/sweep/plan.ts';
import { expandRequest, type ExpandedRequest } from '../forks/expand-request.ts';
import { ask } from '../jobs/ask.ts';
import { relay } from '../live/relay.ts';
import { absolutePath, runsOf, tooManyRuns, type PlannedVariant } from '../prepare.ts';
import type { Studio } from '../studio.ts';
import { guarded, implementation } from './implement.ts';

export function experimentHandlers(studio: Studio) {
  const { experiments } = implementation;
  let estimating: AbortController | undefined;
  return {
    check: experiments.check.handler(({ input }) => check(studio, input)),
    estimate: experiments.estimate.handler(async ({ input, signal }) => {
      // Two at once would slow each other down, and both would be wrong.
      estimating?.abort();
      estimating = new AbortController();
      const own = estimating.signal;
      return estimate(studio, input, signal === undefined ? own : AbortSignal.any([own, signal]));
    }),
    preview: experiments.preview.handler(async ({ input, signal }) => {
      const asked = resolveExperiment(expandRequest(studio, firstOf(input)).request, absolutePath);
      const { problem, config } = await settleArtefacts(asked, studio);
      return ask('preview', { problem, config: { ...config } }, { signal });
    }),
    guide: experiments.guide.handler(({ input }) => guide(input)),
    start: experiments.start.handler(({ input }) => guarded(start(studio, input))),
  };
}

async function check(studio: Studio, draft: Readonly<Record<string, unknown>>): Promise<CheckedExperiment> {
  const parsed = experimentRequestSchema.safeParse(draft);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      // The form shows what is wrong with a sweep, and with its search, in one place each.
      path: path[0] === 'sweep' || path[0] === 'search' ? path[0] : path.map(String).join('.'),
      message,
    }));
    return { valid: false, choices: [], issues };
  }
  const choices = new Map<string, ChoiceType>();
  const issues: Issue[] = [];
  const taken: Taken[] = [];
  try {
    const variants = requestVariants(parsed.data);
    for (const variant of variants) {
      // What is wrong with one setting of a sweep is mostly wrong with all of them.
      if (variant.path === 'sweep' && issues.length > 0) break;
      const choice = choiceAsked(studio, variant.request);
      if (choice !== null) choices.set(JSON.stringify(choice), choice);
      const one = await checkOne(studio, variant.request);
      if ('issues' in one) issues.push(...one.issues.map((issue) => located(issue, variant)));
      else taken.push({ ...one, name: variant.name, leftOut: variant.leftOut });
    }
    if (issues.length === 0)
      sweepPlan(parsed.data, variants, Math.min(...taken.map(({ experiment }) => experiment.steps)));
  } catch (error) {
    if (!(error instanceof AppError) || error.path === undefined) throw error;
    issues.push({ path: error.path, message: error.message.replace(`${error.path}: `, '') });
  }
  const runs = runsOf(taken);
  if (runs > MOST_RUNS) {
    const { path = '', message } = tooManyRuns(runs, parsed.data);
    issues.push({ path, message: message.replace(`${path}: `, '') });
  }
  const [first] = taken;
  if (issues.length > 0 || first === undefined) {
    // A mistake that all variants share is said once.
    const once = new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue]));
    return { valid: false, choices: [...choices.values()], issues: [...once.values()] };
  }
  const { problem, preset, config } = first.experiment;
  const specs = taken.flatMap(({ experiment }) => experiment.runs);
  const { parent } = first;
  return {
    valid: true,
    choices: [...choices.values()],
    problem,
    preset,
    config: { ...config },
    settings: Object.fromEntries(
      first.experiment.runs.map(({ estimator, settings }) => [estimator, settings]),
    ),
    estimators: [...new Set(specs.map(({ estimator }) => estimator))],
    seeds: [...new Set(specs.map(({ seed }) => seed))],
    variants: taken.flatMap(({ name }) => (name === null ? [] : [name])),
    leftOut: leftOutSentence(taken) ?? null,
    steps: Math.max(...taken.map(({ experiment }) => experiment.steps)),
    runs,
    memory: Math.max(...taken.map(({ experiment }) => experiment.memory)),
    machineMemory: totalmem(),
    command: commandLine(parsed.data),
    parent: parent === null ? null : { run: parent.run.id, name: parent.run.name, step: parent.step },
  };
}

/** Of one variant, right or wrong as the rest of it may be. */
function choiceAsked(studio: Studio, request: ExperimentRequest): ChoiceType | null {
  try {
    return choiceOf(expandRequest(studio, request).request);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

interface Taken extends PlannedVariant {
  readonly parent: ExpandedRequest['parent'];
}

/** A mistake in what a variant itself says is one of the variant. */
function located(issue: Issue, { name, path, overrides }: FittedVariant): Issue {
  const [section, key = ''] = issue.path.split('.');
  const own = section === 'config' ? overrides.config : section === 'settings' ? overrides.settings : {};
  if (name === null || !Object.hasOwn(own, key)) return issue;
  // Of a sweep and of a preset there is one place to show it.
  if (!path.startsWith('variants.')) return { path, message: `${name}: ${issue.message}` };
  return { path: `${path}.${issue.path}`, message: issue.message };
}

/** One variant: complete, or what is wrong with it. */
async function checkOne(
  studio: Studio,
  asked: ExperimentRequest,
): Promise<Pick<Taken, 'experiment' | 'parent'> | { readonly issues: readonly Issue[] }> {
  const expanded = expanding(studio, asked);
  if ('issues' in expanded) return expanded;
  const { request, parent } = expanded;
  const issues = experimentIssues(request);
  if (issues.length > 0) return { issues };
  const experiment = resolveExperiment(request, absolutePath);
  const wrong = await contentIssues(experiment);
  return wrong.length > 0 ? { issues: wrong } : { experiment, parent };
}

/** What is wrong with the fork that the request asks for, as issues of its fields. */
function expanding(
  studio: Studio,
  request: ExperimentRequest,
): ExpandedRequest | { readonly issues: readonly Issue[] } {
  try {
    return expandRequest(studio, request);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { issues, message, path = 'from' } = error;
    return { issues: issues.length > 0 ? issues : [{ path, message }] };
  }
}

function guide({ seeds: _seeds, name: _name, ...asked }: ExperimentRequest) {
  const request = temperatureGuide(asked);
  const { variants = [], estimators = [], seeds = [], config } = request;
  return {
    request,
    runs: variants.length * estimators.length * seeds.length,
    steps: Number(config['steps']),
    wholeSteps: request.guide!.wholeSteps,
    leftOut: [...leftOutOf(asked)],
  };
}

/** The first variant stands for all of them. */
function firstOf(request: ExperimentRequest): ExperimentRequest {
  return requestVariants(request)[0]?.request ?? request;
}

async function* start(studio: Studio, request: ExperimentRequest): AsyncGenerator<StartEvent, void, void> {
  yield* relay<StartEvent, unknown>(async (emit) => {
    const { id, ended } = studio.operations.start(request, emit);
    emit({ type: 'accepted', operation: id });
    await ended;
  });
}
