/** Names of series that hold one metric for several estimators: `<metric>.<estimator>`, where a plain name is the run's own. */

export function estimatorSeries(metric: string, estimator: string): string {
  return `${metric}.${estimator}`;
}

/** Metric and estimator of a series; no estimator: the run's own. Neither metrics nor ids have a dot. */
export function readSeriesName(name: string): { readonly metric: string; readonly estimator: string | null } {
  const [metric = '', ...rest] = name.split('.');
  return { metric, estimator: rest.length === 0 ? null : rest.join('.') };
}
