/**
 * Owns how a time is written for people and in files: ISO 8601 in UTC. From its parts, because the first toISOString of a process
 * makes V8 load the time zones, 1 MB that a gateway at rest would keep.
 */

const padded = (part: number, digits: number): string => String(part).padStart(digits, '0');

/** timestamp writes milliseconds since 1970, up to the year 9999, as 2027-01-01T00:00:00.000Z. Error: RangeError for no time. */
export function timestamp(milliseconds: number): string {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new RangeError(`no time to write: ${milliseconds}`);
  const day = [padded(year, 4), padded(date.getUTCMonth() + 1, 2), padded(date.getUTCDate(), 2)];
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const fraction = padded(date.getUTCMilliseconds(), 3);
  return `${day.join('-')}T${time.map((part) => padded(part, 2)).join(':')}.${fraction}Z`;
}

/** momentText writes Unix seconds as 2027-01-01T00:00:00Z, without their fraction. Error: RangeError for no time. */
export function momentText(seconds: number): string {
  return timestamp(seconds * 1000).replace(/\.\d+/, '');
}
