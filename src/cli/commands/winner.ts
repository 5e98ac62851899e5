/** `winner`: who wins a CATS auction, with the bound that was proved. */
import { Option, type Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { winnerMethods, winnerResultSchema, type WinnerResult } from '../../shared/menus/winner.ts';
import { plainDuration, plainNumber } from '../../shared/number-format.ts';
import { DEFAULT_TIME_LIMIT } from '../../shared/solution.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { absolutePath } from '../../studio/prepare.ts';
import type { CommonOptions } from '../context.ts';
import { createOutput, table } from '../output.ts';
import { numberOption } from '../request.ts';
import { found, inForeground } from '../solving.ts';
import { solverNamed } from './solve.ts';

const SOLVER = 'winner-determination';

interface WinnerOptions extends CommonOptions {
  readonly method: string;
  readonly timeLimit: string;
}

export function addWinnerCommand(program: Command): void {
  program
    .command('winner')
    .argument('<file>', 'a CATS file')
    .addOption(
      new Option(
        '--method <name>',
        'integer programme, branch and bound with an LP bound, or all bundles of up to 12 goods',
      )
        .choices(winnerMethods)
        .default('mip'),
    )
    .option(
      '--time-limit <seconds>',
      'stop then, with the best result so far and the bound',
      `${DEFAULT_TIME_LIMIT}`,
    )
    .action(async (file: string, _own: unknown, command: Command) => {
      process.exitCode = await winner(file, command.optsWithGlobals<WinnerOptions>());
    });
}

async function winner(file: string, options: WinnerOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const timeLimit = numberOption('--time-limit', options.timeLimit);
  const { problem } = solverNamed(SOLVER);
  const settings = { path: absolutePath(file), method: options.method, timeLimit };
  return inForeground(
    output,
    {
      limit: timeLimit,
      asked: { method: options.method },
      text: ({ details }) => text(winnerResultSchema.parse(details)),
    },
    (asking) => ask('solve', { problem, config: null, solver: SOLVER, settings }, asking),
  );
}

function text(result: WinnerResult): string {
  const { method, goods, bidders, bids, status, relaxation, seconds, allocation } = result;
  const ended = status === 'time-limit' ? 'time limit reached' : status;
  const rows = allocation.map(({ bidder, goods: own, value }) => [
    String(bidder),
    plainNumber(value, 6),
    own.join(' '),
  ]);
  const sold = allocation.reduce((sum, { goods: own }) => sum + own.length, 0);
  return [
    `${counted(goods, 'good')}, ${counted(bidders, 'bidder')}, ${counted(bids, 'bid')}; ${method}, ${ended} after ${plainDuration(seconds)}`,
    `${found(result)}${relaxation === null ? '' : `, linear relaxation ${plainNumber(relaxation, 6)}`}`,
    `${counted(allocation.length, 'winner')}, ${sold} of ${counted(goods, 'good')} sold`,
    '',
    table(['bidder', 'value', 'goods'], rows, ['bidder', 'value']),
  ].join('\n');
}
