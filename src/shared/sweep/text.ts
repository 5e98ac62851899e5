/** Values and ranges of a sweep as people write them, the same in a form and on a command line: `0.5, 1, 2` and `0.1..2:log`. */
import type { SweepOver, SweepValue } from './request.ts';
import { readValue } from '../assignments.ts';

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const RANGE = new RegExp(String.raw`^(${NUMBER})\s*\.\.\s*(${NUMBER})((?:\s*:\s*\w+)*)$`, 'i');

export const SWEEP_HINT = 'values (0.5, 1, 2) or a range (0.1..2, 1e-3..1:log, 1..64:log:int)';

/** @returns undefined: neither values nor a range. What does not fit together (low above high) its schema says. */
export function readSweepOver(text: string): SweepOver | undefined {
  const [, low, high, marks = ''] = RANGE.exec(text.trim()) ?? [];
  if (low === undefined || high === undefined) {
    const values = text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    const ranged = values.some((word) => RANGE.test(word));
    return values.length === 0 || ranged ? undefined : values.map(valueOf);
  }
  const words = marks
    .split(':')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  if (words.some((word) => word !== 'log' && word !== 'int')) return undefined;
  return {
    low: Number(low),
    high: Number(high),
    scale: words.includes('log') ? 'log' : 'linear',
    whole: words.includes('int'),
  };
}

/** `.5` is a number as well, which JSON does not know. */
function valueOf(word: string): SweepValue {
  return Number.isFinite(Number(word)) ? Number(word) : (readValue(word) as SweepValue);
}

export function writeSweepOver(over: SweepOver): string {
  if (Array.isArray(over)) return over.join(',');
  const { low, high, scale, whole } = over;
  return `${low}..${high}${scale === 'log' ? ':log' : ''}${whole ? ':int' : ''}`;
}
