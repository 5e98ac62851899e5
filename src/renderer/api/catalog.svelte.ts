/** Problems and estimators as descriptors: all that the page knows of the science. */
import {
  goesBy,
  type EstimatorDescriptor,
  type MetricDescriptor,
  type OpeDescriptor,
  type ProblemDescriptor,
} from '../../shared/descriptor.ts';
import { styleOf, type EstimatorStyle } from '../format/estimator-style.ts';
import { studio } from './studio.svelte.ts';

class Catalog {
  #problems = $state.raw<readonly ProblemDescriptor[]>([]);
  #estimators = $state.raw<readonly EstimatorDescriptor[]>([]);
  #ope = $state.raw<OpeDescriptor | null>(null);
  #loading: Promise<void> | null = null;

  get problems(): readonly ProblemDescriptor[] {
    return this.#problems;
  }

  get estimators(): readonly EstimatorDescriptor[] {
    return this.#estimators;
  }

  /** Null until the catalogue is there. */
  get ope(): OpeDescriptor | null {
    return this.#ope;
  }

  /** Constant while the studio runs: asked once, again after a failure. */
  load(): Promise<void> {
    this.#loading ??= studio
      .call((client) => client.catalog.list())
      .then(
        ({ problems, estimators, ope }) => {
          this.#problems = problems;
          this.#estimators = estimators;
          this.#ope = ope;
        },
        (error: unknown) => {
          this.#loading = null;
          throw error;
        },
      );
    return this.#loading;
  }

  /** By its id, or one that it had in earlier versions. */
  problem(id: string): ProblemDescriptor | undefined {
    return this.#problems.find((problem) => goesBy(problem, id));
  }

  /** An estimator that this version does not know (of an imported run) goes by its id. */
  estimatorLabel(id: string): string {
    return this.#estimators.find((estimator) => estimator.id === id)?.label ?? id;
  }

  /** @param beside what it is drawn with: estimators of scripts get styles of their own among these */
  style(estimator: string, beside: readonly string[] = []): EstimatorStyle {
    return styleOf(estimator, [...new Set([...this.#estimators.map(({ id }) => id), ...beside])]);
  }

  metric(problem: string, name: string): MetricDescriptor | undefined {
    return this.problem(problem)?.metrics.find((metric) => metric.name === name);
  }
}

export const catalog = new Catalog();
