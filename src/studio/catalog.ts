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
  type Variant,
} from '../engine/catalog.ts';
