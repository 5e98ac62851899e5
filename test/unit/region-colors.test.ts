/** Colours behind the words of a map, which lie on a canvas where axe does not see them: WCAG AA in both themes. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const tokens = readFileSync(new URL('../../src/renderer/styles/tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = tokens.split(":root[data-theme='dark']");

function token(theme: string, name: string): string {
  return new RegExp(`${name}: (#[0-9a-f]{6})`).exec(theme)?.[1] ?? '';
}

/** Relative luminance of sRGB, WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

it.each([
  ['light', light],
  ['dark', dark],
])('words can be read and edges seen on every colour, %s', (_, theme) => {
  const colors = [...theme.matchAll(/--region-\d: (#[0-9a-f]{6})/g)].map(([, color = '']) => color);
  expect(colors).toHaveLength(8);
  expect(new Set(colors).size).toBe(8);
  for (const color of colors) {
    expect(contrast(color, token(theme, '--ink'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color, token(theme, '--ink-3'))).toBeGreaterThanOrEqual(3);
  }
});
