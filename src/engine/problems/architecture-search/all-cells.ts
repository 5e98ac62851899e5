/** Solver: every cell trained from scratch, once, so that what a search found has a rank. */
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import { timeLimitSchema } from '../../../shared/solution.ts';
import { splitWords } from '../../../shared/split.ts';
import { defineSolver, type SolverHost } from '../../core/capabilities.ts';
import { cellInWords, cellOf, edgesOf, type Operation } from './cell.ts';
import { trainCell, type Accuracies, type SearchData } from './train-cell.ts';

const MOST_CELLS = 4096;
const SHOWN = 400;

export interface TrainedCell extends Accuracies {
  readonly number: number;
}

const settings = z.strictObject({
  cells: z
    .array(z.int().nonnegative())
    .max(20)
    .default([])
    .describe('Numbers of cells that runs found (their metric cellNumber), whose ranks are shown'),
  randomCells: z
    .int()
    .min(1)
    .max(MOST_CELLS)
    .default(3)
    .describe(
      'Number of cells that random search trains, by default as many as a search costs: the best of them by validation counts, in expectation over the draw',
    ),
  timeLimit: timeLimitSchema.default(600),
});

export const allCells = defineSolver({
  name: 'all-cells',
  label: 'All cells',
  help: 'Trains every cell from scratch, as the cells of runs are, and ranks them by their accuracy on test images; next to the best, it shows what random search with a number of cells would find.',
  settings,
  async solve(data: SearchData, { cells, randomCells, timeLimit }, host, report) {
    const { operations } = data.settings;
    const edges = edgesOf(data.settings.nodes).length;
    const count = operations.length ** edges;
    if (count > MOST_CELLS) {
      throw new AppError(
        'precondition',
        `all cells: expected at most ${MOST_CELLS}, found ${operations.length}^${edges} = ${count}; set nodes to 2, or fewer operations.`,
        { path: 'nodes' },
      );
    }
    const stray = cells.find((number) => number >= count);
    if (stray !== undefined) {
      throw new AppError('validation', `cells: expected numbers from 0 to ${count - 1}, found ${stray}`, {
        path: 'cells',
      });
    }
    const begun = host.now();
    const seconds = () => (host.now() - begun) / 1000;
    const trained = await trainAll(
      data,
      count,
      host,
      () => seconds() < timeLimit,
      (best) => report({ seconds: seconds(), limit: timeLimit, value: best, bound: 1 }),
    );
    const ranked = ranking(trained);
    const best = ranked[0]!;
    const random = randomSearch(trained, Math.min(randomCells, trained.length));
    const isWhole = trained.length === count;
    return {
      solution: {
        name: 'all-cells',
        of: `${trained.length} of ${count} cells of ${edges} edges, ${data.settings.retrain.steps} steps each, ranked by test accuracy`,
        status: isWhole ? 'optimal' : 'time-limit',
        value: best.test,
        bound: isWhole ? best.test : 1,
        gap: isWhole ? 0 : 1 - best.test,
        seconds: seconds(),
        facts: [
          { label: 'Cells', value: trained.length, unit: `of ${count}` },
          { label: `Best cell: ${wordsOf(best, edges, operations)}`, value: best.number },
          { label: 'Mean accuracy, test', value: mean(trained) },
          ...cells.map((number) => ({
            label: `Rank of cell ${number}`,
            value: rankOf(ranked, number),
            unit: `of ${ranked.length}`,
          })),
        ],
        lines: [
          {
            label: 'Best cell',
            help: 'Hard accuracy of the best of all cells, chosen with the test images in sight: nothing found without them should beat it by more than chance.',
            split: 'test' as const,
            value: best.test,
          },
          {
            label: `Random search, ${randomCells} cells`,
            help: 'Expected hard accuracy of the cell that validation images choose among that many random cells.',
            split: 'test' as const,
            value: random,
          },
          {
            label: 'Random cell',
            help: 'Mean hard accuracy of all cells.',
            split: 'test' as const,
            value: mean(trained),
          },
        ],
      },
      picture: pictureOf(ranked, edges, operations),
      details: {
        cells: ranked.map((cell, place) => ({
          rank: place + 1,
          ...cell,
          operations: wordsOf(cell, edges, operations),
        })),
        randomSearch: random,
      },
    };
  },
});

async function trainAll(
  data: SearchData,
  count: number,
  host: SolverHost,
  goesOn: () => boolean,
  report: (best: number) => void,
): Promise<TrainedCell[]> {
  const { operations, nodes } = data.settings;
  const edges = edgesOf(nodes).length;
  const trained: TrainedCell[] = [];
  for (let number = 0; number < count; number++) {
    if (number > 0 && !goesOn()) break;
    trained.push({ number, ...trainCell(data, cellOf(number, edges, operations.length)) });
    report(Math.max(...trained.map(({ test }) => test)));
    await host.breathe();
  }
  return trained;
}

/** The best test accuracy first; of equal ones the better validation accuracy, then the lower number. */
export function ranking(trained: readonly TrainedCell[]): readonly TrainedCell[] {
  return trained.toSorted((a, b) => b.test - a.test || b.validation - a.validation || a.number - b.number);
}

/** Cells that are better, and 1: equal accuracies share a rank. Null: the time did not last to train it. */
function rankOf(ranked: readonly TrainedCell[], number: number): number | null {
  const own = ranked.find((cell) => cell.number === number);
  return own === undefined ? null : 1 + ranked.filter(({ test }) => test > own.test).length;
}

function mean(cells: readonly TrainedCell[]): number {
  return cells.reduce((sum, { test }) => sum + test, 0) / cells.length;
}

/**
 * Expected test accuracy of the best by validation of n cells drawn without replacement: cell r, counted from 0 and best first, is
 * the one with probability C(N - 1 - r, n - 1) / C(N, n).
 */
export function randomSearch(trained: readonly TrainedCell[], n: number): number {
  const sorted = trained.toSorted((a, b) => b.validation - a.validation || a.number - b.number);
  const total = sorted.length;
  let probability = n / total;
  let expected = 0;
  for (const [r, { test }] of sorted.entries()) {
    expected += probability * test;
    const left = total - 1 - r;
    // C(left - 1, n - 1) / C(left, n - 1)
    probability *= left === 0 ? 0 : (left - (n - 1)) / left;
  }
  return expected;
}

function wordsOf({ number }: TrainedCell, edges: number, operations: readonly Operation[]): string {
  return cellInWords(cellOf(number, edges, operations.length), operations);
}

function pictureOf(ranked: readonly TrainedCell[], edges: number, operations: readonly Operation[]): Picture {
  return {
    note: 'Every cell trained from scratch with the same budget and the same seed. Differences of a few test images are chance: another seed ranks them differently.',
    facts: [],
    panels: [
      {
        kind: 'points',
        title: 'Cells by accuracy',
        x: { label: `accuracy, ${splitWords.validation} images` },
        y: { label: `accuracy, ${splitWords.test} images` },
        classes: [],
        points: ranked.map(({ validation, test, number }, place) => ({
          x: validation,
          y: test,
          ...(place < 3 ? { label: `${number}` } : {}),
        })),
      },
      {
        kind: 'table',
        title: ranked.length > SHOWN ? `The best ${SHOWN} cells` : 'All cells',
        columns: ['Rank', 'Cell', 'Operations', 'Test', 'Validation', 'Training'],
        rows: ranked
          .slice(0, SHOWN)
          .map((cell) => [
            rankOf(ranked, cell.number),
            cell.number,
            wordsOf(cell, edges, operations),
            cell.test,
            cell.validation,
            cell.train,
          ]),
      },
    ],
  };
}
