/** Problems and estimators as the studio's hosts show them. */
export {
  contentIssues,
  experimentIssues,
  listEstimators,
  listProblems,
  resolveExperiment,
} from '../engine/catalog.ts';
