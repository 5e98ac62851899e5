/** A verdict in words. */
import {
  isOpen,
  isTold,
  LEVEL,
  type VerdictPair,
  type VerdictPlan,
} from '../../../shared/contract/verdict.ts';
import { counted } from '../../../shared/counted.ts';
import { plainNumber } from '../../../shared/number-format.ts';
import type { SeedGroup } from '../groups.ts';
import { leastSignedRankP } from './signed-rank.ts';
import { MOST_SEEDS_NEEDED } from './seeds-needed.ts';

export interface JudgedRow {
  readonly group: SeedGroup;
  readonly label: string;
  readonly name: string;
  /** Of its completed runs. */
  readonly values: readonly number[];
  /** Seeds that failed, or ended without a finite value. */
  readonly failed: readonly number[];
}

interface Judged {
  /** Best first. */
  readonly rows: readonly JudgedRow[];
  readonly pairs: readonly VerdictPair[];
  readonly moreSeeds: number | null;
  readonly metricLabel: string;
  /** Runs without an outcome. */
  readonly unfinished: number;
  /** What became of runs that a sweep ended; empty: it ended none. */
  readonly ended: string;
  readonly plan: VerdictPlan;
  readonly declared: boolean;
  /** Runs that were added after somebody looked. */
  readonly added: number;
}

/** Rows that a sentence names; of more it says how many there are. */
const MOST_NAMED = 3;

export function sentenceOf(judged: Judged): string {
  return [
    standing(judged),
    ...failures(judged),
    ...outOfReach(judged),
    judged.unfinished === 0 ? '' : `${counted(judged.unfinished, 'run')} without a value yet.`,
    judged.ended,
    judged.added === 0
      ? ''
      : `${counted(judged.added, 'run')} added after a first look, which p does not account for.`,
    judged.declared ? '' : 'What is judged was chosen after seeing the data.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function standing({ rows, pairs, moreSeeds, metricLabel, plan }: Judged): string {
  const [best] = rows;
  if (best === undefined) return 'No run has ended yet.';
  if (rows.length === 1) return `Only ${best.label} has ended: there is nothing to compare it with.`;
  const labels = new Map(rows.map(({ group, label }) => [group.key, label]));
  const labelOf = ({ groups }: VerdictPair) => labels.get(groups[1]) ?? groups[1];
  const own = pairs.filter(({ groups }) => groups[0] === best.group.key);
  const told = own.filter(isTold);
  const alike = own.filter((pair) => !isTold(pair) && !isOpen(pair));
  const open = own.filter(isOpen);
  const where = plan.step === null ? metricLabel : `${metricLabel} at step ${plan.step}`;
  const parts: string[] = [];
  const [nearest, ...further] = told;
  if (nearest !== undefined) {
    const others = further.length === 0 ? '' : `, and of ${namesOf(further.map(labelOf))}`;
    parts.push(`${best.label} is ahead of ${labelOf(nearest)} ${measured(nearest, where)}${others}.`);
  }
  if (alike.length > 0) {
    parts.push(
      `${namesOf(alike.map(labelOf))} ${alike.length === 1 ? 'differs' : 'differ'} from ${best.label} by less than ${plainNumber(plan.margin)}, the margin that matters.`,
    );
  }
  const [first] = open;
  if (first !== undefined) {
    const names = namesOf(open.map(labelOf));
    const lead =
      nearest === undefined && alike.length === 0
        ? `${names} cannot be told apart from ${best.label}, which leads ${open.length > 1 ? `${labelOf(first)} ` : ''}${measured(first, where)}`
        : `${names} cannot be told apart from ${best.label}`;
    parts.push(`${lead}${settling(open, moreSeeds)}.`);
  }
  return parts.join(' ');
}

function settling(open: readonly VerdictPair[], moreSeeds: number | null): string {
  if (open.some(({ n }) => n < 2)) return ': one seed says nothing about chance';
  if (moreSeeds !== null) return `: about ${counted(moreSeeds, 'more seed')} would settle it`;
  if (open.some(({ effect }) => effect === null || effect === 0)) return '';
  return `: more than ${MOST_SEEDS_NEEDED} seeds would be needed`;
}

/** `by 0.021 in Hard revenue (95 % interval 0.012 to 0.030, paired over 5 seeds, Holm-adjusted p = 0.004)`. */
export function measured({ difference, low, high, adjustedP, n, test }: VerdictPair, where: string): string {
  const facts = [
    ...(low === null || high === null ? [] : [`95 % interval ${rangeOf(low, high)}`]),
    `${test === 'welch' ? 'not paired, ' : 'paired over '}${counted(n, 'seed')}${testWords[test]}`,
    ...(adjustedP === null ? [] : [`Holm-adjusted ${probability(adjustedP)}`]),
  ];
  const by = difference === null ? '' : `by ${plainNumber(Math.abs(difference), 3)} `;
  return `${by}in ${where} (${facts.join(', ')})`;
}

const testWords: Readonly<Record<VerdictPair['test'], string>> = {
  t: '',
  wilcoxon: ' by ranks (Wilcoxon)',
  'bootstrap-t': ' (bootstrap-t)',
  welch: ' each (Welch)',
};

/** Of the distance by which the better is ahead, whichever way the metric goes. */
function rangeOf(low: number, high: number): string {
  const ends = high + low < 0 ? [-high, -low] : [low, high];
  return ends.map((end) => plainNumber(end, 3)).join(' to ');
}

function probability(p: number): string {
  return p < 1e-4 ? 'p < 0.0001' : `p = ${plainNumber(p, 2)}`;
}

/** A mean over the seeds that are left would be a lie. */
function failures({ rows }: Judged): readonly string[] {
  const some = rows.filter(({ failed }) => failed.length > 0);
  if (some.length === 0) return [];
  const which = some.slice(0, MOST_NAMED).map(({ label, failed }) => `${label} at ${seedsText(failed)}`);
  const others =
    some.length > MOST_NAMED ? [`and seeds of ${counted(some.length - MOST_NAMED, 'other row')}`] : [];
  return [
    `Failed: ${[...which, ...others].join('; ')}. A failed seed counts as the worst, and no mean is taken over the others.`,
  ];
}

export function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
}

/** Where so few pairs cannot give a small p, whatever they are. */
function outOfReach({ pairs }: Judged): readonly string[] {
  const ranked = pairs.filter(({ test, n }) => test === 'wilcoxon' && n >= 2);
  const n = Math.max(0, ...ranked.map((pair) => pair.n));
  if (ranked.length === 0 || leastSignedRankP(n) * pairs.length < LEVEL) return [];
  return [
    `With ${counted(n, 'seed')} Wilcoxon's test cannot reach ${LEVEL} over ${counted(pairs.length, 'pair')}: the least p is ${plainNumber(leastSignedRankP(n))} before it is adjusted.`,
  ];
}

function namesOf(names: readonly string[]): string {
  if (names.length > MOST_NAMED)
    return `${names.slice(0, MOST_NAMED).join(', ')} and ${counted(names.length - MOST_NAMED, 'other')}`;
  const [last = '', ...before] = names.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}
