/**
 * The kinds of values that options have. Each accepts what YAML gives (numbers, lists, maps) and what a flag or an
 * environment variable gives (text), so that one option reads alike wherever it is set.
 */

import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { parseHostList } from '../core/host-list.ts';
import type { NetworkRule } from '../core/isolation.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { CheckCommand } from '../core/settings.ts';

/** Longer than this, a timer of Node.js would fire at once (2^31 ms). */
const LONGEST_MS = 24 * 24 * 60 * 60 * 1000;
const DURATION =
  /^\d+(\.\d+)?\s*(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/i;
const NUMBER = /^\d+(\.\d+)?$/;
const SIZE = /^(\d+(?:\.\d+)?)\s*(B|[KMG]i?B?)?$/i;
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
};

/** A schema from a function that gives undefined for what it cannot read; `wanted` says what it can. */
export function kind<T>(wanted: string, read: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const got = read(value);
    if (got !== undefined) return got;
    context.addIssue({ code: 'custom', message: `must be ${wanted}` });
    return z.NEVER;
  });
}

/** The same, where `read` may know better what is wrong. */
export function explained<T>(wanted: string, read: (value: unknown) => Result<T, string> | undefined) {
  return z.unknown().transform((value, context): T => {
    const got = read(value);
    if (got?.ok === true) return got.value;
    context.addIssue({ code: 'custom', message: got === undefined ? `must be ${wanted}` : got.error });
    return z.NEVER;
  });
}

/** A whole number. */
export function count(least: number, most: number) {
  return kind(`a whole number from ${least} to ${most}`, (value) => {
    const number = numberOf(value);
    return Number.isSafeInteger(number) && within(number, least, most) ? number : undefined;
  });
}

export function decimal(least: number, most: number) {
  return kind(`a number from ${least} to ${most}`, (value) => {
    const number = numberOf(value);
    return within(number, least, most) ? number : undefined;
  });
}

/** Milliseconds, from `2h`, `30m`, `1.5 days`, `500ms`; a plain number is seconds. */
export function duration() {
  return kind('a duration such as 90s, 30m or 2h, longer than nothing and at most 24 days', (value) => {
    const time = Math.round(millisecondsOf(value));
    return within(time, 1, LONGEST_MS) ? time : undefined;
  });
}

/** Bytes, from `50MB` (10^6) or `50MiB` (2^20); a plain number is bytes. */
export function size(least: number, most: number) {
  return kind(`a size such as 500kB, 50MB or 1GiB, from ${least} to ${most} bytes`, (value) => {
    const match = SIZE.exec(String(numberOrText(value) ?? '').trim());
    const unit = SIZE_UNITS[(match?.[2] ?? 'b').toLowerCase()];
    if (match === null || unit === undefined) return undefined;
    const bytes = Math.round(Number(match[1]) * unit);
    return within(bytes, least, most) ? bytes : undefined;
  });
}

export type Amount = { readonly bytes: number } | { readonly share: number };

/** Bytes, or a share of what there is, such as `80%`. */
export function amount(least: number, most: number) {
  const bytes = size(least, most);
  return kind(
    `a size from ${least} to ${most} bytes, or a share such as 80%`,
    (value): Amount | undefined => {
      const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim())?.[1] : undefined;
      if (percent !== undefined) {
        return within(Number(percent), 0.001, 100) ? { share: Number(percent) / 100 } : undefined;
      }
      const parsed = bytes.safeParse(value);
      return parsed.success ? { bytes: parsed.data } : undefined;
    },
  );
}

/** Null for `none`, which takes back what a lower level has set. */
export function orNone<T>(some: z.ZodType<T>) {
  return explained('', (value): Result<T | null, string> => {
    if (value === 'none') return ok(null);
    const parsed = some.safeParse(value);
    return parsed.success ? ok(parsed.data) : err(`${parsed.error.issues[0]?.message}, or none`);
  });
}

export function choice<const T extends string>(...names: readonly T[]) {
  return kind(`one of ${names.join(', ')}`, (value) => names.find((name) => name === value));
}

export function flag() {
  return kind('true or false', (value) => {
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === '1' || value === 'yes') return true;
    return value === 'false' || value === '0' || value === 'no' ? false : undefined;
  });
}

/** Anything but control characters; one of the shell's command lines may have several lines. */
export function text(what: string) {
  return kind(what, (value) => {
    if (typeof value !== 'string' || value.trim() === '') return undefined;
    return /[\u0000-\u0008\u000b-\u001f\u007f]/.test(value) ? undefined : value;
  });
}

/** The same, where an empty text takes back what a lower level has set. */
export function textOrNone(what: string) {
  const some = text(what);
  return kind(`${what}, or nothing`, (value) => {
    if (value === '' || value === null || value === false) return '';
    const parsed = some.safeParse(value);
    return parsed.success ? parsed.data : undefined;
  });
}

/** A list, or one text with commas. */
export function words(what: string) {
  return kind(what, (value): readonly string[] | undefined => {
    if (value === null || value === '') return [];
    const list = typeof value === 'string' ? value.split(',') : value;
    if (!Array.isArray(list)) return undefined;
    const found: string[] = [];
    for (const item of list) {
      if (typeof item !== 'string' || item.trim() === '') return undefined;
      found.push(item.trim());
    }
    return found;
  });
}

/** Paths below the user's home, as `.config/tool/token`. */
export function homePaths() {
  const list = words('paths below the home, such as .config/tool/token');
  return kind('paths below the home, such as .config/tool/token', (value) => {
    const parsed = list.safeParse(value);
    if (!parsed.success) return undefined;
    const paths = parsed.data.map((path) => path.replace(/^~\//, '').replace(/\/+$/, ''));
    const parts = paths.flatMap((path) => path.split('/'));
    return parts.some((part) => part === '' || part === '.' || part === '..') ? undefined : paths;
  });
}

/** Names with whole numbers: a map, or a text such as `database=2,device=1`. */
export function capacities() {
  return kind(
    'names with the number of tasks that may hold each at once, such as database=2',
    (value): Readonly<Record<string, number>> | undefined => {
      const pairs =
        typeof value === 'string' ? pairsOf(value) : isMap(value) ? Object.entries(value) : undefined;
      const read = pairs?.map(([name, amount]) => [name, numberOf(amount)] as const);
      const good = read?.every(
        ([name, amount]) => name !== '' && Number.isSafeInteger(amount) && within(amount, 1, 1000),
      );
      return read !== undefined && good === true ? Object.fromEntries(read) : undefined;
    },
  );
}

const CHECK_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const NETWORK = 'open, none, or a list of hosts such as registry.npmjs.org, *.example.org';

export function networkRule() {
  return explained(NETWORK, networkOf);
}

/** By name; in a config file only. */
export function networkRules() {
  return explained(
    `ids of tasks with what each may reach: ${NETWORK}`,
    (value): Result<Readonly<Record<string, NetworkRule>>, string> | undefined => {
      if (!isMap(value)) return undefined;
      const rules: Record<string, NetworkRule> = {};
      for (const [name, written] of Object.entries(value)) {
        const rule = networkOf(written);
        if (rule?.ok !== true) return rule;
        rules[name] = rule.value;
      }
      return ok(rules);
    },
  );
}

function networkOf(value: unknown): Result<NetworkRule, string> | undefined {
  if (value === 'open' || value === 'none') return ok({ is: value });
  const hosts = words('hosts').safeParse(value);
  if (!hosts.success || hosts.data.length === 0) return undefined;
  const parsed = parseHostList(hosts.data);
  return parsed.ok ? ok({ is: 'allow-list', hosts: hosts.data }) : err(parsed.error.join('; '));
}

/** Plain JSON that only an agent's driver understands. */
export function anyMap() {
  return kind('a map', (value) => (isMap(value) ? value : undefined));
}

export function mapOfMaps() {
  return kind('a map of maps', (value) =>
    isMap(value) && Object.values(value).every(isMap) ? value : undefined,
  );
}

/** Checks that only warn, unless they are told to be critical. */
const WARNING_CHECKS: readonly string[] = ['lint', 'coverage', 'security-audit', 'diff-size'];

/** By name: a command line for the shell, or `{run, critical}`; nothing switches the check off. In a config file only. */
export function checkCommands() {
  return kind(
    'names of checks with a command line for the shell each, or with run and critical',
    (value): Readonly<Record<string, CheckCommand>> | undefined => {
      if (!isMap(value)) return undefined;
      const commands: Record<string, CheckCommand> = {};
      for (const [name, written] of Object.entries(value)) {
        const { run, critical, ...rest } = isMap(written) ? written : { run: written };
        const command = textOrNone('').safeParse(run);
        const isCritical = critical ?? !WARNING_CHECKS.includes(name);
        const isGood = CHECK_NAME.test(name) && Object.keys(rest).length === 0;
        if (!isGood || !command.success || typeof isCritical !== 'boolean') return undefined;
        commands[name] = { run: command.data, critical: isCritical };
      }
      return commands;
    },
  );
}

function pairsOf(value: string): [string, unknown][] {
  const parts = value.split(',').filter((part) => part.trim() !== '');
  return parts.map((part) => {
    const at = part.indexOf('=');
    return at === -1 ? ['', part] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  });
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOrText(value: unknown): number | string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : Number.NaN;
}

function millisecondsOf(value: unknown): number {
  const seconds = numberOf(value);
  if (!Number.isNaN(seconds)) return seconds * 1000;
  if (typeof value !== 'string') return Number.NaN;
  const trimmed = value.trim();
  return isDuration(trimmed) ? ms(trimmed) : Number.NaN;
}

function isDuration(value: string): value is StringValue {
  return value.length < 50 && DURATION.test(value);
}

function within(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}
