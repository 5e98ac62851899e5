/** Problems and estimators as the studio's hosts show them. */
export {
  choiceOf,
  contentIssues,
  experimentIssues,
  listEstimators,
  listProblems,
  resolveExperiment,
  type Experiment,
} from '../engine/catalog.ts';
