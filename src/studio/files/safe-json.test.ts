import { describe, expect, it } from 'vitest';
import { parseUntrusted } from './safe-json.ts';

describe('parseUntrusted', () => {
  it('parses what is plain', () => {
    const text = '{"a":[1,-0.5,null,true,"x"],"b":{"c":{}},"":"\\ud83d"}';
    expect(parseUntrusted(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['half a text', '{"a":', /JSON/],
    ['NaN', '{"a":NaN}', /JSON/],
    ['a number beyond doubles', '[1e999]', /beyond the range/],
    ['__proto__', '{"a":[{"__proto__":{"polluted":1}}]}', /the key __proto__/],
    ['an escaped __proto__', '{"\\u005f_proto__":1}', /the key __proto__/],
    ['constructor', '{"constructor":{"prototype":{"polluted":1}}}', /the key constructor/],
    ['65 levels', `${'['.repeat(66)}${']'.repeat(66)}`, /deeper than 64/],
    ['a million levels', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, /deeper than 64|JSON|stack/],
    ['a million values', `[${'0,'.repeat(1e6)}0]`, /more than 1000000 values/],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parseUntrusted(text)).toThrow(reason);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});
