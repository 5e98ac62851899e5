/** What the shells of hosts are told about copies of the studio. */
import { shellWord } from '../../../shared/shell-word.ts';
import { pathWord } from './scripts.ts';

/** Says kernel, machine and whose C library, a line each. */
export const machineScript = `uname -s
uname -m
if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then echo glibc; else echo other; fi`;

const checks = `
if command -v sha256sum >/dev/null 2>&1; then sums() { sha256sum "$@"; }; else sums() { shasum -a 256 "$@"; }; fi
differing() {
  sums -c manifest 2>&1 | grep -v ': OK$' | grep -v WARNING | head -n 3
}
`;

/** Says `absent`, `whole` and the version, or `damaged` and what is. @param manifest SHA-256 of the list of files that there should be */
export function checkScript(folder: string, manifest: string): string {
  return `${checks}
cd ${pathWord(folder)} 2>/dev/null || { echo absent; exit 0; }
found=$(sums <manifest 2>/dev/null)
if [ "\${found%% *}" != ${manifest} ]; then
  echo damaged
  echo 'its list of files is missing or another one'
  exit 0
fi
differ=$(differing)
if [ -n "$differ" ]; then
  echo damaged
  echo "$differ"
elif version=$(./node bin/main.js --version 2>&1); then
  echo whole
  echo "$version"
else
  echo damaged
  echo "$version" | tail -n 1
fi`;
}

/**
 * Takes a copy as an archive, in which `manifest` is the last, and puts it in the place of what is there. Says its version last.
 * @param links folder in which a copy elsewhere has a link
 * @param npm bring Node and packages with it
 */
export function installScript(
  { folder, name }: { readonly folder: string; readonly name: string },
  links: string,
  npm: boolean,
): string {
  const word = shellWord(name);
  const packages = `command -v npm >/dev/null 2>&1 || fail 'it is another kind of machine than this one, so it needs npm to install the packages, and has none'
npm ci --omit=dev --ignore-scripts --no-audit --no-fund >&2 && npm rebuild node >&2 || fail 'npm could not install the packages'
ln -s node_modules/node/bin/node node`;
  const link =
    folder === links
      ? ''
      : `mkdir -p ${pathWord(links)} && ln -sfn "$(pwd)"/${word} ${pathWord(links)}/${word} || fail 'a link to it could not be created'`;
  return `${checks}
fail() { echo "$1" >&2; exit 1; }
umask 022
mkdir -p ${pathWord(folder)} && cd ${pathWord(folder)} || fail 'its folder could not be created'
new=${word}.new.$$
place=$(pwd)
trap 'cd "$place" && rm -rf "$new" "$new.old"' EXIT
mkdir "$new" && tar -xzf - -C "$new" || fail 'it did not arrive; there may be no space left'
cd "$new"
[ -f manifest ] || fail 'it did not arrive completely'
differ=$(differing)
[ -z "$differ" ] || fail "it is not what was sent: $differ"
${npm ? packages : ''}
version=$(./node bin/main.js --version) || fail 'what was sent does not run there'
cd ..
[ ! -e ${word} ] || mv ${word} "$new.old"
mv "$new" ${word} || fail 'it could not be given its name'
${link}
echo "$version"`;
}

/** Says `removed <name>` or `in-use <name>` for each copy but one. */
export function removeScript(folder: string, kept: string): string {
  // By the whole path, as workers are told it: other users of the host have copies of the same name.
  return `cd ${pathWord(folder)} 2>/dev/null || exit 0
place=${pathWord(folder)}
for copy in *; do
  [ -e "$copy" ] || [ -h "$copy" ] || continue
  [ "$copy" != ${shellWord(kept)} ] || continue
  if ps -A -o args 2>/dev/null | grep -F "$place/$copy/node " | grep -qv grep; then
    echo "in-use $copy"
    continue
  fi
  if [ -h "$copy" ]; then rm -rf "$(cd "$copy" 2>/dev/null && pwd -P)" 2>/dev/null; fi
  rm -rf "$copy" && echo "removed $copy"
done`;
}
