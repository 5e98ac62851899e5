/** The commands of Slurm, each asked as its user would ask it, with what went wrong as one sentence. */
import { AppError } from '../../shared/errors.ts';
import { askProgram, lastComplaint, type Answer } from './external-program.ts';
import {
  readJobId,
  readMaxArraySize,
  readSacct,
  readSqueue,
  SACCT_FORMAT,
  SQUEUE_FORMAT,
  type ElementWord,
} from './slurm-answers.ts';

export interface SlurmSettings {
  /** Milliseconds for one call. */
  readonly timeLimit?: number;
  /** Absent: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

const TIME_LIMIT = 20_000;
const REMEDY =
  'start the studio on a login node of the cluster, where Slurm has its commands, or choose another executor';
/** Names that fit into one argument: it may have 128 KiB. With more, what is wanted is picked from all jobs of the user. */
const MOST_NAMES = 2000;
/** Words of one call of scancel, which sends one request per word. */
const MOST_WORDS = 50;
/** Days for which sacct is asked about names; without them it looks at today. */
const DAYS_BACK = 30;

/** Slurm cannot be asked now, or takes no more for the moment; everything else that sbatch complains of is a refusal. */
const passing =
  /unable to contact|connect|communicat|socket|timed out|munge|authentication|zero bytes|temporarily|try again|submit limit|standby/i;
/** Of tasks that are over, or that are being ended. */
const alreadyOver = /invalid job id|already completing or completed|already finished|transitional/i;
const noAccounting = /accounting storage is disabled|not installed here/i;

export class SlurmCommands {
  readonly #timeLimit: number;
  readonly #env: NodeJS.ProcessEnv;
  #mostElements: number | undefined;
  #hasAccounting = true;

  constructor({ timeLimit = TIME_LIMIT, env = process.env }: SlurmSettings) {
    this.#timeLimit = timeLimit;
    // These would change what is asked (SQUEUE_PARTITION) or how long it takes (SBATCH_WAIT).
    const foreign = /^(?:SQUEUE|SACCT|SCANCEL)_|^SBATCH_(?:WAIT|TEST_ONLY|ARRAY_INX|IGNORE_PBS)$/;
    this.#env = Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
  }

  /**
   * Elements of arrays of the studio's that the controller knows, also some that are over.
   * @param names of the arrays; null: all of this user
   */
  async squeue(names: readonly string[] | null, signal?: AbortSignal): Promise<readonly ElementWord[]> {
    if (names?.length === 0) return [];
    const chosen = names === null || names.length > MOST_NAMES ? [] : [`--name=${names.join(',')}`];
    const answer = await this.#ask(
      'squeue',
      ['--me', '--states=all', '--array', '--noheader', `--Format=${SQUEUE_FORMAT}`, ...chosen],
      signal,
    );
    if (answer.code !== 0) throw failed('squeue', answer);
    return readSqueue(answer.stdout, 'gumbel-');
  }

  /** Elements of jobs that the accounting knows; empty where there is no accounting. */
  async sacct(
    chosen: { readonly jobs: readonly string[] } | { readonly names: readonly string[] },
    signal?: AbortSignal,
  ): Promise<readonly ElementWord[]> {
    const which =
      'jobs' in chosen
        ? [`--jobs=${chosen.jobs.join(',')}`]
        : [`--name=${chosen.names.slice(0, MOST_NAMES).join(',')}`, `--starttime=now-${DAYS_BACK}days`];
    const isAskedNothing = ('jobs' in chosen ? chosen.jobs : chosen.names).length === 0;
    if (!this.#hasAccounting || isAskedNothing) return [];
    let answer: Answer;
    try {
      answer = await this.#ask('sacct', ['-X', '-n', '-P', `--format=${SACCT_FORMAT}`, ...which], signal);
    } catch (error) {
      if (!(error instanceof AppError) || !noAccounting.test(error.message)) throw error;
      this.#hasAccounting = false;
      return [];
    }
    if (answer.code === 0) return readSacct(answer.stdout);
    if (!noAccounting.test(answer.stderr)) throw failed('sacct', answer);
    this.#hasAccounting = false;
    return [];
  }

  /** @param isKnown whether Slurm has taken the like already: what it does not take then it may take later */
  async sbatch(args: readonly string[], isKnown: boolean, signal?: AbortSignal): Promise<string> {
    const answer = await this.#ask('sbatch', args, signal);
    if (answer.code === 0) return readJobId(answer.stdout);
    const why = lastComplaint(answer).replace(/^Batch job submission failed: /, '');
    if (isKnown || why === '' || passing.test(answer.stderr)) throw failed('sbatch', answer);
    throw new AppError('validation', `sbatch refused these tasks: ${why}`);
  }

  /** Tasks that are over are no error. */
  async scancel(options: readonly string[], words: readonly string[]): Promise<void> {
    for (let from = 0; from < words.length; from += MOST_WORDS) {
      const answer = await this.#ask('scancel', [...options, ...words.slice(from, from + MOST_WORDS)]);
      const complaints = answer.stderr.split('\n').filter((line) => line.trim() !== '');
      if (answer.code !== 0 && !complaints.every((line) => alreadyOver.test(line))) {
        throw failed('scancel', answer);
      }
    }
  }

  /** Elements that an array may have. */
  async largestArray(signal?: AbortSignal): Promise<number> {
    if (this.#mostElements === undefined) {
      const answer = await this.#ask('scontrol', ['show', 'config'], signal);
      // sbatch will say what is wrong, if something is; this is Slurm's default.
      this.#mostElements = answer.code === 0 ? readMaxArraySize(answer.stdout) : undefined;
    }
    return this.#mostElements ?? 1001;
  }

  #ask(program: string, args: readonly string[], signal?: AbortSignal): Promise<Answer> {
    // What tasks print is in the user's own language: sbatch hands its environment to them.
    const plain = program === 'sbatch' ? {} : { LC_ALL: 'C', SLURM_TIME_FORMAT: 'standard' };
    const env = { ...this.#env, ...plain };
    return askProgram({ program, args, remedy: REMEDY, timeLimit: this.#timeLimit, env, signal });
  }
}

function failed(program: string, answer: Answer): AppError {
  const why = lastComplaint(answer) || `exit code ${answer.code}`;
  return new AppError('external', `${program}: ${why}`);
}
