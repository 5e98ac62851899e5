/**
 * The verbs of the command line, in the order in which help lists them. What is behind a verb is loaded with it alone: reading all of
 * the program takes ten times as long as listing it (docs/performance.md).
 */
import type { Command } from 'commander';

/** Adds to a list what an option that may be repeated is given. */
type Collect = (value: string, all: string[]) => string[];

export interface Verb {
  readonly name: string;
  /** Arguments, as help shows them. */
  readonly takes: string;
  readonly about: string;
  /** Options, arguments and action; it may bring neighbours of the verb. */
  load(): Promise<(program: Command, collect: Collect) => void>;
}

export const verbs: readonly Verb[] = [
  {
    name: 'run',
    takes: '[options]',
    about: 'train one comparison: every variant and estimator with every seed',
    load: async () => (await import('./commands/run.ts')).addRunCommand,
  },
  {
    name: 'run-one',
    takes: '[options] <spec>',
    about:
      'train one run without a studio and leave a run file, for cluster jobs: the studio writes the spec and follows the messages of the run',
    load: async () => (await import('./commands/run-one.ts')).addRunOneCommand,
  },
  {
    name: 'remote',
    takes: '[options] <action> <host>',
    about:
      'send this studio to hosts that train runs over SSH, check that it is intact there, and remove old versions',
    load: async () => (await import('./commands/remote.ts')).addRemoteCommand,
  },
  {
    name: 'list',
    takes: '[options]',
    about: 'list runs, newest comparison first',
    load: async () => (await import('./commands/list.ts')).addListCommand,
  },
  {
    name: 'ope',
    takes: '[options]',
    about:
      'what a policy would earn, estimated from a log of what another one showed: values, intervals, and what they rest on',
    load: async () => (await import('./commands/ope.ts')).addOpeCommand,
  },
  {
    name: 'open',
    takes: '[options] [files...]',
    about: 'open the studio in its window, or in a browser where no window is possible',
    load: async () => (await import('./commands/open.ts')).addOpenCommand,
  },
  {
    name: 'serve',
    takes: '[options]',
    about: 'open the studio in a browser on this machine; only this machine can reach it',
    load: async () => (await import('./commands/serve.ts')).addServeCommand,
  },
  {
    name: 'show',
    takes: '[options] <id>',
    about: 'show a run (state, config, metrics, series, events) or the table of a comparison',
    load: async () => (await import('./commands/show.ts')).addShowCommand,
  },
  {
    name: 'settle',
    takes: '[options] <id>',
    about:
      'train the further seeds that would settle a comparison, for the best row and those that cannot be told apart from it',
    load: async () => (await import('./commands/settle.ts')).addSettleCommand,
  },
  {
    name: 'confirm',
    takes: '[options] <id>',
    about:
      'train the best setting of a sweep, and the one without the sweep, on fresh seeds: what was chosen as the best of many looks better than it is',
    load: async () => (await import('./commands/confirm.ts')).addConfirmCommand,
  },
  {
    name: 'guide',
    takes: '[options] <setting>',
    about:
      'what temperature should I use? Trains constants and schedules in short runs with the same seeds, and recommends one for each estimator, with its evidence',
    load: async () => (await import('./commands/guide.ts')).addGuideCommand,
  },
  {
    name: 'rank',
    takes: '<ids...>',
    about:
      'rank the rows of several comparisons (problems, presets): average rank with the critical difference, normalised scores',
    load: async () => (await import('./commands/rank.ts')).addRankCommand,
  },
  {
    name: 'resume',
    takes: '[options] [ids...]',
    about: 'continue unfinished runs from their checkpoints',
    load: async () => (await import('./commands/resume.ts')).addResumeCommand,
  },
  {
    name: 'stop',
    takes: '<ids...>',
    about: 'stop runs: each writes a checkpoint and can be resumed later',
    load: async () => (await import('./commands/stop.ts')).addStopCommand,
  },
  {
    name: 'pause',
    takes: '<ids...>',
    about: 'pause live runs where they are; "unpause" continues them',
    load: async () => (await import('./commands/stop.ts')).addStopCommand,
  },
  {
    name: 'unpause',
    takes: '<ids...>',
    about: 'continue paused runs',
    load: async () => (await import('./commands/stop.ts')).addStopCommand,
  },
  {
    name: 'export',
    takes: '[options] <ids...>',
    about:
      'write runs as CSV (series.csv: one row per run and step; runs.csv: one row per run), as Parquet or JSON Lines (series.*: one row per point; runs.*: one row per run), as TensorBoard event files (one folder per run), as run files, as files of other programs (<run>.<format>.*, where their problem has such an export), or their comparison as a LaTeX table (table.tex) or one HTML page (report.html)',
    load: async () => (await import('./commands/export.ts')).addExportCommand,
  },
  {
    name: 'import',
    takes: '[options] <files...>',
    about:
      'add runs to the data folder: run files (.gsrun) of another machine, a cluster job or a script, and what other programs wrote, as CSV, JSON Lines or Parquet (one row per point with columns run, step, metric, value; or one row per step with one column per metric), TensorBoard event files or a folder of them, or mlruns of MLflow',
    load: async () => (await import('./commands/import.ts')).addImportCommand,
  },
  {
    name: 'report',
    takes: '[options] <comparisons...>',
    about:
      'write comparisons as one HTML file that needs nothing else (verdict, tables, figures, methods, configs, versions, the command that trains them again, sources as BibTeX), or as LaTeX tables',
    load: async () => (await import('./commands/report.ts')).addReportCommand,
  },
  {
    name: 'delete',
    takes: '[options] <ids...>',
    about: 'delete damaged and archived runs for good, with their series and checkpoints',
    load: async () => (await import('./commands/delete.ts')).addDeleteCommand,
  },
  {
    name: 'check-store',
    takes: '[options]',
    about:
      'check the data folder for damage: every checksum, SQLite’s own checks, files of parameters (exit code 1 if there is any)',
    load: async () => (await import('./commands/check-store.ts')).addCheckStoreCommand,
  },
  {
    name: 'artefact',
    takes: '[options] <run>',
    about:
      'write what a run trained as a safetensors file that other runs can start from, where its problem makes one',
    load: async () => (await import('./commands/artefact.ts')).addArtefactCommand,
  },
  {
    name: 'picture',
    takes: '[options] <run> [name]',
    about:
      'draw a picture of a run from its final (or last) parameters, or as it was at an earlier step that the run kept; without a name, a file and a step, list its pictures',
    load: async () => (await import('./commands/picture.ts')).addPictureCommand,
  },
  {
    name: 'ask',
    takes: '[options] <run> <question>',
    about:
      'ask a question about a run ("gumbel-studio problems" lists the questions that each problem answers)',
    load: async () => (await import('./commands/ask.ts')).addAskCommand,
  },
  {
    name: 'evaluate',
    takes: '[options]',
    about:
      "sell a run's menu to the buyers of CATS files: revenue with its interval, compared with prices fitted on the run's training buyers",
    load: async () => (await import('./commands/evaluate.ts')).addEvaluateCommand,
  },
  {
    name: 'replay',
    takes: '[options] <run>',
    about: 'train a run again and compare every number (exit code 5 if one differs)',
    load: async () => (await import('./commands/replay.ts')).addReplayCommand,
  },
  {
    name: 'sample',
    takes: '',
    about: 'draw with Gumbel noise and test what is drawn: Gumbel-max, top-k, stochastic beam search',
    load: async () => (await import('./commands/sample.ts')).addSampleCommand,
  },
  {
    name: 'gradient',
    takes: '[options]',
    about:
      'sample a gradient estimator: mean, standard error and variance for each logit beside the exact gradient',
    load: async () => (await import('./commands/gradient.ts')).addGradientCommand,
  },
  {
    name: 'solve',
    takes: '[options] <solver>',
    about: 'an exact or classical result of a problem, with its proven bound',
    load: async () => (await import('./commands/solve.ts')).addSolveCommand,
  },
  {
    name: 'baseline',
    takes: '[options] <method>',
    about: 'the best possible result on some of the data, with its proven bound',
    load: async () => (await import('./commands/baseline.ts')).addBaselineCommand,
  },
  {
    name: 'winner',
    takes: '[options] <file>',
    about: 'winner determination of a CATS auction: the allocation of the goods with the largest value',
    load: async () => (await import('./commands/winner.ts')).addWinnerCommand,
  },
  {
    name: 'backends',
    takes: '[options]',
    about: 'list the tensor backends: usable or not, why, and how fast where that was measured',
    load: async () => (await import('./commands/backends.ts')).addBackendsCommand,
  },
  {
    name: 'problems',
    takes: '',
    about: 'list the problems, their presets and metrics',
    load: async () => (await import('./commands/catalog.ts')).addCatalogCommands,
  },
  {
    name: 'estimators',
    takes: '',
    about: 'list the gradient estimators and their settings',
    load: async () => (await import('./commands/catalog.ts')).addCatalogCommands,
  },
];
