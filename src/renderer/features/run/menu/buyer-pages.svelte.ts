/** Buyers of a split, read some dozens at a time: the next one is there when it is asked for. */
import { readError } from '../../../../shared/contract/procedure.ts';
import { buyersAnswerSchema, type BuyersQuery, type BuyerView } from '../../../../shared/menus/buyer-view.ts';
import { ask } from '../../../api/questions.ts';
import { counted } from '../../../format/numbers.ts';
import { sentenceOf } from '../../../format/sentence.ts';

export type Split = BuyersQuery['split'];

export class BuyerPages {
  readonly #run: string;
  /** By split and place. */
  readonly #known = new Map<string, BuyerView>();
  #split: Split = 'validation';
  #current = $state.raw<BuyerView | null>(null);
  #buyers = $state(0);
  #options = $state(0);
  #items = $state(0);
  #busy = $state(false);
  #problem = $state('');
  #abort: AbortController | null = null;

  constructor(run: string) {
    this.#run = run;
  }

  get current(): BuyerView | null {
    return this.#current;
  }

  /** Buyers of the split. */
  get buyers(): number {
    return this.#buyers;
  }

  /** Of the menu. */
  get options(): number {
    return this.#options;
  }

  get items(): number {
    return this.#items;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Why there is no buyer to show; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  dispose(): void {
    this.#abort?.abort();
  }

  /** Shows the buyer at a place. @returns the place, or null if there is none */
  async show(split: Split, place: number): Promise<number | null> {
    const known = this.#known.get(`${split} ${place}`);
    if (known !== undefined && split === this.#split) {
      this.#abort?.abort();
      this.#current = known;
      this.#problem = '';
      return place;
    }
    return this.#read({ split, from: place, only: 'all' });
  }

  /** Shows the next buyer after a place who does so. */
  async find(split: Split, after: number, only: 'leaving' | 'buying'): Promise<number | null> {
    for (let place = after + 1; split === this.#split && this.#known.has(`${split} ${place}`); place++) {
      const buyer = this.#known.get(`${split} ${place}`);
      if ((buyer?.taken === null) === (only === 'leaving')) return this.show(split, place);
    }
    return this.#read({ split, from: after + 1, only });
  }

  async #read(query: { split: Split; from: number; only: BuyersQuery['only'] }): Promise<number | null> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = true;
    try {
      const answer = await ask(this.#run, 'buyers', query, buyersAnswerSchema, abort.signal);
      if (this.#abort !== abort) return null;
      for (const buyer of answer.found) this.#known.set(`${query.split} ${buyer.place}`, buyer);
      [this.#split, this.#buyers] = [query.split, answer.buyers];
      [this.#options, this.#items] = [answer.options, answer.items];
      const [first] = answer.found;
      this.#problem = first === undefined ? nobody(query.only, answer.buyers) : '';
      if (first === undefined) return null;
      this.#current = first;
      return first.place;
    } catch (error) {
      if (this.#abort === abort) this.#problem = sentenceOf(readError(error));
      return null;
    } finally {
      if (this.#abort === abort) this.#busy = false;
    }
  }
}

function nobody(only: BuyersQuery['only'], buyers: number): string {
  if (only === 'leaving') return 'No later buyer leaves.';
  if (only === 'buying') return 'No later buyer buys anything.';
  return `This split has ${counted(buyers, 'buyer')}, counted from 0.`;
}
