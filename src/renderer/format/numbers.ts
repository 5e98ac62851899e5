/** Numbers as the pages show them: four significant digits, thin spaces between thousands, no invented precision. */

const THIN = '\u2009';
const MINUS = '\u2212';
const DIGITS = 4;

/** Absent: an em dash; not finite (null on the wire): a word, as JSON has no NaN. */
export function formatNumber(value: number | null | undefined): string {
  if (value === undefined) return '\u2014';
  if (value === null || !Number.isFinite(value)) return 'not finite';
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

/** `1 run`, `2 000 runs`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
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

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}${THIN}%`;
}

/** `42 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '\u2014';
  if (seconds < 10) return `${seconds.toFixed(1)}${THIN}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${THIN}s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes}${THIN}min ${pad(rest)}${THIN}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}${THIN}h ${pad(minutes % 60)}${THIN}min`;
  return `${Math.floor(hours / 24)}${THIN}d ${hours % 24}${THIN}h`;
}

/** Local time of today, or the date of another day. */
export function formatDay(milliseconds: number, now: number): string {
  const text = formatTime(milliseconds, now);
  return text.split(' ')[0] ?? text;
}

/** Local time; the date only where it is not today's. */
export function formatTime(milliseconds: number, now: number): string {
  const at = new Date(milliseconds);
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  if (new Date(now).toDateString() === at.toDateString()) return clock;
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clock}`;
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
