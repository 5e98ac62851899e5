/** Mean and standard error of numbers that come one at a time (Welford, Technometrics 4, 1962). */
export class RunningMean {
  #n = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#n += 1;
    const off = value - this.#mean;
    this.#mean += off / this.#n;
    this.#squares += off * (value - this.#mean);
  }

  get summary(): { readonly mean: number; readonly standardError: number } {
    const variance = this.#n < 2 ? 0 : this.#squares / (this.#n - 1);
    return { mean: this.#mean, standardError: Math.sqrt(variance / this.#n) };
  }
}
