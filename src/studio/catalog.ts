/** Problems and estimators as the studio's hosts show them. */
export { listEstimators, listProblems } from '../engine/catalog.ts';
