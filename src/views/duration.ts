/** Times as people read them. All take milliseconds. */

/** `42s`, `12min 5s`, `1h 32min`, `3d 4h`; rounded down, never negative. */
export function shortDuration(ms: number): string {
  const { days, hours, minutes, seconds } = partsOf(ms);
  if (days > 0) return `${days}d ${hours}h`;
  if (hours > 0) return `${hours}h ${minutes}min`;
  if (minutes > 0) return seconds === 0 ? `${minutes}min` : `${minutes}min ${seconds}s`;
  return `${seconds}s`;
}

/** `1 hour 44 minutes`, `2 days`, `42 seconds`; the two largest units that are not zero. */
export function longDuration(ms: number): string {
  const { days, hours, minutes, seconds } = partsOf(ms);
  const words = [plural(days, 'day'), plural(hours, 'hour'), plural(minutes, 'minute')].filter(
    (word) => word !== '',
  );
  return words.length === 0 ? `${seconds} second${seconds === 1 ? '' : 's'}` : words.slice(0, 2).join(' ');
}

/** `00:23:15`; hours go on counting beyond a day. */
export function clockDuration(ms: number): string {
  const { days, hours, minutes, seconds } = partsOf(ms);
  return [days * 24 + hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `2025-11-29 14:30:52 UTC`. */
export function utcTime(at: number): string {
  return `${isoTime(at).slice(0, 19).replace('T', ' ')} UTC`;
}

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

function plural(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}

function partsOf(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.floor(ms / 1000));
  return {
    days: Math.floor(total / 86_400),
    hours: Math.floor(total / 3600) % 24,
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  };
}
