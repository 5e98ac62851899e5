/** `backends`: which tensor backends work here, how fast they are, and which one `auto` takes. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { experimentRequestSchema } from '../../shared/experiment.ts';
import { plainNumber } from '../../shared/number-format.ts';
import { autoChoice, inOrder, sizeText, type Speed } from '../../shared/speed.ts';
import type { BackendName } from '../../shared/run.ts';
import { Backends } from '../../studio/jobs/backends.ts';
import { localTime } from '../../node/local-time.ts';
import type { CommonOptions } from '../context.ts';
import { untilEnding } from '../ending.ts';
import { createOutput, table } from '../output.ts';

interface BackendsOptions extends CommonOptions {
  readonly probe?: boolean;
  readonly measure?: boolean;
  readonly problem?: string;
  readonly preset?: string;
}

export function addBackendsCommand(program: Command): void {
  program
    .command('backends')
    .option('--probe', 'probe each again, ignoring remembered results')
    .option(
      '--measure',
      'train a few steps on each usable backend (ten seconds in all), and remember the speeds',
    )
    .option('--problem <id>', 'with --measure: the problem to train')
    .option('--preset <id>', 'with --measure: the preset to train (default: smoke)')
    .action((_own: unknown, command: Command) => showBackends(command.optsWithGlobals<BackendsOptions>()));
}

async function showBackends(options: BackendsOptions): Promise<void> {
  refuseUnmeasured(options);
  const output = createOutput(options.json === true);
  const backends = new Backends();
  const { reports, candidates, unknown, at } = await backends.probed({ anew: options.probe === true });
  if (options.measure === true) await measure(backends, options);
  const names = unknown.length > 0 ? [] : candidates.map(({ name }) => name);
  const speeds = await backends.speeds();
  const auto = names.length === 1 ? 'auto' : 'auto: the fastest';
  const rows = reports.map((report) => [
    report.name,
    report.usable ? 'usable' : 'not usable',
    names.includes(report.name) ? auto : '',
    report.usable ? `${report.device}, ${report.version}` : report.detail,
  ]);
  const text = [
    table(['backend', '', '', ''], rows),
    '',
    `probed ${localTime(at)}; "backends --probe" does so again`,
    ...(speeds.length === 0 ? [] : ['', speedTable(speeds, names)]),
  ];
  output.result(text.join('\n'), {
    auto: names.length === 1 ? names[0] : null,
    candidates: names,
    probedAt: at,
    backends: reports,
    speeds,
  });
}

/** @throws AppError validation */
function refuseUnmeasured({ measure: measured, problem, preset }: BackendsOptions): void {
  if (measured === true || (problem ?? preset) === undefined) return;
  const option = problem === undefined ? '--preset' : '--problem';
  throw new AppError(
    'validation',
    `${option} has no effect without --measure: add --measure, or leave ${option} out`,
    {
      path: option,
    },
  );
}

/** Trains the first variant of a preset. @throws AppError that names what does not exist */
async function measure(backends: Backends, { problem, preset }: BackendsOptions): Promise<void> {
  // What the engine has takes longer to load than the rest of this command, which does without.
  const { requestVariants, resolveExperiment } = await import('../../studio/catalog.ts');
  const asked = experimentRequestSchema.parse({
    ...(problem === undefined ? {} : { problem }),
    ...(problem !== undefined && preset === undefined ? {} : { preset: preset ?? 'smoke' }),
  });
  const [first] = requestVariants(asked);
  const work = first === undefined ? [] : [resolveExperiment(first.request, (path) => resolve(path))];
  await untilEnding((signal) => backends.measure(work, undefined, signal));
}

function speedTable(speeds: readonly Speed[], candidates: readonly BackendName[]): string {
  const head = ['problem', 'family', 'memory per run', 'backend', 'ms per step', '', 'measured'];
  const rows = inOrder(speeds).map(({ shape, backend, milliseconds, detail, at }) => [
    shape.problem,
    shape.family,
    sizeText(shape.size),
    backend,
    milliseconds === null ? detail : plainNumber(milliseconds, 3),
    autoChoice(shape, candidates, speeds) === backend ? 'auto' : '',
    localTime(at),
  ]);
  return table(head, rows, ['ms per step']);
}
