/** A recommendation of a temperature in words, each claim with its evidence. */
import type {
  Beside,
  EstimatorAdvice,
  TemperatureAdvice,
  TriedTemperature,
} from '../../../shared/contract/guide.ts';
import type { VerdictPair } from '../../../shared/contract/verdict.ts';
import { counted } from '../../../shared/counted.ts';
import { plainNumber } from '../../../shared/number-format.ts';
import { measured } from '../verdict/sentence.ts';

type Told = Omit<EstimatorAdvice, 'sentence'>;

/** What the numbers do not say by themselves. */
interface Ground {
  readonly metricLabel: string;
  /** Variant that has the temperature as it is without the guide. */
  readonly standard: string;
  /** Constants that are as good as the best, coldest first. */
  readonly plateau: readonly string[];
  /** Variant with the best mean of those that ended well. */
  readonly leader: string | null;
  readonly pairs: Readonly<Record<'standard' | 'runnerUp', VerdictPair | null>>;
  /** Runs that have not ended. */
  readonly pending: number;
}

export function estimatorSentence(told: Told, ground: Ground): string {
  const { label, outcome, recommended, tried } = told;
  if (outcome === 'open') {
    return `${label}: ${counted(ground.pending, 'run')} ${ground.pending === 1 ? 'has' : 'have'} not ended; the recommendation comes with the last of them.`;
  }
  if (recommended === null) return `${label}: no recommendation. ${withoutCandidates(tried)}`;
  const parts =
    outcome === 'indifferent'
      ? [indifference(told, ground)]
      : [
          choiceOf(told, ground),
          besideStandard(told, ground),
          besideRunnerUp(told, ground),
          listed(tried, 'alike', 'Not told apart from it'),
          listed(tried, 'behind', 'Told apart from it and behind'),
          outOf(tried),
          edgeOf(told),
        ];
  return `${label}: ${parts.filter((part) => part !== '').join(' ')}`;
}

/** On what all of it rests, and what to do next. */
export function adviceSentence(
  { steps, wholeSteps, standard, estimators }: Omit<TemperatureAdvice, 'sentence'>,
  seeds: number,
): string {
  const tried = `Tried over ${steps < wholeSteps ? `${steps} of ${wholeSteps}` : `all ${wholeSteps}`} steps with ${counted(seeds, 'seed')}`;
  const short =
    steps < wholeSteps
      ? ': training this short favours what is fast at first, and a schedule ran its full course in it'
      : '';
  const changes = estimators.some(({ outcome }) => outcome === 'better' || outcome === 'leading');
  const next = changes
    ? ` The best of many is partly luck: before you rely on it, train it in full, on fresh seeds, beside ${standard}.`
    : '';
  const few = seeds < 5 && estimators.some(({ outcome }) => outcome === 'leading' || outcome === 'kept');
  return `${tried}${short}.${next}${few ? ' More seeds tell more apart ("settle").' : ''}`;
}

function choiceOf({ recommended, tried }: Told, { standard, plateau, leader }: Ground): string {
  const [first, last] = [plateau[0], plateau.at(-1)];
  const verb = recommended === standard ? 'stay with' : 'use';
  const why = [
    ...(plateau.length > 2
      ? [`the middle of ${first} to ${last}, which are within one standard error of the best`]
      : plateau.length === 2
        ? [`the better of ${first} and ${last}, which are within one standard error of the best`]
        : recommended === leader
          ? [`the best of ${counted(tried.length, 'setting')}`]
          : []),
    ...(plateau.length > 0 && leader !== null && !plateau.includes(leader)
      ? [`a constant, because ${leader} leads it by less than one standard error`]
      : []),
    // Of one seed there is no standard error.
    ...(plateau.length === 0 && tried.some(({ seeds }) => seeds > 1)
      ? ['no constant comes within one standard error of it']
      : []),
  ];
  return `${verb} ${recommended}: ${why.join('; ')}.`;
}

function besideStandard({ recommended, standard: beside }: Told, ground: Ground): string {
  const { standard, pairs, metricLabel } = ground;
  if (recommended === standard) return 'It is also the setting without the guide.';
  // Of failed seeds there is no difference: they are told of among those that are out.
  if (beside === null || beside.advantage === null || pairs.standard === null) return '';
  return `${relation(beside)} ${standard}, the setting without the guide, ${measured(pairs.standard, metricLabel)}${chance(beside)}.`;
}

function besideRunnerUp({ runnerUp }: Told, { pairs, metricLabel }: Ground): string {
  if (runnerUp === null || pairs.runnerUp === null) return '';
  return `${relation(runnerUp)} ${runnerUp.variant}, the best of the others, ${measured(pairs.runnerUp, metricLabel)}${chance(runnerUp)}.`;
}

function relation({ advantage }: Beside): string {
  if (advantage === null) return 'Beside';
  return advantage >= 0 ? 'It is ahead of' : 'It is behind';
}

function chance({ told, n }: Beside): string {
  return told ? '' : `, which ${counted(n, 'seed')} cannot tell from chance`;
}

function listed(tried: readonly TriedTemperature[], standing: TriedTemperature['standing'], words: string) {
  const all = tried.filter((one) => one.standing === standing);
  if (all.length === 0) return '';
  const withGap = ({ variant, gap }: TriedTemperature) =>
    standing === 'behind' && gap !== null ? `${variant} (gap ${plainNumber(gap.mean, 3)})` : variant;
  return `${words}: ${all.map(withGap).join(', ')}.`;
}

/** A mean over the seeds that are left would be a lie: these are not in question. */
function outOf(tried: readonly TriedTemperature[]): string {
  const all = tried.filter(({ standing }) => standing === 'out');
  if (all.length === 0) return '';
  return `Ruled out: ${all.map(({ variant, ...one }) => `${variant} (${faultsOf(one)})`).join('; ')}.`;
}

function faultsOf({
  failed,
  collapsed,
  asCollapsed,
  seeds,
  gap,
}: Pick<TriedTemperature, 'failed' | 'collapsed' | 'asCollapsed' | 'seeds' | 'gap'>) {
  return [
    ...(collapsed > 0 ? [`${collapsed} of ${counted(seeds, 'seed')} collapsed`] : []),
    ...(failed > 0 ? [`${failed} of ${counted(seeds, 'seed')} failed`] : []),
    ...(asCollapsed ? ['no better than a collapsed setting'] : []),
    ...(gap === null ? [] : [`gap ${plainNumber(gap.mean, 3)}`]),
  ].join(', ');
}

function withoutCandidates(tried: readonly TriedTemperature[]): string {
  const out = outOf(tried);
  const unknown = tried.filter(({ standing }) => standing === 'unknown').length;
  return [
    out === ''
      ? ''
      : `Every setting that was tried has a failed or collapsed seed, or is no better than a collapsed setting; temperatures beyond these, or another estimator, may help. ${out}`,
    unknown === 0
      ? ''
      : `Not all seeds of ${counted(unknown, 'setting')} have a value ("resume" continues them).`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function edgeOf({ edge, tried }: Told): string {
  const constants = tried.flatMap(({ temperature }) =>
    typeof temperature === 'number' ? [temperature] : [],
  );
  if (edge === null || constants.length === 0) return '';
  return edge === 'cold'
    ? `The best are at the cold end of what was tried: the range should extend below ${Math.min(...constants)}.`
    : `The best are at the hot end of what was tried: the range should extend above ${Math.max(...constants)}.`;
}

/** Every interval lies close to the best mean: that is evidence for "no difference", which a large p is not. */
function indifference({ tried }: Told, { standard, leader }: Ground): string {
  const best = tried.find(({ variant }) => variant === leader)?.value?.mean;
  const share = best === undefined ? '' : `, ${plainNumber(best, 3)}`;
  return `temperature hardly matters here. The 95 % interval of every other setting's difference to the best, ${leader ?? ''}${share}, lies within 5 % of it. Stay with ${standard}.`;
}
