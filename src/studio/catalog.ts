/** Problems and estimators as the studio's hosts show them. */
export {
  checkSettings,
  choiceOf,
  contentIssues,
  experimentIssues,
  listEstimators,
  listProblems,
  picturesOf,
  requestVariants,
  resolveExperiment,
  sameData,
  withAbsolutePaths,
  type Experiment,
  type Variant,
} from '../engine/catalog.ts';
