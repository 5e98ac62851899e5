/** Colours of an ordered quantity: the darker the lower, readable with any colour vision and in grey print, in both themes. */

/**
 * Six places of cividis. Source: Nunez, Anderton, Renslow, "Optimizing colormaps with consideration for color vision deficiency to
 * enable accurate interpretation of scientific data", PLOS ONE 13, 2018.
 */
const PLACES = [
  [0x00, 0x20, 0x4d],
  [0x31, 0x44, 0x6b],
  [0x66, 0x69, 0x70],
  [0x95, 0x8f, 0x78],
  [0xcb, 0xba, 0x69],
  [0xff, 0xea, 0x46],
] as const;

/** @param share 0 (the lowest value) to 1; beyond the nearer end */
export function sequentialColor(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (PLACES.length - 1);
  const below = Math.min(PLACES.length - 2, Math.floor(at));
  const channels = PLACES[below]!.map((low, i) => low + (at - below) * (PLACES[below + 1]![i]! - low));
  return `#${channels.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance of `#rrggbb`, WCAG 2.2: 0 is black, 1 is white. */
export function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever can be read on it: at least 4.5 to 1. */
export function inkOn(color: string): string {
  return luminance(color) > 0.179 ? '#000000' : '#ffffff';
}
