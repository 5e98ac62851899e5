/** Runs that differ in nothing but the seed, forks of equal parents at one step too: the rows of a comparison, and what a mean may be taken over. */
import { sha256 } from '../../node/digest.ts';
import type { RunRecord } from '../../shared/run.ts';

export interface SeedGroup {
  /** The estimator and a digest of problem, variant, config and settings: the same for the same experiment, whatever else is compared. */
  readonly key: string;
  readonly problem: string;
  readonly estimator: string;
  /** Name of its variant; empty: it is of none. */
  readonly variant: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Text that is the same for the same problem and config. */
  readonly task: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of forks, `step 400 of softmax`; else `step 0`. */
  readonly from: string;
  /** One per seed, by seed. */
  readonly runs: readonly RunRecord[];
  /**
   * Further runs of seeds that are counted already. The same seed gives the same initial weights and minibatches: counting it
   * twice would pretend to more independent runs than there are.
   */
  readonly repeats: readonly RunRecord[];
}

/** In the order in which their first runs come. */
export function groupsOf(runs: readonly RunRecord[]): readonly SeedGroup[] {
  return [...Map.groupBy(runs, keyOf)].map(([key, members]) => {
    const { spec } = members[0]!;
    const bySeed = [...Map.groupBy(members, (run) => run.spec.seed).values()].map((same) =>
      same.toSorted(preferred),
    );
    const counted = bySeed.map(([first]) => first!);
    return {
      key,
      problem: spec.problem,
      estimator: spec.estimator,
      variant: members[0]!.variant ?? '',
      config: spec.config,
      task: canonical([spec.problem, spec.config]),
      settings: spec.settings,
      from: fromOf(members[0]!),
      runs: counted.sort((a, b) => a.spec.seed - b.spec.seed),
      repeats: bySeed.flatMap(([, ...rest]) => rest),
    };
  });
}

/** Completed before unfinished, then the newest. */
function preferred(a: RunRecord, b: RunRecord): number {
  const done = (run: RunRecord) => (run.state === 'completed' ? 0 : 1);
  return done(a) - done(b) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1);
}

function fromOf({ parent }: RunRecord): string {
  return parent === null ? 'step 0' : `step ${parent.step} of ${parent.estimator}`;
}

function keyOf(run: RunRecord): string {
  const { spec } = run;
  const fork = run.parent === null ? [] : [fromOf(run)];
  const variant = run.variant === null ? [] : [{ variant: run.variant }];
  const same = canonical([spec.problem, spec.config, spec.settings, ...fork, ...variant]);
  return `${spec.estimator}.${sha256(same).slice(0, 8)}`;
}

/** JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
