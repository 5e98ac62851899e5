/** A comparison as every host shows it: a part per problem, with its rows, what differs, and what may be compared. */
import type { ComparisonPart, ComparisonRow } from '../../shared/contract/comparisons.ts';
import { budgetText, type SpentBudget } from '../../shared/contract/budget.ts';
import type { Verdict, VerdictPlan, VerdictRequest } from '../../shared/contract/verdict.ts';
import { counted } from '../../shared/counted.ts';
import type { ProblemDescriptor } from '../../shared/descriptor.ts';
import { describedProblem } from '../../shared/described-problem.ts';
import { isFromElsewhere, type DescribedProblem } from '../../shared/elsewhere.ts';
import { collapseOf } from '../../shared/health.ts';
import { rowLabel } from '../../shared/figures/row-styles.ts';
import type { RunRecord } from '../../shared/run.ts';
import { listEstimators, problemDescriptor } from '../catalog.ts';
import { differencesOf } from './differences.ts';
import { groupsOf, type SeedGroup } from './groups.ts';
import { alikeOnce, pairedGroups, pairedSets } from './paired.ts';
import { resultsOf } from './results.ts';
import { sharingOf } from './sharing.ts';
import { planNow, type PlanNow } from './verdict/plan.ts';
import { seedsText } from './verdict/sentence.ts';
import { verdictOf } from './verdict/verdict.ts';

export interface Described {
  /** Key of the group that others are compared with. */
  readonly against?: string;
  /** What the verdict judges, as it was kept; null: as usual. */
  readonly kept?: VerdictPlan | null;
  /** What it is to judge instead. */
  readonly verdict?: VerdictRequest;
  /** Whether a metric to judge that a problem does not have is left out: addresses outlive metrics, and several problems have different ones. */
  readonly lenient?: boolean;
  /** When the comparison was made: runs that are newer were added after somebody looked. */
  readonly madeAt?: number;
  /** Whether the runs are all of a stored comparison: those that somebody chose were chosen after seeing the data. */
  readonly whole?: boolean;
  /** What a script says of the problem of its run; null: nothing. */
  elsewhere?(run: RunRecord): DescribedProblem | null;
  /** What the runs are held to, whose metrics are those that they had then; absent: their ends. */
  readonly budget?: SpentBudget | null;
  /** Value of a metric of a run at a step; null: not finite; undefined: it has none there. */
  valueAt?(run: RunRecord, metric: string, step: number): number | null | undefined;
}

export function partsOf(runs: readonly RunRecord[], described: Described = {}): readonly ComparisonPart[] {
  return [...Map.groupBy(groupsOf(runs), ({ problem }) => problem)].map(([id, groups]) => {
    const { differing, shared, details } = differencesOf(groups);
    const known = problemDescriptor(id);
    const told = known === undefined ? toldOf(groups, described) : null;
    const problem = known ?? (told === null ? undefined : describedProblem(id, told, measuredBy(groups)));
    const rows = resultsOf(groups, details, problem, described.against);
    const sharing = sharingOf(groups, labelled(rows));
    const apart = sharing?.even === false ? sharing.sentence : '';
    const withheld = described.budget?.kind === 'seconds' ? apart : '';
    const planned = problem === undefined ? null : plannedFor(problem, described);
    return {
      problem: id,
      variants: [...new Set(groups.map(({ variant }) => variant))].filter((name) => name !== ''),
      table: [...rows],
      paired: alikeOnce(groups).every((a, i, all) =>
        all.slice(i + 1).every((b) => pairedGroups(a, b) === true),
      ),
      differing: [...differing],
      shared: [...shared],
      remarks: [
        ...remarksOn(
          groups,
          differing.map(({ path }) => path),
        ),
        ...(apart === withheld ? [] : [apart]),
        ...(planned === null || planned.missing === null
          ? []
          : [missingText(id, planned.missing, planned.plan.metric)]),
      ],
      described: told,
      sharing,
      verdict:
        problem === undefined || planned === null
          ? null
          : verdictOn(groups, rows, problem, planned, described, withheld),
    };
  });
}

/** What the first run says whose script says anything. */
function toldOf(groups: readonly SeedGroup[], { elsewhere }: Described): DescribedProblem | null {
  for (const { runs } of groups) {
    for (const run of runs) {
      const told = elsewhere?.(run) ?? null;
      if (told !== null) return told;
    }
  }
  return null;
}

function measuredBy(groups: readonly SeedGroup[]): readonly string[] {
  return groups.flatMap(({ runs }) => runs.flatMap(({ metrics }) => Object.keys(metrics)));
}

/** By group, as a person reads it. */
function labelled(rows: readonly ComparisonRow[]): ReadonlyMap<string, string> {
  const labels = new Map(listEstimators().map(({ id, label }) => [id, label]));
  return new Map(rows.map((row) => [row.group, rowLabel(row, (id) => labels.get(id) ?? id)]));
}

/** @param withheld why there is none; empty: there is one */
function verdictOn(
  groups: readonly SeedGroup[],
  rows: readonly ComparisonRow[],
  problem: ProblemDescriptor,
  { plan, declared }: PlanNow,
  { whole = true, madeAt = Infinity, budget = null, valueAt }: Described,
  withheld: string,
): Verdict {
  const { metric } = plan;
  const step = budget === null ? plan.step : null;
  const isDeclared = declared && whole && budget === null;
  if (budget !== null && withheld !== '') {
    const sentence = `No verdict ${budgetText(budget)}. ${withheld}`;
    return { sentence, ...plan, step, declared: isDeclared, family: 0, pairs: [], moreSeeds: null };
  }
  return verdictOf({
    groups,
    labels: labelled(rows),
    names: new Map(rows.map((row) => [row.group, rowLabel(row, (id) => id)])),
    metricLabel: `${problem.metrics.find(({ name }) => name === metric)?.label ?? metric}${budget === null ? '' : ` ${budgetText(budget)}`}`,
    direction: problem.direction,
    plan: { ...plan, step },
    declared: isDeclared,
    added: groups.flatMap(({ runs }) => runs.filter(({ createdAt }) => createdAt > madeAt)).length,
    valueOf: (run) => (step === null ? run.metrics[metric] : valueAt?.(run, metric, step)),
  });
}

function plannedFor(
  problem: ProblemDescriptor,
  { kept = null, verdict, lenient = false }: Described,
): PlanNow {
  return planNow(problem, kept, lenient ? known(problem, verdict) : verdict);
}

function missingText(problem: string, missing: string, used: string): string {
  return `Before its runs began, this comparison was to be judged by ${missing}, a metric that ${problem} no longer has. It is judged by ${used} instead.`;
}

function known({ metrics }: ProblemDescriptor, { metric, ...asked }: VerdictRequest = {}): VerdictRequest {
  return metrics.some(({ name }) => name === metric) ? { ...asked, metric: metric! } : asked;
}

/** What can and cannot be compared, a sentence each; none where everything can. */
function remarksOn(groups: readonly SeedGroup[], differing: readonly string[]): string[] {
  const remarks: string[] = [];
  const sets = pairedSets(alikeOnce(groups));
  const keys = differing.filter((path) => path.startsWith('config.'));
  if (sets.length > 1) {
    const scripts = groups.some(({ runs }) => runs.some(({ spec }) => isFromElsewhere(spec)));
    const why = scripts
      ? 'nothing shows that a seed gave them the same data, minibatches and initial weights'
      : 'a seed gives them different data, minibatches or initial weights';
    remarks.push(
      `${setsText(sets, keys)}: ${why}. A difference between them has the interval of two independent samples (Welch).`,
    );
  } else if (keys.length > 0 && unknownPairs(groups)) {
    remarks.push(
      `The rows differ in ${keysText(keys)}: a row is a mean over seeds of one config, and only rows of the same config are known to share data and initial weights seed by seed.`,
    );
  }
  const collapsed = collapsedText(groups);
  if (collapsed !== '') remarks.push(collapsed);
  const repeats = groups.flatMap((group) => group.repeats);
  if (repeats.length > 0) {
    const [first] = repeats;
    remarks.push(
      repeats.length === 1 && first !== undefined
        ? `Run ${first.id} repeats a seed of its row and is not counted again: the same seed adds no evidence.`
        : `${repeats.length} runs repeat a seed of their row and are not counted again: the same seed adds no evidence.`,
    );
  }
  return remarks;
}

/** The seeds of each row that collapsed, as their final values are in its mean; empty: none did. */
function collapsedText(groups: readonly SeedGroup[]): string {
  const rows = groups.flatMap(({ estimator, variant, runs }) => {
    const seeds = runs.filter(({ alerts }) => collapseOf(alerts) !== undefined).map(({ spec }) => spec.seed);
    if (seeds.length === 0) return [];
    const name = variant === '' ? estimator : `${variant}, ${estimator}`;
    return [`${name} at ${seedsText(seeds)}`];
  });
  return rows.length === 0
    ? ''
    : `Collapsed: ${rows.join('; ')}. Their values count like those of the others; the pages of these runs say what happened.`;
}

/** Completed runs of two rows that nothing tells about: of earlier versions. Those that have not begun tell later. */
function unknownPairs(groups: readonly SeedGroup[]): boolean {
  const ended = alikeOnce(groups).filter(({ runs }) => runs.some(({ state }) => state === 'completed'));
  return ended.some((a, i) => ended.slice(i + 1).some((b) => pairedGroups(a, b) === null));
}

/** Sets of rows by the names of their variants where these say which, else by the keys that differ. */
function setsText(sets: readonly (readonly SeedGroup[])[], keys: readonly string[]): string {
  const names = sets.map((set) => [...new Set(set.map(({ variant }) => variant))]);
  const all = names.flat();
  if (all.includes('') || new Set(all).size < all.length) {
    return keys.length === 0
      ? 'Not all rows are paired'
      : `Rows that differ in ${keysText(keys)} are not all paired`;
  }
  const [first = '', ...others] = names.map(namesText);
  if (others.length > 3)
    return `Rows of ${sets.length} sets of variants are not paired with those of other sets`;
  return `Rows of ${others.join(', of ')} are not paired with those of ${first}`;
}

function namesText(names: readonly string[]): string {
  const [last = '', ...before] = names.slice(0, 3).toReversed();
  if (names.length > 3)
    return `${names.slice(0, 3).join(', ')} and ${counted(names.length - 3, 'more variant')}`;
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}

function keysText(keys: readonly string[]): string {
  const named = keys.slice(0, 4).map((path) => path.replace('config.', ''));
  const more = keys.length > named.length ? ` and ${counted(keys.length - named.length, 'more key')}` : '';
  return `${named.join(', ')}${more}`;
}

/** One sentence for runs of several problems; empty for one. */
export function severalProblems(parts: readonly ComparisonPart[]): string {
  if (parts.length < 2) return '';
  const labels = parts.map(
    ({ problem: id, described }) => problemDescriptor(id)?.label ?? described?.label ?? id,
  );
  return `These runs are of ${parts.length} problems (${labels.join(', ')}) with different metrics: estimators can be compared within a problem, not across problems.`;
}
