/** What a hard evaluation says of a trained auction. */

/** Training profiles that an evaluation looks at, the first ones. */
export const TRAINING_PROFILES = 2000;

/** What one mechanism earns, and what lies gain there, in units of the value scale. */
export interface MechanismResult {
  /** Mean sum of the payments of a profile. */
  readonly revenue: number;
  /** Mean sum of the values of what the bidders got. */
  readonly welfare: number;
  /** Mean gain of each bidder by its best lie, [n]. */
  readonly regrets: readonly number[];
  /** Largest gain of any bidder in any profile. */
  readonly largestRegret: number;
}

export interface HardResult {
  readonly lottery: MechanismResult;
  readonly hard: MechanismResult;
  /** Bidders who would pay more than the value of what they get, of all profiles and both mechanisms. */
  readonly irViolations: number;
}
