/** Problems and estimators as descriptors: all that the page knows of the science. */
import type { EstimatorDescriptor, MetricDescriptor, ProblemDescriptor } from '../../shared/descriptor.ts';
import { styleOf, type EstimatorStyle } from '../format/estimator-style.ts';
import { studio } from './studio.svelte.ts';

class Catalog {
  #problems = $state.raw<readonly ProblemDescriptor[]>([]);
  #estimators = $state.raw<readonly EstimatorDescriptor[]>([]);
  #loading: Promise<void> | null = null;

  get problems(): readonly ProblemDescriptor[] {
    return this.#problems;
  }

  get estimators(): readonly EstimatorDescriptor[] {
    return this.#estimators;
  }

  /** Constant while the studio runs: asked once, again after a failure. */
  load(): Promise<void> {
    this.#loading ??= studio
      .call((client) => client.catalog.list())
      .then(
        ({ problems, estimators }) => {
          this.#problems = problems;
          this.#estimators = estimators;
        },
        (error: unknown) => {
          this.#loading = null;
          throw error;
        },
      );
    return this.#loading;
  }

  problem(id: string): ProblemDescriptor | undefined {
    return this.#problems.find((problem) => problem.id === id);
  }

  /** An estimator that this version does not know (of an imported run) goes by its id. */
  estimatorLabel(id: string): string {
    return this.#estimators.find((estimator) => estimator.id === id)?.label ?? id;
  }

  style(estimator: string): EstimatorStyle {
    return styleOf(
      estimator,
      this.#estimators.map(({ id }) => id),
    );
  }

  metric(problem: string, name: string): MetricDescriptor | undefined {
    return this.problem(problem)?.metrics.find((metric) => metric.name === name);
  }
}

export const catalog = new Catalog();
