import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { samplePanels, sampleRich } from '../../shared/pictures/sample-panels.ts';
import { pictureCsv } from '../../shared/pictures/csv.ts';
import { readPicture } from '../../shared/pictures/picture.ts';
import { drawPicture } from './pictures.ts';

const picture = readPicture(
  {
    note: 'Codes < 64 are "used" & shown.',
    facts: [{ label: 'Codes used', value: 12, unit: 'of 64' }],
    panels: [...samplePanels, sampleRich],
  },
  'codes',
);

it('one SVG has every panel with its title, and what is said of all of them', () => {
  const svg = drawPicture(picture);
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  expect(texts).toEqual(expect.arrayContaining([...samplePanels, sampleRich].map(({ title }) => title)));
  expect(texts).toContain('Codes &lt; 64 are &quot;used&quot; &amp; shown.');
  expect(texts).toContain('Codes used 12 of 64');
  expect(texts).toContain('&lt;second&gt; &amp; &quot;third&quot;');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

it('is the same text every time', () => {
  expect(drawPicture(picture) === drawPicture(picture)).toBe(true);
});

it('images are PNG of as many pixels as the panel has', () => {
  const [first = ''] = [...drawPicture(picture).matchAll(/base64,([^"]*)"/g)].map(([, text]) => text);
  const { width, height, data } = decode(Buffer.from(first, 'base64'));
  expect([width, height]).toEqual([2, 2]);
  expect([...data].filter((_, i) => i % 4 === 0)).toEqual([0, 128, 191, 255]);
});

it('one CSV has the rows of every panel, with its name', () => {
  const lines = pictureCsv({
    ...picture,
    panels: picture.panels.filter(({ kind }) => ['table', 'matrix', 'rich'].includes(kind)),
  }).split('\n');
  expect(lines).toEqual([
    'Panel,Fact,Value,Unit,Name,Score,true,predicted cat,predicted dog,Option,Price',
    'facts,Codes used,12,of 64,,,,,,,',
    'Scores,,,,first,0.25,,,,,',
    'Scores,,,,"<second> & ""third""",,,,,,',
    'Confusion,,,,,,cat,8,2,,',
    'Confusion,,,,,,dog,,10,,',
    'Menu,,,,,,,,,0,1.5',
    '',
  ]);
});

it('a text that a spreadsheet would compute is a text', () => {
  const table = { kind: 'table' as const, title: 'T', columns: ['a'], rows: [['=1+1'], [-1]] };
  expect(pictureCsv({ note: '', facts: [], panels: [table] })).toBe("Panel,a\nT,'=1+1\nT,-1\n");
});
