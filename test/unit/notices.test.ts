/** What a packaged program says of the packages that it contains. */
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { SECTION_RULE, thirdPartyNotices } from '../../resources/make-notices.ts';

it('has the licence of every package that is packaged, bundled into the page, or needed by those', () => {
  const sections = thirdPartyNotices().trimEnd().split(`\n\n${SECTION_RULE}\n\n`).slice(1);
  const titles = sections.flatMap((section) => section.split('\n\n')[0]!.split('\n'));
  const names = titles.map((title) => title.split(' ')[0]);
  expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)));
  // Of the page; and zrender, which only echarts needs.
  expect(names).toEqual(
    expect.arrayContaining([
      'svelte',
      'katex',
      'bits-ui',
      '@lucide/svelte',
      '@fontsource-variable/inter',
      'zrender',
    ]),
  );
  // Tools that build and test are in no package.
  for (const tool of ['vitest', 'electron-builder', 'eslint', 'typescript'])
    expect(names).not.toContain(tool);
  for (const title of titles) expect(title).toMatch(/^\S+ \S+ \(.+\)$/);
  // Data that come with the studio.
  expect(sections.find((section) => section.startsWith('uci-digits '))).toContain('Alpaydin');
  expect(sections.find((section) => section.startsWith('dompurify '))).toContain('Apache License');
});
