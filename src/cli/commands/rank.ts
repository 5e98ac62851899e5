/** `rank`: estimators over several problems. */
import type { Command } from 'commander';
import { plainNumber } from '../../shared/number-format.ts';
import type { RankedRow } from '../../studio/comparisons/verdict/rank.ts';
import { storedRanking, type StoredRanking } from '../../studio/comparisons/verdict/rank-stored.ts';
import { findComparison, withReadableStore, type CommonOptions } from '../context.ts';
import { createOutput, table } from '../output.ts';

export function addRankCommand(program: Command): void {
  program
    .command('rank')
    .argument('<ids...>', 'two or more comparisons, or the first characters of their ids')
    .action((ids: string[], _own: unknown, command: Command) =>
      rank(ids, command.optsWithGlobals<CommonOptions>()),
    );
}

function rank(ids: readonly string[], options: CommonOptions): void {
  const output = createOutput(options.json === true);
  withReadableStore(options, (store) => {
    const comparisons = ids.map((id) => findComparison(store, id, 'rank', 'ids'));
    const ranking = storedRanking(store, comparisons);
    output.result(rankingText(ranking), ranking);
  });
}

function rankingText(ranking: StoredRanking): string {
  const { tasks, rows, criticalDifference, friedmanP, leftOut } = ranking;
  const [best, ...others] = rows as [RankedRow, ...RankedRow[]];
  const near = others.filter(({ averageRank }) => averageRank - best.averageRank < criticalDifference);
  const apart = `the critical difference of ${plainNumber(criticalDifference, 3)} (Nemenyi, 0.05)`;
  const sentences = [
    `${best.row} has the best average rank over ${tasks.length} comparisons, ${plainNumber(best.averageRank, 3)}.`,
    near.length === 0
      ? `All others are more than ${apart} behind.`
      : `Less than ${apart} behind, and so not told apart from it: ${near.map(({ row }) => row).join(', ')}.`,
    `The hypothesis that all rows are alike has p = ${plainNumber(friedmanP, 2)} (Friedman).`,
  ];
  const head = ['row', 'average rank', 'IQM', '95 % interval', 'better in', ...tasks];
  return [
    sentences.join(' '),
    '',
    table(
      head,
      rows.map((row) => [
        row.row,
        plainNumber(row.averageRank, 3),
        plainNumber(row.iqm.value, 3),
        `${plainNumber(row.iqm.low, 3)} to ${plainNumber(row.iqm.high, 3)}`,
        `${(100 * row.improvement).toFixed(0)} %`,
        ...row.means.map(
          (own, t) => `${own === null ? 'failed' : plainNumber(own)} (${plainNumber(row.ranks[t], 2)})`,
        ),
      ]),
      head.slice(1),
    ),
    '',
    'IQM: mean of the middle half of normalised scores, 0 at the worst mean of a comparison, 1 at the best; interval by the bootstrap within comparisons.',
    'The rank is in brackets. better in: probability that a run is better than one of another row.',
    ...(leftOut.length === 0
      ? []
      : [`Left out, because not every comparison has them: ${leftOut.join(', ')}.`]),
  ].join('\n');
}
