/** The decisions of the end-to-end tests' search for a browser; apt-get itself is not run here. */
import { describe, expect, it } from 'vitest';
import { findBrowser, thisMachine, type Machine } from '../support/find-browser.ts';

const APT = '/usr/bin/apt-get';
const CHROMIUM = '/usr/bin/chromium';

interface Doubled extends Machine {
  readonly files: Set<string>;
  readonly ran: string[];
}

/** @param fails what the program says when it fails; @param brings what an install puts there */
function machine(
  files: readonly string[],
  changes: { named?: string; isRoot?: boolean; fails?: string; brings?: string } = {},
): Doubled {
  const { named = '', isRoot = true, fails = '', brings = CHROMIUM } = changes;
  const there = new Set(files);
  const ran: string[] = [];
  return {
    named,
    isRoot,
    files: there,
    ran,
    exists: (path) => there.has(path),
    run(program, args) {
      ran.push([program, ...args].join(' '));
      if (args[0] !== 'install') return;
      if (fails !== '') throw new Error(fails);
      there.add(brings);
    },
  };
}

describe('a browser that is there', () => {
  it('is the one that is named, before all others', () => {
    const own = machine(['/opt/mine', CHROMIUM], { named: '/opt/mine' });
    expect(findBrowser(own)).toBe('/opt/mine');
    expect(own.ran).toEqual([]);
  });

  it('is any that is installed, and nothing is installed then', () => {
    const own = machine([APT, '/usr/bin/google-chrome']);
    expect(findBrowser(own)).toBe('/usr/bin/google-chrome');
    expect(own.ran).toEqual([]);
  });

  it('that is named but not there is a mistake to be told of, not passed over', () => {
    expect(() => findBrowser(machine([CHROMIUM], { named: '/opt/gone' }))).toThrow(
      /GUMBEL_BROWSER.*\/opt\/gone/,
    );
  });
});

describe('where none is there', () => {
  it('root installs Debian’s with fresh package lists', () => {
    const own = machine([APT]);
    expect(findBrowser(own)).toBe(CHROMIUM);
    expect(own.ran).toEqual([`${APT} update`, `${APT} install --yes --no-install-recommends chromium`]);
  });

  it.each([
    ['somebody else than root', machine([APT], { isRoot: false })],
    ['root without apt-get', machine([])],
  ])('%s installs nothing and is told what to do', (_, own) => {
    expect(() => findBrowser(own)).toThrow(/need a browser, and none was found; install Chromium/);
    expect(own.ran).toEqual([]);
  });

  it('a failed install is told with its reason', () => {
    expect(() => findBrowser(machine([APT], { fails: 'no network' }))).toThrow(
      /could not install chromium \(no network\); install Chromium/,
    );
  });

  it('an install that brought no browser is not taken for one', () => {
    expect(() => findBrowser(machine([APT], { brings: '/snap/bin/chromium' }))).toThrow(/there is no/);
  });
});

it('the real runner runs programs, and fails when they do', () => {
  const { run } = thisMachine();
  run(process.execPath, ['-e', '']);
  expect(() => run(process.execPath, ['-e', 'process.exit(3)'])).toThrow();
});
