/** Problems and estimators as the studio's hosts show them. */
export {
  contentIssues,
  experimentIssues,
  listEstimators,
  listProblems,
  picturesOf,
  resolveExperiment,
  withAbsolutePaths,
  type Experiment,
} from '../engine/catalog.ts';
