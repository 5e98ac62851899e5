/**
 * A time as the command line, its reports and its refusals print it: on this machine's clock, with the distance to UTC, so
 * that it can neither be taken for UTC nor for the clock of another place: `2026-11-29 01:11:07 +05:30`.
 * @param milliseconds since 1970
 */
export function localTime(milliseconds: number): string {
  const at = new Date(milliseconds);
  if (Number.isNaN(at.getTime())) return 'at an unknown time';
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join('-');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  const offset = -at.getTimezoneOffset();
  const size = Math.abs(offset);
  return `${day} ${clock} ${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
