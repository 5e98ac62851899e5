/**
 * Tasks on hosts that the user reaches by ssh (docs/adr/0026). There is no scheduler on them: each has a worker, a script of a few lines that
 * takes its share of a submission in order, and goes on whatever becomes of the connection and of this studio.
 */
import type { SshChoice } from '../../shared/executor.ts';
import { AppError } from '../../shared/errors.ts';
import type { Executor, Job, Submission, TaskState, TaskStates } from './executor.ts';
import { dealOut, readDeal, writeDeal, type Deal } from './ssh/deal.ts';
import type { SshSettings } from './ssh/host.ts';
import { HostShares, type Part } from './ssh/host-shares.ts';
import { findInstallation } from './ssh/installed.ts';

type SshSubmission = Submission<SshChoice>;

export class SshExecutor implements Executor<SshChoice> {
  readonly kind = 'ssh';
  readonly #settings: SshSettings;
  readonly #hosts = new Map<string, HostShares>();

  constructor(settings: SshSettings = {}) {
    this.#settings = settings;
  }

  async submit(submission: SshSubmission, signal: AbortSignal): Promise<readonly Job[]> {
    const deal = readDeal(submission.folder) ?? (await this.#deal(submission, signal));
    // A host that is out of reach by now is told by the next poll.
    await eachHost(partsOf(submission, deal), (host, parts) => this.#host(host).handOver(parts, signal));
    return deal.shares
      .flatMap(({ host, tasks }) => tasks.map((task) => ({ id: `${host}:${task}`, first: task, count: 1 })))
      .sort((a, b) => a.first - b.first);
  }

  /** Among the hosts that can train at this moment. */
  async #deal({ folder, choice, tasks }: SshSubmission, signal: AbortSignal): Promise<Deal> {
    const leftOut: string[] = [];
    const found = await Promise.all(
      choice.hosts.map(async (host) => {
        try {
          const installation = await findInstallation(host.host, this.#settings, signal);
          return [{ ...host, installation, sent: false }];
        } catch (error) {
          if (!(error instanceof AppError) || error.kind === 'cancelled') throw error;
          leftOut.push(error.message);
          return [];
        }
      }),
    );
    const hosts = found.flat();
    if (hosts.length === 0) throw new AppError('external', leftOut.join('; '));
    const deal = { shares: [...dealOut(tasks, hosts)], leftOut };
    writeDeal(folder, deal);
    return deal;
  }

  async poll(
    submissions: readonly SshSubmission[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TaskStates>> {
    const states = new Map(submissions.map(({ token }) => [token, new Map<number, TaskState>()]));
    const deals = new Map(submissions.map((submission) => [submission, readDeal(submission.folder)]));
    const parts = [...deals].flatMap(([submission, deal]) => partsOf(submission, deal));
    for (const host of this.#hosts.values()) host.keepOnly(new Set(states.keys()));
    await eachHost(parts, (host, ofHost) => this.#host(host).poll(ofHost, signal));
    // When the slowest has answered: what has begun since the first one did must not be said to wait.
    for (const part of parts) {
      const { submission, share } = part;
      const leftOut = deals.get(submission)?.leftOut ?? [];
      for (const [task, state] of this.#host(share.host).statesOf(part))
        states.get(submission.token)?.set(task, withLeftOut(state, leftOut));
    }
    return states;
  }

  async cancel(submission: SshSubmission, tasks: readonly number[], how: 'stop' | 'kill'): Promise<void> {
    await this.#each(submission, tasks, (host, part, own) => host.cancel(part, own, how));
  }

  async logs(submission: SshSubmission, task: number): Promise<string> {
    let words = '';
    await this.#each(submission, [task], async (host, part) => {
      words = await host.lastWords(part, task);
    });
    return words;
  }

  async fetch(submission: SshSubmission, tasks: readonly number[], whole: boolean): Promise<void> {
    await this.#each(submission, tasks, (host, part, own) => host.fetch(part, own, whole));
  }

  async forget(submission: SshSubmission): Promise<void> {
    await this.#each(submission, undefined, (host, part) => host.forget(part));
  }

  /** @param tasks undefined: all */
  #each(
    submission: SshSubmission,
    tasks: readonly number[] | undefined,
    work: (host: HostShares, part: Part, own: readonly number[]) => Promise<void>,
  ): Promise<void> {
    const chosen = tasks && new Set(tasks);
    return eachHost(partsOf(submission, readDeal(submission.folder)), async (name, parts) => {
      for (const part of parts) {
        const own = part.share.tasks.filter((task) => chosen?.has(task) ?? true);
        if (own.length > 0) await work(this.#host(name), part, own);
      }
    });
  }

  #host(name: string): HostShares {
    const known = this.#hosts.get(name) ?? new HostShares(name, this.#settings);
    this.#hosts.set(name, known);
    return known;
  }
}

/** Whoever waits longer than need be is told why. */
function withLeftOut(state: TaskState, leftOut: readonly string[]): TaskState {
  if (state.state !== 'waiting' || leftOut.length === 0) return state;
  return { ...state, reason: `${state.reason} (left out: ${leftOut.join('; ')})` };
}

function partsOf(submission: SshSubmission, deal: Deal | undefined): readonly Part[] {
  return (deal?.shares ?? []).map((share, index) => ({ submission, share, index }));
}

/** All of them, even if one fails: then with its failure. */
async function eachHost(
  parts: readonly Part[],
  work: (host: string, parts: readonly Part[]) => Promise<void>,
): Promise<void> {
  const byHost = Map.groupBy(parts, ({ share }) => share.host);
  const results = await Promise.allSettled([...byHost].map(([host, ofHost]) => work(host, ofHost)));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason as Error;
}
