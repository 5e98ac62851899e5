/** `winner`: who wins a CATS auction, with the bound that was proved. */
import { Option, type Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { validationError } from '../../shared/errors.ts';
import {
  DEFAULT_TIME_LIMIT,
  winnerMethods,
  winnerSettingsSchema,
  type WinnerResult,
} from '../../shared/exact.ts';
import { plainDuration, plainNumber } from '../../shared/number-format.ts';
import { solve } from '../../studio/jobs/solve.ts';
import { absolutePath } from '../../studio/prepare.ts';
import type { CommonOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput, table } from '../output.ts';
import { numberOption } from '../request.ts';
import { found, inForeground, wasCancelled } from '../solving.ts';

interface WinnerOptions extends CommonOptions {
  readonly method: string;
  readonly timeLimit: string;
}

export function addWinnerCommand(program: Command): void {
  program
    .command('winner')
    .description('winner determination of a CATS auction: the allocation of the goods with the largest value')
    .argument('<file>', 'a CATS file')
    .addOption(
      new Option(
        '--method <name>',
        'integer programme, own search with LP bound, or all bundles of 12 goods or fewer',
      )
        .choices(winnerMethods)
        .default('mip'),
    )
    .option(
      '--time-limit <seconds>',
      'then the best so far and the bound are the result',
      `${DEFAULT_TIME_LIMIT}`,
    )
    .action(async (file: string, _own: unknown, command: Command) => {
      process.exitCode = await winner(file, command.optsWithGlobals<WinnerOptions>());
    });
}

async function winner(file: string, options: WinnerOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const timeLimit = numberOption('--time-limit', options.timeLimit);
  const parsed = winnerSettingsSchema.safeParse({
    path: absolutePath(file),
    method: options.method,
    timeLimit,
  });
  if (!parsed.success) throw validationError(parsed.error, 'winner');
  const settings = parsed.data;
  const result = await inForeground(output, timeLimit, (signal, onProgress) =>
    solve({ kind: 'winner', settings }, { signal, onProgress }),
  );
  if (wasCancelled(result)) {
    const { last } = result;
    output.result(last === null ? 'cancelled before anything was found' : `cancelled: ${found(last)}`, {
      method: settings.method,
      status: 'cancelled',
      value: last?.value ?? null,
      bound: last?.bound ?? null,
    });
    return exitCodes.interrupted;
  }
  output.result(text(result.result), result.result);
  return result.result.status === 'infeasible' ? exitCodes.failed : exitCodes.ok;
}

function text(result: WinnerResult): string {
  const { method, goods, bidders, bids, status, relaxation, seconds, allocation } = result;
  const ended = status === 'time-limit' ? 'time was up' : status;
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
