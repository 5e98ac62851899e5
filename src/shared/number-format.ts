/**
 * Numbers as people read them: four significant digits and no invented precision. On pages and in reports with typographic signs,
 * thin spaces between thousands; `plain...` in terminals, as somebody may copy or cut them there.
 */

const THIN = '\u2009';
const MINUS = '\u2212';
const DIGITS = 4;

/** Absent: an em dash; not finite (null on the wire): a word, as JSON has no NaN. */
export function formatNumber(value: number | null | undefined): string {
  if (value === undefined) return '\u2014';
  if (value === null || !Number.isFinite(value)) return 'no finite value';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  if (size >= 1e7 || size < 1e-4) {
    const [mantissa = '', exponent = ''] = size.toExponential(DIGITS - 1).split('e');
    return `${sign}${mantissa}e${exponent.replace('+', '').replace('-', MINUS)}`;
  }
  if (size >= 1000) return sign + grouped(size.toFixed(Number.isInteger(size) || size >= 10_000 ? 0 : 1));
  const decimals = DIGITS - 1 - Math.floor(Math.log10(size));
  return sign + (Number.isInteger(size) ? size.toFixed(0) : size.toFixed(Math.min(decimals, 6)));
}

export function formatCount(value: number): string {
  return (value < 0 ? MINUS : '') + grouped(Math.abs(Math.round(value)).toFixed(0));
}

/** Mean and half width of the interval to the same decimal; without an interval only the mean. */
export function formatInterval(mean: number, halfWidth: number | null): string {
  if (halfWidth === null) return formatNumber(mean);
  const size = Math.max(Math.abs(mean), halfWidth);
  if (halfWidth === 0 || size >= 1e5 || size < 1e-3) {
    return `${formatNumber(mean)} \u00b1 ${formatNumber(halfWidth)}`;
  }
  const decimals = Math.max(0, DIGITS - 1 - Math.floor(Math.log10(size)));
  const places = Math.min(decimals, 4);
  const sign = mean < 0 ? MINUS : '';
  return `${sign}${Math.abs(mean).toFixed(places)} \u00b1 ${halfWidth.toFixed(places)}`;
}

/** With so many decimals, thin spaces between thousands. */
export function formatFixed(value: number, decimals: number): string {
  const digits = grouped(Math.abs(value).toFixed(decimals));
  return value < 0 && Number(Math.abs(value).toFixed(decimals)) !== 0 ? MINUS + digits : digits;
}

/** `1.25e-3` with a true minus sign, with so many decimals. */
export function formatScientific(value: number, decimals: number): string {
  return value.toExponential(decimals).replace('+', '').replaceAll('-', MINUS);
}

/** A number without the zeros that only keep columns of a table in line: for axes. */
export function formatTick(value: number): string {
  return formatNumber(Number(value.toPrecision(4)))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}${THIN}%`;
}

/** `4.2 s`, `42 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '\u2014';
  return seconds < 10 ? `${seconds.toFixed(1)}${THIN}s` : wholeDuration(seconds, THIN);
}

/** The same in whole seconds. */
export function plainDuration(seconds: number): string {
  return Number.isFinite(seconds) ? wholeDuration(seconds, ' ') : '-';
}

function wholeDuration(seconds: number, space: string): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${space}s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes}${space}min ${twoDigits(rest)}${space}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${space}h ${twoDigits(minutes % 60)}${space}min`;
  return `${Math.floor(hours / 24)}${space}d ${hours % 24}${space}h`;
}

/** `05`, as clocks have it. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `digits` significant digits without an exponent where that is short. */
export function plainNumber(value: number | null | undefined, digits = 4): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '-';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(digits - 1);
  return value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

/** A mean with the half width of its interval, to two digits; without an interval only the mean. */
export function plainInterval(mean: number, halfWidth: number | null): string {
  return halfWidth === null ? plainNumber(mean) : `${plainNumber(mean)} \u00b1 ${plainNumber(halfWidth, 2)}`;
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}
