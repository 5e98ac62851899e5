/** What logged data are, wherever they come from: a generator, the Open Bandit Dataset, a CSV file of the user's. */

/** What a policy showed, with which probability, and what came of it: one round per row. */
export interface LoggedRounds {
  readonly rounds: number;
  /** Features of the context, [rounds, contextDimension]. */
  readonly context: Float64Array;
  /** Item shown, 0 to items - 1. */
  readonly action: Int32Array;
  readonly reward: Float64Array;
  /** Probability with which the logging policy showed that item; null: the log does not say. */
  readonly propensity: Float64Array | null;
  /** Place on the page, from 0; null: there is one place. */
  readonly position: Int32Array | null;
  /** E[reward | context, item], [rounds, items]: known for generated logs only, and never used for training. */
  readonly expectedReward: Float64Array | null;
  /** Probabilities of the logging policy over all items, [rounds, items]; null: only those of the items shown are known. */
  readonly behaviour: Float64Array | null;
}

export interface LoggedItems {
  readonly count: number;
  /** As the file names them; generated ones are called 0, 1, 2, … */
  readonly names: readonly string[];
  /** Features of a feature vector per item, [count, dimension]; dimension 0: items have an id alone. */
  readonly dimension: number;
  readonly features: Float64Array;
}

export interface LoggedData {
  /** Where the rounds come from, as a reader would say it. */
  readonly source: string;
  readonly contextDimension: number;
  readonly contextNames: readonly string[];
  readonly items: LoggedItems;
  /** Rows of the file that are the same as an earlier one in every column; 0 of generated logs. */
  readonly repeatedRows: number;
  /** 1: one place per page. */
  readonly positions: number;
  readonly train: LoggedRounds;
  readonly validation: LoggedRounds;
  readonly test: LoggedRounds;
}
