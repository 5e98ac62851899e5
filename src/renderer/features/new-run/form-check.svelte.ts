/** What the studio says of a form: asked again shortly after every change. */
import type { CheckedExperiment } from '../../../shared/contract/experiments.ts';
import type { ChoiceType } from '../../../shared/choice.ts';
import type { JsonObject } from '../../../shared/config-path.ts';
import type { Issue } from '../../../shared/errors.ts';
import { studio } from '../../api/studio.svelte.ts';
import { issueSentence, sentenceOf } from '../../format/sentence.ts';
import { MEMORY_SHARE } from '../../../shared/experiment.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/numbers.ts';

const CHECK_AFTER_MS = 120;

interface Form {
  readonly request: JsonObject;
  /** What only the form can tell. */
  readonly issues: readonly Issue[];
}

export class FormCheck {
  #checked = $state.raw<CheckedExperiment | null>(null);
  #choices = $state.raw<readonly ChoiceType[]>([]);
  #failure = $state('');
  #current = $state(false);
  #checking = 0;
  #timer = 0;
  readonly #form: () => Form;

  constructor(form: () => Form) {
    this.#form = form;
  }

  /** False from a change until the studio has said what it makes of it. */
  get current(): boolean {
    return this.#current;
  }

  /** Of the form as it was checked last; null before the first time. */
  get checked(): CheckedExperiment | null {
    return this.#checked;
  }

  /** What the estimators have to support with the variants as they are; empty until the studio has said it. */
  get choices(): readonly ChoiceType[] {
    return this.#choices;
  }

  /** What was said of another problem's choice is not this one's. */
  forgetChoices(): void {
    this.#choices = [];
  }

  /** Why it could not be checked at all; empty while all is well. */
  get failure(): string {
    return this.#failure;
  }

  /** What is wrong, by the path of the field. */
  get issues(): ReadonlyMap<string, string> {
    if (this.#checked?.valid !== false) return new Map();
    return new Map(this.#checked.issues.map(({ path, message }) => [path, message]));
  }

  /** After a change. */
  soon(): void {
    window.clearTimeout(this.#timer);
    this.#current = false;
    // An answer that is still under way is of the form before.
    this.#checking++;
    this.#timer = window.setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  dispose(): void {
    window.clearTimeout(this.#timer);
    this.#checking++;
  }

  async #check(): Promise<void> {
    const checking = ++this.#checking;
    try {
      const { request, issues: own } = this.#form();
      const checked = await studio.call((client) => client.experiments.check(request));
      if (checking !== this.#checking) return;
      const wrong = [...(checked.valid ? [] : checked.issues), ...own];
      const issues = wrong.map(({ path, message }) => ({ path, message: issueSentence(path, message) }));
      if (checked.choices.length > 0) this.#choices = checked.choices;
      this.#checked = issues.length === 0 ? checked : { valid: false, choices: checked.choices, issues };
      this.#failure = '';
      this.#current = true;
    } catch (error) {
      if (checking === this.#checking) this.#failure = sentenceOf(error);
    }
  }
}

/**
 * What a person should know before the start: not wrong, but seldom meant.
 * @param atOnce trainers at the same time; null: other machines train the runs, and their memory is not known
 */
export function warningsOf(
  checked: Extract<CheckedExperiment, { valid: true }>,
  atOnce: number | null,
): readonly string[] {
  const { memory, machineMemory, seeds, config, steps } = checked;
  const runs = Math.min(atOnce ?? 0, checked.runs);
  const evaluateEvery = config['evaluateEvery'];
  const found: (string | false)[] = [
    atOnce !== null &&
      memory > MEMORY_SHARE * machineMemory &&
      `One run needs at least ${formatBytes(memory)}, but this machine has ${formatBytes(machineMemory)}, so the studio will refuse it. Lower what makes it large, such as batch.`,
    memory <= MEMORY_SHARE * machineMemory &&
      runs * memory > machineMemory &&
      `${formatCount(runs)} runs at once need ${formatBytes(runs * memory)}, but this machine has ${formatBytes(machineMemory)}. Allow fewer at once in Settings.`,
    seeds.length === 1 && 'With one seed there are no intervals, so estimators cannot be told apart.',
    typeof evaluateEvery === 'number' &&
      evaluateEvery > steps &&
      'Evaluate every is larger than steps, so the only hard evaluations are the first and the last.',
  ];
  return found.filter((text) => text !== false);
}
