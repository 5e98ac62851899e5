/** build/icon.png for the packaged program, from the one icon in the sources, drawn by the browser of the tests. */
import { mkdirSync, readFileSync } from 'node:fs';
import { launchBrowser } from '../test/support/browser.ts';

const SIZE = 1024;
const svg = readFileSync(new URL('../src/renderer/icon.svg', import.meta.url), 'utf8');
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  await page.setContent(`<style>body { margin: 0 } svg { width: 100vw; height: 100vh }</style>${svg}`);
  mkdirSync('build', { recursive: true });
  await page.screenshot({ path: 'build/icon.png', omitBackground: true });
} finally {
  await browser.close();
}
