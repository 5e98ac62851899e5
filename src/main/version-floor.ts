/** Oldest Electron that has every fix the studio relies on (16). */
const FLOOR = [45, 4] as const;

/** One sentence if this Electron is too old, else ''. */
export function versionProblem(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1]);
  return fits ? '' : `Electron ${version} is too old; this window needs ${FLOOR.join('.')} or later`;
}
