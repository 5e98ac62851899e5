import { describe, expect, it } from 'vitest';
import { parseMarkdown } from './parse-markdown.ts';

/** How often characters of texts are looked at. */
function looks(text: string): number {
  let count = 0;
  const charCodeAt = Reflect.get(String.prototype, 'charCodeAt');
  Reflect.set(String.prototype, 'charCodeAt', function counted(this: string, at: number) {
    count += 1;
    return charCodeAt.call(this, at);
  });
  try {
    parseMarkdown(text);
  } finally {
    Reflect.set(String.prototype, 'charCodeAt', charCodeAt);
  }
  return count;
}

describe('parseMarkdown', () => {
  it('knows headings, emphasis, code, lists, tables and links', () => {
    const html = parseMarkdown('# A\n\n*b* **c** `d`\n\n- e\n\n|f|\n|-|\n|g|\n\n[h](https://example.org/)');
    for (const part of ['<h1>A</h1>', '<em>b</em>', '<strong>c</strong>', '<code>d</code>', '<li>e</li>']) {
      expect(html).toContain(part);
    }
    expect(html).toContain('<td>g</td>');
    expect(html).toContain('<a href="https://example.org/">h</a>');
  });

  it.each([
    ['a $x^2$ b', 'a <span>x^2</span> b'],
    ['$\\pi_\\theta$', '<span>\\pi_\\theta</span>'],
    ['*a* $b_1 * c_2 * d$', '<em>a</em> <span>b_1 * c_2 * d</span>'],
    ['$$\na < b\n$$', '<var>\na &lt; b\n</var>'],
    ['$<img src=x onerror=alert(1)>$', '<span>&lt;img src=x onerror=alert(1)&gt;</span>'],
    ['$\\$5$', '<span>\\$5</span>'],
  ])('sets TeX aside: %s', (text, html) => expect(parseMarkdown(text)).toContain(html));

  it.each(['from $5 to $6', 'a $ b $ c', '\\$x$', '`$x$`', '$x\ny$', '$', '$$', '$$$$'])(
    'takes no price or lone sign for TeX: %s',
    (text) => expect(parseMarkdown(text)).not.toMatch(/<(span|var)>/),
  );

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<iframe src="https://example.org"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<svg/onload=alert(1)>',
    'text <b onmouseover=alert(1)>bold</b>',
  ])('shows %s as it was written', (text) => {
    expect(parseMarkdown(text)).not.toMatch(/<(?!\/?p>)/);
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](vbscript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '<javascript:alert(1)>',
  ])('makes no link of %s', (text) => {
    expect(parseMarkdown(text)).not.toMatch(/href/i);
  });

  it.each(['![x](https://example.org/a.png)', '![x][y]\n\n[y]: https://example.org/a.png'])(
    'fetches no picture: %s',
    (text) => expect(parseMarkdown(text)).not.toMatch(/<img/i),
  );

  // The longest text that is parsed at all, and an eighth of it. A parser that goes back to what it has read looks at a text
  // that is eight times as long sixty-four times as often.
  it.each(['[', '*a', '`', '> ', '![](', '&', '<', '| a ', '- ', '$a ', '$\\', '$$a'])(
    'looks at 64 kB of %j in proportion to their length',
    (part) => {
      const ofLength = (length: number) => part.repeat(Math.floor(length / part.length));
      expect(looks(ofLength(65_536)) / looks(ofLength(8192))).toBeLessThan(12);
    },
  );
});
