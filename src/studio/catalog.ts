/** Problems and estimators as the studio's hosts show them. */
export {
  choiceOf,
  contentIssues,
  experimentIssues,
  exportExtension,
  exportNames,
  listEstimators,
  listProblems,
  DEFAULT_PROBLEM,
  listSolvers,
  picturesOf,
  requestVariants,
  resolveExperiment,
  sameData,
  withAbsolutePaths,
  type Variant,
  type KnownSolver,
} from '../engine/catalog.ts';
