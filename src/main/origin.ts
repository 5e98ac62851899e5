/** The one origin that the window ever shows. */
export const SCHEME = 'app';
const HOST = 'studio';
export const ORIGIN = `${SCHEME}://${HOST}`;

/** Is this an address of ours? Compared in its parts, never by how it begins. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === `${SCHEME}:` &&
    url.host === HOST &&
    url.username === '' &&
    url.password === ''
  );
}
