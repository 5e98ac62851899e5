/** Problems and estimators as the studio's hosts show them. */
export {
  choiceOf,
  contentIssues,
  experimentIssues,
  listEstimators,
  listProblems,
  requestVariants,
  resolveExperiment,
  sameData,
  type Experiment,
  type Variant,
} from '../engine/catalog.ts';
