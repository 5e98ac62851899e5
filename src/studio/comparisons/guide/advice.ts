/** What a guide to the temperature found: by estimator the settings that it tried, and what it recommends, in numbers and in words. */
import type { ComparisonRow } from '../../../shared/contract/comparisons.ts';
import type {
  Beside,
  EstimatorAdvice,
  TemperatureAdvice,
  TriedTemperature,
} from '../../../shared/contract/guide.ts';
import { isTold, type VerdictPair } from '../../../shared/contract/verdict.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { Guide } from '../../../shared/guide.ts';
import { collapseOf } from '../../../shared/health.ts';
import { pendingStates, type RunRecord } from '../../../shared/run.ts';
import { temperatureSchema } from '../../../shared/schedule.ts';
import { listEstimators, problemDescriptor } from '../../catalog.ts';
import type { ReadableStore } from '../../store/types.ts';
import { partsOf, type Described } from '../describe.ts';
import { membersOf } from '../members.ts';
import { meanOf } from '../paired.ts';
import { judgedFrom } from '../verdict/stored.ts';
import { chooseTemperature, isOut, type Choice, type Tried } from './choose.ts';
import { adviceSentence, estimatorSentence } from './sentence.ts';

/** With all intervals within this share of the best value temperature hardly matters. */
const HARDLY = 0.05;

/** Null: the comparison was made for no guide, or this version does not know its problem. */
export function storedAdvice(store: ReadableStore, id: string): TemperatureAdvice | null {
  const { comparison, runs } = membersOf(store, { id });
  const problem = problemDescriptor(comparison?.problem);
  if (comparison === null || comparison.guide === null || problem === undefined) return null;
  return adviceOn(comparison.guide, runs, problem, judgedFrom(store, comparison));
}

/** @param runs of the comparison that was made for the guide */
export function adviceOn(
  guide: Guide,
  runs: readonly RunRecord[],
  problem: ProblemDescriptor,
  described: Described = {},
): TemperatureAdvice {
  const metric = described.kept?.metric ?? problem.selectionMetric;
  const subject = {
    guide,
    metric,
    metricLabel: problem.metrics.find(({ name }) => name === metric)?.label ?? metric,
    direction: problem.direction,
  };
  const told = {
    metric,
    metricLabel: subject.metricLabel,
    direction: problem.direction,
    steps: Math.max(1, ...runs.map(({ spec }) => Number(spec.config['steps']))),
    wholeSteps: guide.wholeSteps,
    standard: guide.standard,
    estimators: [...Map.groupBy(runs, ({ spec }) => spec.estimator).values()].map((own) =>
      onEstimator(subject, own, described),
    ),
  };
  const seeds = new Set(runs.map(({ spec }) => spec.seed)).size;
  return { ...told, sentence: adviceSentence(told, seeds) };
}

interface Subject {
  readonly guide: Guide;
  readonly metric: string;
  readonly metricLabel: string;
  readonly direction: ProblemDescriptor['direction'];
}

/** @param runs of one estimator: the pairs of its settings are the family over which p is adjusted */
function onEstimator(subject: Subject, runs: readonly RunRecord[], described: Described): EstimatorAdvice {
  const { guide, direction, metricLabel } = subject;
  const [part] = partsOf(runs, described);
  const estimator = runs[0]?.spec.estimator ?? '';
  const label = listEstimators().find(({ id }) => id === estimator)?.label ?? estimator;
  const sign = direction === 'maximize' ? 1 : -1;
  const rank = ({ value }: Tried) => (value === null ? -Infinity : sign * value.mean);
  const all = (part?.table ?? [])
    .map((row) => triedOf(row, runs, subject.metric))
    .sort((a, b) => rank(b) - rank(a) || 0);
  const floor = Math.max(
    ...all.flatMap((one) => (one.collapsed > 0 && one.collapsed === one.seeds ? [rank(one)] : [])),
  );
  const tried = all.map((one) => ({ ...one, asCollapsed: one.collapsed === 0 && rank(one) <= floor }));
  const pending = runs.filter(({ state }) => pendingStates.includes(state) || state === 'interrupted').length;
  const pairs = part?.verdict?.pairs ?? [];
  const indifferent = pending === 0 && hardlyMatters(tried, pairs);
  const chosen = pending > 0 ? nothingYet : chooseTemperature(tried);
  const usual = tried.find(({ variant }) => variant === guide.standard);
  const choice: Choice = indifferent
    ? { ...chosen, recommended: usual ?? chosen.recommended, plateau: [], edge: null }
    : chosen;
  const { candidates, recommended, edge } = choice;
  const others = tried.filter((one) => one !== recommended);
  const pairOf = (other: Tried | undefined) =>
    pairs.find(
      ({ groups }) =>
        other !== undefined &&
        recommended !== null &&
        groups.includes(other.group) &&
        groups.includes(recommended.group),
    );
  const besideOf = (other: Tried | undefined): Beside | null => {
    const pair = pairOf(other);
    if (other === undefined || recommended === null || pair === undefined) return null;
    return besideOfPair(pair, recommended.group, other.variant, sign);
  };
  const standard = others.includes(usual!) ? usual : undefined;
  const next = candidates.find((one) => one !== recommended && one !== usual);
  const standings = new Map(
    tried.map((one) => [one, standingOf(one, choice, besideOf(one))] satisfies [Tried, unknown]),
  );
  const settings = tried.map(({ bySeed: _bySeed, ...one }, i) => ({
    ...one,
    standing: standings.get(tried[i]!)!,
  }));
  const outcome = indifferent
    ? 'indifferent'
    : pending > 0
      ? 'open'
      : recommended === null
        ? 'none'
        : recommended === usual
          ? 'kept'
          : besideOf(standard)?.told === true
            ? 'better'
            : 'leading';
  const told = {
    estimator,
    label,
    outcome,
    recommended: recommended?.variant ?? null,
    temperature: recommended?.temperature ?? null,
    edge,
    standard: besideOf(standard),
    runnerUp: besideOf(next),
    tried: settings,
  } satisfies Omit<EstimatorAdvice, 'sentence'>;
  return {
    ...told,
    sentence: estimatorSentence(told, {
      metricLabel,
      standard: guide.standard,
      plateau: choice.plateau.map(({ variant }) => variant),
      leader: candidates[0]?.variant ?? null,
      pairs: { standard: pairOf(standard) ?? null, runnerUp: pairOf(next) ?? null },
      pending,
    }),
  };
}

const nothingYet: Choice = { candidates: [], recommended: null, plateau: [], edge: null };

function triedOf(row: ComparisonRow, runs: readonly RunRecord[], metric: string): Tried {
  const members = runs.filter(({ id }) => row.members.includes(id));
  const completed = members.filter(({ state }) => state === 'completed');
  const finite = completed.flatMap((run) => {
    const value = run.metrics[metric];
    return typeof value === 'number' ? [[run.spec.seed, value] as const] : [];
  });
  const failed = members.filter(({ state }) => state === 'failed').length;
  return {
    group: row.group,
    variant: row.variant,
    temperature: temperatureSchema.parse(members[0]?.spec.config['temperature']),
    value: meanOf(finite.map(([, value]) => value)),
    gap: meanOf(completed.flatMap((run) => run.metrics['gap'] ?? [])),
    seeds: members.length,
    failed: failed + completed.length - finite.length,
    collapsed: members.filter(({ alerts }) => collapseOf(alerts) !== undefined).length,
    asCollapsed: false,
    bySeed: new Map(finite),
  };
}

function standingOf(one: Tried, { candidates, recommended }: Choice, beside: Beside | null) {
  const standings = [
    'recommended',
    'alike',
    'behind',
    'out',
    'unknown',
  ] as const satisfies readonly TriedTemperature['standing'][];
  const [chosen, alike, behind, out, unknown] = standings;
  if (isOut(one)) return out;
  if (recommended === null || !candidates.includes(one)) return unknown;
  if (one === recommended) return chosen;
  return beside?.told === true && (beside.advantage ?? 0) > 0 ? behind : alike;
}

function besideOfPair(pair: VerdictPair, recommended: string, variant: string, sign: number): Beside {
  const { groups, difference, low, high, adjustedP, n } = pair;
  const turn = sign * (groups[0] === recommended ? 1 : -1);
  const ends = [low, high].map((end) => (end === null ? null : turn * end));
  const [first = null, second = null] = turn > 0 ? ends : ends.toReversed();
  return {
    variant,
    advantage: difference === null ? null : turn * difference,
    low: first,
    high: second,
    adjustedP,
    told: isTold(pair),
    n,
  };
}

/** Whether all settings are within a small share of the best one, their intervals with them. */
function hardlyMatters(tried: readonly Tried[], pairs: readonly VerdictPair[]): boolean {
  const [best] = tried;
  if (best === undefined || best.value === null || tried.length < 2) return false;
  if (tried.some((one) => isOut(one) || one.value?.n !== one.seeds)) return false;
  const most = HARDLY * Math.abs(best.value.mean);
  return tried.slice(1).every(({ group }) => {
    const pair = pairs.find(({ groups }) => groups.includes(group) && groups.includes(best.group));
    if (pair === undefined || pair.low === null || pair.high === null) return false;
    return Math.max(Math.abs(pair.low), Math.abs(pair.high)) <= most;
  });
}
