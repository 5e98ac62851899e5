/** The verdict of a comparison: every pair of its rows tested, p adjusted over all of them, and one sentence. */
import padjust from '@stdlib/stats-padjust';
import {
  isOpen,
  LEVEL,
  type Verdict,
  type VerdictPair,
  type VerdictPlan,
} from '../../../shared/contract/verdict.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { mean } from '../../../shared/interval.ts';
import type { RunRecord } from '../../../shared/run.ts';
import { endedBySweep, endedSentence } from '../../../shared/sweep/ending.ts';
import type { SeedGroup } from '../groups.ts';
import { meetings, pairedGroups } from '../paired.ts';
import { improvementOf, testIndependent, testPaired, type Tested } from './paired-tests.ts';
import { seedsNeeded, type Design } from './seeds-needed.ts';
import { signedRankPairs } from './signed-rank.ts';
import { sentenceOf, type JudgedRow } from './sentence.ts';

type Direction = ProblemDescriptor['direction'];

export interface VerdictSubject {
  readonly groups: readonly SeedGroup[];
  /** By group: as a person reads it, and as scripts name it. */
  readonly labels: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
  readonly metricLabel: string;
  readonly direction: Direction;
  readonly plan: VerdictPlan;
  readonly declared: boolean;
  /** Runs that were added later, after somebody looked. */
  readonly added: number;
  /** Value of a completed run; null: not a finite number; undefined: it has none. */
  valueOf(run: RunRecord): number | null | undefined;
}

/** What became of a seed: a value, `failed` (or no finite value), ended by its sweep and never to have one, or nothing yet. */
type Outcome = number | 'failed' | 'ended' | null;

/** Verdicts by what they follow from: a page asks again with every event of a run, and thousands of pairs take half a second. */
const remembered = new Map<string, Verdict>();
const MOST_REMEMBERED = 20;

export function verdictOf(subject: VerdictSubject): Verdict {
  const key = causeOf(subject);
  const verdict = remembered.get(key) ?? judged(subject);
  // The newest last.
  remembered.delete(key);
  remembered.set(key, verdict);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return verdict;
}

/** All that a verdict follows from, as a text. */
function causeOf(subject: VerdictSubject): string {
  const { groups, labels, names, metricLabel, direction, plan, declared, added } = subject;
  const rows = groups.map(({ key, task, runs }) => [
    ...[key, task, labels.get(key), names.get(key)],
    runs.map((run) => [run.spec.seed, outcomeOf(run, subject), endedBySweep(run), run.pairing]),
  ]);
  return JSON.stringify([metricLabel, direction, plan, declared, added, rows]);
}

function judged(subject: VerdictSubject): Verdict {
  const { plan, declared } = subject;
  const rows = judgedRows(subject);
  const open = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => pairOf(a, b, subject)));
  const pairs = withMoreSeeds(adjusted(open), rows[0]?.group.key);
  const moreSeeds = mostSeeds(pairs.filter((pair) => pair.groups[0] === rows[0]?.group.key && isOpen(pair)));
  return {
    sentence: sentenceOf({
      rows,
      pairs,
      moreSeeds,
      metricLabel: subject.metricLabel,
      unfinished: subject.groups.flatMap(({ runs }) => runs.filter((run) => outcomeOf(run, subject) === null))
        .length,
      ended: endedSentence(subject.groups.flatMap(({ runs }) => runs)),
      plan,
      declared,
      added: subject.added,
    }),
    ...plan,
    declared,
    family: pairs.length,
    pairs,
    moreSeeds,
  };
}

/** Rows with an outcome at least, the best mean first; those with failed seeds after the others. */
function judgedRows(subject: VerdictSubject): readonly JudgedRow[] {
  const sign = subject.direction === 'maximize' ? 1 : -1;
  return subject.groups
    .map((group) => {
      const outcomes = new Map(group.runs.map((run) => [run.spec.seed, outcomeOf(run, subject)]));
      const values = [...outcomes.values()].filter((outcome) => typeof outcome === 'number');
      return {
        group,
        label: subject.labels.get(group.key) ?? group.key,
        name: subject.names.get(group.key) ?? group.key,
        values,
        failed: [...outcomes].flatMap(([seed, outcome]) => (outcome === 'failed' ? [seed] : [])),
      };
    })
    .filter(({ values, failed }) => values.length + failed.length > 0)
    .sort((a, b) => {
      const failures = Number(a.failed.length > 0) - Number(b.failed.length > 0);
      if (failures !== 0) return failures;
      return a.values.length === 0 || b.values.length === 0 ? 0 : sign * (mean(b.values) - mean(a.values));
    });
}

function outcomeOf(run: RunRecord, { valueOf }: VerdictSubject): Outcome {
  if (run.state === 'failed') return 'failed';
  if (endedBySweep(run) !== null) return 'ended';
  if (run.state !== 'completed') return null;
  const value = valueOf(run);
  return value === null ? 'failed' : (value ?? null);
}

type OpenPair = Omit<VerdictPair, 'adjustedP' | 'moreSeeds'>;

function pairOf(a: JudgedRow, b: JudgedRow, subject: VerdictSubject): OpenPair {
  const { plan, direction } = subject;
  const shared = {
    a: a.name,
    b: b.name,
    groups: [a.group.key, b.group.key] as [string, string],
    improvement: improvementOf(a.values, b.values, direction),
  };
  if (pairedGroups(a.group, b.group) !== true) {
    const failed = a.failed.length + b.failed.length > 0;
    const tested = testIndependent(failed ? [] : a.values, b.values, plan.margin);
    return { ...shared, ...tested, n: Math.min(a.values.length, b.values.length), test: 'welch' };
  }
  const differences = meetings(a.group, b.group).flatMap(([own, other]) => {
    const difference = differenceOf(outcomeOf(own, subject), outcomeOf(other, subject), direction);
    return difference === null ? [] : [difference];
  });
  const ranked = !differences.every(Number.isFinite);
  const tested: Tested = testPaired(differences, ranked ? 'wilcoxon' : plan.test, plan.margin);
  return { ...shared, ...tested, n: differences.length, test: ranked ? 'wilcoxon' : plan.test };
}

/** A failed seed is worse than any value: infinitely, so that only ranks can tell. */
function differenceOf(own: Outcome, other: Outcome, direction: Direction): number | null {
  if (own === null || other === null || own === 'ended' || other === 'ended') return null;
  if (typeof own === 'number' && typeof other === 'number') return own - other;
  if (own === other) return 0;
  return (own === 'failed') === (direction === 'maximize') ? -Infinity : Infinity;
}

function adjusted(pairs: readonly OpenPair[]): readonly Omit<VerdictPair, 'moreSeeds'>[] {
  const known = pairs.flatMap(({ p }) => (p === null ? [] : [p]));
  const byHolm = known.length === 0 ? [] : padjust([...known], 'holm');
  let next = 0;
  return pairs.map((pair) => ({ ...pair, adjustedP: pair.p === null ? null : byHolm[next++]! }));
}

/** @param best key of the row whose pairs are told what would settle them */
function withMoreSeeds(
  pairs: readonly Omit<VerdictPair, 'moreSeeds'>[],
  best: string | undefined,
): VerdictPair[] {
  const level = LEVEL / Math.max(1, pairs.filter(isOpen).length);
  return pairs.map((pair) => {
    const { effect, n, test } = pair;
    if (pair.groups[0] !== best || !isOpen(pair) || effect === null || effect === 0)
      return { ...pair, moreSeeds: null };
    const design: Design = test === 'welch' ? 'independent' : 'paired';
    const told = seedsNeeded(design, effect, level);
    const needed = told === null || test !== 'wilcoxon' ? told : Math.max(told, signedRankPairs(level));
    return { ...pair, moreSeeds: needed === null ? null : Math.max(1, needed - n) };
  });
}

/** Null where one of them would need too many, or none is open. */
function mostSeeds(pairs: readonly VerdictPair[]): number | null {
  if (pairs.some(({ moreSeeds }) => moreSeeds === null)) return null;
  return pairs.length === 0 ? null : Math.max(...pairs.map(({ moreSeeds }) => moreSeeds!));
}
