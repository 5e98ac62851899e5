/** Problems and estimators as the studio's hosts show them. */
export { experimentIssues, listEstimators, listProblems, resolveExperiment } from '../engine/catalog.ts';
