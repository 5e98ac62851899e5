/**
 * Problems, estimators and metrics as plain data: what forms, the command line, docs and charts know of the
 * engine. Never functions or tensors, so that a remote studio looks like a local one.
 */

import type { ChoiceKind, ChoiceType } from './choice.ts';
import type { VariantRequest } from './experiment.ts';
import type { OpeEstimatorName } from './ope.ts';
import type { Split } from './split.ts';

export interface SourceReference {
  readonly authors: string;
  readonly title: string;
  readonly venue: string;
  readonly url: string;
}

/** Help on a problem or an estimator, shown beside the form and printed into docs/. Its source is in `references`. */
export interface HelpText {
  /** TeX without delimiters, in the symbols of docs/notation.md; set as a display by KaTeX. */
  readonly formula: string;
  /** The idea in three sentences at most; `$...$` is TeX. */
  readonly intuition: string;
  /** When it fails or misleads, and by what one notices; `$...$` is TeX. */
  readonly fails: string;
}

/**
 * What a metric says of a run's health. `earnings`: the hard value, counted from 0, where nothing is earned. `alive-count`,
 * `alive-share`: how many, or what share, of the options, codes or units are in use. `entropy`: of the law of the choice.
 * `effective-share`: effective sample size as a share of the sample.
 */
export type HealthRole = 'earnings' | 'alive-count' | 'alive-share' | 'entropy' | 'effective-share';

export interface MetricDescriptor {
  /** Name of the series and of the key in `metrics`. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** Unit beside the label; empty for a pure number. */
  readonly unit: string;
  readonly better: 'higher' | 'lower' | 'neither';
  /**
   * Whose data it is about; absent: of no data, as a learning rate, or the exact expectation of a toy. The training value is of
   * minibatches of the training split.
   */
  readonly split?: Split;
  /** Baselines that are values of the same: all of the problem's (true), or some by name. Those of its split stand beside it. */
  readonly baselines?: true | readonly string[];
  /** Only runs of earlier versions report it: shown where it was measured. */
  readonly earlier?: true;
  /** Title of its column in the table of a comparison; absent: it has none. */
  readonly column?: string;
  /** In [0, 1], if it is a quantile of a distribution: its chart draws the quantiles as one picture, and only the median stands elsewhere. */
  readonly quantile?: number;
  /** Name of the metric of whose interval it is an end, the lower one first: drawn as a band around that metric. */
  readonly endOf?: string;
  /** What the alerts on a run's health read in it (docs/health.md); absent: nothing. */
  readonly health?: HealthRole;
  /** Wall-clock measurements differ between two equal runs: replay leaves them out. */
  readonly deterministic: boolean;
}

/** True of what is worth a column or a chart of its own: all but the outer quantiles of a distribution and the ends of intervals. */
export function standsAlone({ quantile, endOf }: MetricDescriptor): boolean {
  return endOf === undefined && (quantile === undefined || quantile === 0.5);
}

/** Series that are read together, and so share one chart. */
export interface ChartDescriptor {
  readonly title: string;
  /** Names of metrics, the most important first: where there is room for one line per run, it is this one. */
  readonly metrics: readonly string[];
}

interface BaselineDescriptor {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** It is an expectation in closed form, or a property of f: the same beside every split. */
  readonly everySplit?: true;
  /** No choice has a better value on the data of that split: a training value beyond it is an artefact. */
  readonly bound?: true;
}

/** What a person may ask, in the order in which presets are offered; each preset answers one of them. */
export const presetQuestions = {
  first: 'See it work',
  collapse: 'See the collapse',
  optimum: 'Reach a known optimum',
  estimators: 'Compare the estimators',
  methods: 'Compare methods and settings',
  data: 'On real data, or your own',
  paper: 'As published',
} as const;
export type PresetQuestion = keyof typeof presetQuestions;

export interface PresetDescriptor {
  readonly id: string;
  readonly question: PresetQuestion;
  readonly label: string;
  /** What the preset shows, and why. */
  readonly help: string;
  /** Overrides of the problem's default config. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly estimators: readonly string[];
  readonly seeds: readonly number[];
  /** Absent: one, without a name. */
  readonly variants?: readonly VariantRequest[];
}

export interface EstimatorDescriptor {
  readonly id: string;
  readonly label: string;
  readonly family:
    'enumeration' | 'relaxation' | 'straight-through' | 'score-function' | 'control-variate' | 'pathwise';
  readonly summary: string;
  readonly bias: 'unbiased' | 'biased';
  readonly supports: readonly ChoiceKind[];
  /** True if it takes choices in stages of these kinds, too. */
  readonly stages: boolean;
  /** True if f must accept points between the vertices and have a gradient there. */
  readonly needsRelaxable: boolean;
  /** True if it can keep something between steps: a learned control variate, a baseline, an average. */
  readonly keepsState: boolean;
  /** JSON Schema of the settings. */
  readonly settings: unknown;
  readonly references: readonly SourceReference[];
  readonly help?: HelpText;
}

/** Something that a problem has beside training: docs/adr/0014. */
export interface CapabilityDescriptor {
  /** In kebab-case, stable. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
}

export interface QuestionDescriptor extends CapabilityDescriptor {
  /** JSON Schema. */
  readonly input: unknown;
  /** False: it can also be asked without a run. */
  readonly needsRun: boolean;
}

export interface SolverDescriptor extends CapabilityDescriptor {
  /** JSON Schema. */
  readonly settings: unknown;
  /** False: it brings all that it solves in its settings. */
  readonly needsData: boolean;
}

export interface ExportDescriptor extends CapabilityDescriptor {
  /** Of the file, without a dot. */
  readonly extension: string;
}

export interface ProblemDescriptor {
  readonly id: string;
  /** What it was called in earlier versions: `goesBy` knows them. */
  readonly earlierIds?: readonly string[];
  readonly label: string;
  readonly summary: string;
  readonly direction: 'maximize' | 'minimize';
  /** What an estimator has to support, with the default config; `experiments.check` says it of any other. */
  readonly choice: ChoiceType;
  /** JSON Schema of the config. */
  readonly config: unknown;
  readonly metrics: readonly MetricDescriptor[];
  /** In the order in which a page shows them. */
  readonly charts: readonly ChartDescriptor[];
  /** The training value: what the estimator believes, beside what the hard choices earn. */
  readonly valueMetric: string;
  /**
   * What the training value is to be, on the training split: `gap` is `valueMetric` minus this. Runs that are trained by another
   * quantity have no `gap`.
   */
  readonly hardTrainMetric: string;
  /** The metric that ranks estimators in a comparison: of the validation split, never of the test split. */
  readonly selectionMetric: string;
  readonly baselines: readonly BaselineDescriptor[];
  readonly pictures: readonly CapabilityDescriptor[];
  readonly questions: readonly QuestionDescriptor[];
  readonly solvers: readonly SolverDescriptor[];
  readonly exports: readonly ExportDescriptor[];
  readonly presets: readonly PresetDescriptor[];
  readonly references?: readonly SourceReference[];
  readonly help?: HelpText;
}

/** Is it the id of this problem, of now or of an earlier version? */
export function goesBy(
  { id, earlierIds }: Pick<ProblemDescriptor, 'id' | 'earlierIds'>,
  given: string | undefined,
): boolean {
  return given === id || (given !== undefined && earlierIds?.includes(given) === true);
}

/** What off-policy evaluation asks for, as JSON Schema: the log, the policy, and what else there is to set. */
export interface OpeDescriptor {
  readonly id: 'ope';
  readonly log: unknown;
  readonly policy: unknown;
  readonly settings: unknown;
  readonly estimators: readonly OpeEstimatorDescriptor[];
}

interface OpeEstimatorDescriptor {
  readonly name: OpeEstimatorName;
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  /** What its lambda may be; null: it has none. */
  readonly lambda: string | null;
}
