/** Commands that answer like Slurm's from small files: for as many tasks as no machine runs, and for what a real one does seldom. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Elements `first` to `last` of one array. */
export interface SimulatedElements {
  readonly job: number;
  readonly first: number;
  readonly last: number;
  readonly state: string;
  /** As squeue has it: the status of wait(); as sacct has it: "code:signal". */
  readonly exit?: string;
  readonly reason?: string;
  readonly node?: string;
  readonly name: string;
}

export class SimulatedSlurm {
  readonly #folder: string;
  /** With it, the commands are these. */
  readonly env: NodeJS.ProcessEnv;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.env = {
      ...process.env,
      SIMULATED_SLURM: folder,
      PATH: `${join(import.meta.dirname, 'simulated-slurm')}:${process.env['PATH'] ?? ''}`,
    };
    this.queue([]);
  }

  /** What squeue knows from now on. */
  queue(rows: readonly SimulatedElements[]): void {
    writeFileSync(join(this.#folder, 'queue'), linesOf(rows, '0'));
  }

  /** What sacct knows from now on; before the first time the accounting is disabled. */
  account(rows: readonly SimulatedElements[]): void {
    writeFileSync(join(this.#folder, 'accounts'), linesOf(rows, '0:0'));
  }

  /** A line of sh that squeue runs first; null: none. */
  trouble(line: string | null): void {
    const path = join(this.#folder, 'trouble');
    if (line === null) rmSync(path, { force: true });
    else writeFileSync(path, `${line}\n`);
  }

  /** What sbatch says instead of taking an array once it has so many; null: it takes all. */
  refuse(after: number | null, words = ''): void {
    const path = join(this.#folder, 'refusal');
    if (after === null) rmSync(path, { force: true });
    else writeFileSync(path, `${after}\n${words}\n`);
  }

  /** Arguments of each call so far. */
  calls(program: 'scancel' | 'sacct'): readonly string[] {
    const path = join(this.#folder, `${program}-calls`);
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8').trimEnd().split('\n');
  }

  /** As sbatch leaves them: one line per array. */
  queued(): readonly string[] {
    return readFileSync(join(this.#folder, 'queue'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  /** A line as it stands. */
  addToQueue(line: string): void {
    appendFileSync(join(this.#folder, 'queue'), `${line}\n`);
  }
}

function linesOf(rows: readonly SimulatedElements[], success: string): string {
  return rows
    .map(({ job, first, last, state, exit = success, reason = 'None', node = '', name }) =>
      [job, first, last, state, exit, reason, node, name].join('|'),
    )
    .map((line) => `${line}\n`)
    .join('');
}
