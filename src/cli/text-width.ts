/** How much of a terminal's line a text takes. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type stringWidth from 'string-width';
import { packageRoot } from '../node/programs.ts';

/** Printable characters of Latin-1, but for the soft hyphen: one column each. */
const NARROW = /^[\x20-\x7e\xa0-\xac\xae-\xff]*$/;

const requireHere = createRequire(join(packageRoot, 'package.json'));
let measure: typeof stringWidth | undefined;
let segmenter: Intl.Segmenter | undefined;

/** Columns, as wide characters take two and combining ones none. */
export function textWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  // Its tables of Unicode take longer to build than most commands run.
  measure ??= (requireHere('string-width') as { default: typeof stringWidth }).default;
  return measure(text);
}

/** What a reader takes for one character each. */
export function graphemes(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}
