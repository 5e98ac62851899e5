/** Shapes of marks: the second cue beside colour, for those who see no colours and for grey print. */

/** As ECharts takes them; each fills a square box. */
const SYMBOLS = [
  'circle',
  'rect',
  'triangle',
  'diamond',
  'path://M-1 -1L1 -1L0 1Z',
  'path://M-0.35 -1H0.35V-0.35H1V0.35H0.35V1H-0.35V0.35H-1V-0.35H-0.35Z',
  'path://M-1 -0.55L-0.55 -1L0 -0.45L0.55 -1L1 -0.55L0.45 0L1 0.55L0.55 1L0 0.45L-0.55 1L-1 0.55L-0.45 0Z',
  'path://M0 -1L0.3 -0.3L1 0L0.3 0.3L0 1L-0.3 0.3L-1 0L-0.3 -0.3Z',
  'path://M-1 -1H1L-1 1H1Z',
] as const;

/** Outlines of those that ECharts knows by name, in the box from -1 to 1. */
const OUTLINES: Readonly<Record<string, string>> = {
  circle: 'M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z',
  rect: 'M-1 -1H1V1H-1Z',
  triangle: 'M0 -1L1 1L-1 1Z',
  diamond: 'M0 -1L1 0L0 1L-1 0Z',
};

/** The shape at a place of a list of things to be told apart; the shapes come again after nine. */
export function symbolAt(position: number): string {
  return SYMBOLS[position % SYMBOLS.length] ?? SYMBOLS[0];
}

/** The shape so many places after another one; not that one itself, unless it is 0 places. */
export function symbolAfter(symbol: string, places: number): string {
  const place = SYMBOLS.findIndex((known) => known === symbol);
  return places === 0 ? symbol : symbolAt(place + 1 + ((places - 1) % (SYMBOLS.length - 1)));
}

/** Path data of a symbol in the box from -1 to 1. */
export function symbolOutline(symbol: string): string {
  return OUTLINES[symbol] ?? symbol.replace('path://', '');
}
