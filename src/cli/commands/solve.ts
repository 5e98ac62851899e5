/** `solve`: a solver of a problem, on the data of a comparison, of a config, or on what its settings name. */
import { Argument, type Command } from 'commander';
import { assigned } from '../../shared/assignments.ts';
import { AppError } from '../../shared/errors.ts';
import { DEFAULT_TIME_LIMIT, gapText, proofOf, solvedOf } from '../../shared/solution.ts';
import type { JobResult } from '../../shared/jobs.ts';
import { pictureCsv } from '../../shared/pictures/csv.ts';
import { listSolvers, resolveExperiment, withAbsolutePaths, type KnownSolver } from '../../studio/catalog.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { absolutePath } from '../../studio/prepare.ts';
import { createStudio } from '../../studio/studio.ts';
import type { AskOptions } from '../../studio/jobs/ask.ts';
import type { ReadableStore } from '../../studio/store/types.ts';
import type { SolveRequest } from '../../shared/contract/capabilities.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { enterFolder, isDoor, type Door } from '../door.ts';
import { plainNumber } from '../../shared/number-format.ts';
import { createOutput, table } from '../output.ts';
import { buildRequest } from '../request.ts';
import { inForeground } from '../solving.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface DataOptions extends CommonOptions {
  readonly comparison?: string;
  readonly variant?: string;
  readonly problem?: string;
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
}

interface SolveOptions extends DataOptions {
  readonly with: readonly string[];
}

export type Collect = (value: string, all: string[]) => string[];

export function addSolveCommand(program: Command, collect: Collect): void {
  const names = [...new Set(listSolvers().map(({ name }) => name))];
  withData(
    program
      .command('solve')
      .addArgument(new Argument('<solver>', '"gumbel-studio problems" says what they do').choices(names)),
    collect,
  )
    .option('--with <key=value>', 'one setting of the solver; repeatable', collect, [])
    .action(async (solver: string, _own: unknown, command: Command) => {
      const options = command.optsWithGlobals<SolveOptions>();
      process.exitCode = await solve(solver, assigned(options.with, '--with'), options);
    });
}

/** The options that say whose data are solved. */
export function withData(command: Command, collect: Collect): Command {
  return command
    .option('--comparison <id>', 'solve the data of a stored comparison; the result is kept with it')
    .option(
      '--variant <name>',
      'for a comparison whose variants have different data: the variant whose data are solved',
    )
    .option('--problem <id>', 'without a comparison: the problem ("gumbel-studio problems" lists them)')
    .option('--preset <id>', 'without a comparison: a preset of the problem')
    .option('--config <file>', 'without a comparison: JSON file with a config or a request')
    .option('--set <key=value>', 'without a comparison: override one config key; repeatable', collect, []);
}

export async function solve(solver: string, settings: Settings, options: DataOptions): Promise<number> {
  const { timeLimit } = settings;
  const work =
    options.comparison === undefined ? ofConfig(options) : ofComparison(options, options.comparison);
  return inForeground(
    createOutput(options.json === true),
    {
      limit: typeof timeLimit === 'number' ? timeLimit : DEFAULT_TIME_LIMIT,
      asked: { solver, method: solver },
      text,
    },
    (asking) => work(solver, settings, asking),
  );
}

type Work = (solver: string, settings: Settings, options: AskOptions<'solve'>) => Promise<JobResult<'solve'>>;

function ofConfig(options: DataOptions): Work {
  const { variant, ...asked } = options;
  if (variant !== undefined) {
    throw new AppError('validation', '--variant: only a comparison has variants; give --comparison too', {
      path: 'variant',
    });
  }
  return (solver, given, asking) => {
    const alone = solverNamed(solver);
    if (!alone.needsData) {
      const settings = withAbsolutePaths(alone.problem, 'solver', solver, given, absolutePath);
      return ask('solve', { problem: alone.problem, config: null, solver, settings }, asking);
    }
    const { problem, config } = resolveExperiment(buildRequest(asked), absolutePath);
    const settings = withAbsolutePaths(problem, 'solver', solver, given, absolutePath);
    return ask('solve', { problem, config: { ...config }, solver, settings }, asking);
  };
}

/** That of the first problem that has it. */
export function solverNamed(name: string): KnownSolver {
  const found = listSolvers().find((solver) => solver.name === name);
  if (found !== undefined) return found;
  throw new AppError('not-found', `no problem has a solver "${name}"`, { path: 'solver' });
}

function ofComparison(options: DataOptions, id: string): Work {
  if (
    [options.problem, options.preset, options.config, ...options.set].some((given) => given !== undefined)
  ) {
    throw new AppError(
      'validation',
      '--comparison: its data are those of its own config; leave --problem, --preset, --config and --set out',
      { path: 'comparison' },
    );
  }
  return async (solver, settings, asking) => {
    const dataDir = dataDirOf(options);
    const entered = await enterFolder(dataDir, () =>
      createStudio({ dataDir, program: 'gumbel-studio solve' }),
    );
    const { variant } = options;
    const request = (store: ReadableStore): SolveRequest => {
      const [run] = findRuns(store, [id]);
      return {
        comparison: run?.comparison ?? id,
        solver,
        // The studio that solves may stand in another folder.
        settings:
          run === undefined
            ? settings
            : (withAbsolutePaths(run.spec.problem, 'solver', solver, settings, absolutePath) as Settings),
        ...(variant === undefined ? {} : { variant }),
      };
    };
    if (isDoor(entered)) return solveThere(entered, withReadableStore(options, request), asking);
    try {
      return await entered.solve(request(entered.store), asking);
    } finally {
      await entered.close();
    }
  };
}

/** In the studio that holds the folder. */
async function solveThere(
  door: Door,
  request: SolveRequest,
  { signal, onProgress, onLog }: AskOptions<'solve'>,
): Promise<JobResult<'solve'>> {
  try {
    for await (const event of await door.client.solvers.solve(
      request,
      signal === undefined ? {} : { signal },
    )) {
      if (event.type === 'progress') onProgress?.(event.progress);
      else if (event.type === 'log') onLog?.(event.message);
      else return event;
    }
  } catch (error) {
    throw signal?.aborted === true
      ? new AppError('cancelled', 'the solver was cancelled')
      : door.error(error);
  } finally {
    door.close();
  }
  throw new AppError('external', 'the studio ended before the solver did');
}

function text({ solution, picture }: JobResult<'solve'>): string {
  const { label, value, bound, gap, facts } = solution;
  const rows = [
    ['of', solvedOf(solution)],
    ['value', plainNumber(value, 6)],
    ['bound', plainNumber(bound, 6)],
    ['gap', gapText(gap)],
    ...facts.map((fact) => [fact.label.toLowerCase(), plainNumber(fact.value, 6)]),
  ];
  return [
    `${label}\n${proofOf(solution)}\n\n${table(['', ''], rows, []).trimStart()}`,
    ...(picture === null ? [] : ['', pictureCsv(picture).trimEnd()]),
  ].join('\n');
}
