import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { issueSentence, sentence, sentenceOf } from './sentence.ts';

it.each([
  ['the studio cannot be reached; it may have ended', 'The studio cannot be reached; it may have ended.'],
  ['stopped by hand', 'Stopped by hand.'],
  ['Cancelled.', 'Cancelled.'],
  ['valuations.csv is a table (CSV)', 'valuations.csv is a table (CSV).'],
  ['/tmp/a b.txt: no such file', '/tmp/a b.txt: no such file.'],
  ['f is Infinity at k = 0', 'f is Infinity at k = 0.'],
  ['a list has 3 numbers', 'A list has 3 numbers.'],
  ['k9bn1x14 is running', 'k9bn1x14 is running.'],
  ['options: expected a whole number', 'options: expected a whole number.'],
  ['valuations.kind: expected xor', 'valuations.kind: expected xor.'],
  ['', ''],
])('%s', (message, shown) => expect(sentence(message)).toBe(shown));

it('is made of whatever was thrown', () => {
  expect(sentenceOf(new AppError('conflict', 'run a1 is running; stop it first'))).toBe(
    'Run a1 is running; stop it first.',
  );
  expect(sentenceOf(new Error('no space left'))).toBe('No space left.');
});

it.each([
  ['config.objective', 'objective: the expression calls "import"', 'The expression calls "import".'],
  ['config.objective', 'the logits: 3 of them', 'The logits: 3 of them.'],
  ['sweep', 'options: give its values', 'options: give its values.'],
])('of the field %s: %s', (path, message, shown) => expect(issueSentence(path, message)).toBe(shown));
