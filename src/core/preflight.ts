/** Whether a run may begin as it was asked for, with fewer agents, or not at all. Nothing was made by then. */

import { sizeText } from './size-text.ts';

export type PreflightCheck = 'disk' | 'git' | 'ports' | 'environment' | 'agents';

export interface PreflightFinding {
  readonly check: PreflightCheck;
  /** `short`: there is enough for fewer agents than were asked for. */
  readonly state: 'ok' | 'short' | 'failed' | 'not run';
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
  /** For how many agents it is enough; absent for any number. */
  readonly agents?: number;
}

export interface Preflight {
  readonly answer: 'go' | 'reduced' | 'no-go';
  /** Agents at once that were asked for. */
  readonly wanted: number;
  /** Agents at once that it will be; 0 for no-go. */
  readonly agents: number;
  readonly checks: readonly PreflightFinding[];
}

export function judgePreflight(wanted: number, checks: readonly PreflightFinding[]): Preflight {
  if (checks.some(({ state }) => state === 'failed')) return { answer: 'no-go', wanted, agents: 0, checks };
  const agents = checks.reduce((least, check) => Math.min(least, check.agents ?? wanted), wanted);
  return { answer: agents < wanted ? 'reduced' : 'go', wanted, agents, checks };
}

/** Fewer agents need less room: each has an equal share of what is asked for all. */
export function diskFinding(
  freeBytes: number | null,
  { least, wanted }: { readonly least: number | null; readonly wanted: number },
): PreflightFinding {
  const check = 'disk';
  if (least === null)
    return { check, state: 'not run', detail: 'preflight.minDisk asks for none', remedy: '' };
  if (freeBytes === null)
    return { check, state: 'not run', detail: 'what is free cannot be told here', remedy: '' };
  const detail = `${sizeText(freeBytes)} are free where worktrees lie, ${sizeText(least)} are asked for`;
  if (freeBytes >= least) return { check, state: 'ok', detail, remedy: '' };
  const agents = Math.min(wanted - 1, Math.floor((freeBytes * wanted) / least));
  const remedy = 'Make room, or lower preflight.minDisk.';
  return agents < 1
    ? { check, state: 'failed', detail, remedy }
    : { check, state: 'short', detail, remedy, agents };
}

export interface SlotPorts {
  readonly slot: string;
  readonly first: number;
  readonly last: number;
  /** Those that something listens on. */
  readonly busy: readonly number[];
}

/** Worktrees are given out in this order, so that those before the first with a busy port are the ones to be had. */
export function portsFinding(slots: readonly SlotPorts[] | null): PreflightFinding {
  const check = 'ports';
  if (slots === null) return { check, state: 'not run', detail: 'preflight.ports is off', remedy: '' };
  const agents = slots.findIndex(({ busy }) => busy.length > 0);
  const hit = slots[agents];
  if (hit === undefined)
    return { check, state: 'ok', detail: `nothing listens on ${rangesOf(slots)}`, remedy: '' };
  const detail = `something listens on ${hit.busy.join(', ')}, of the ports ${hit.first}-${hit.last} of ${hit.slot}`;
  const remedy = 'End it, or set slots.firstPort to ports that are free.';
  return agents === 0
    ? { check, state: 'failed', detail, remedy }
    : { check, state: 'short', detail, remedy, agents };
}

/** Ranges that follow one another are one. */
function rangesOf(slots: readonly SlotPorts[]): string {
  const ranges: { readonly first: number; last: number }[] = [];
  for (const { first, last } of slots) {
    const before = ranges.at(-1);
    if (before !== undefined && before.last + 1 === first) before.last = last;
    else ranges.push({ first, last });
  }
  return ranges.map(({ first, last }) => `${first}-${last}`).join(', ') || 'any port that is needed';
}

/** A variable without a value counts as not set. */
export function environmentFinding(
  required: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): PreflightFinding {
  const check = 'environment';
  if (required.length === 0)
    return { check, state: 'not run', detail: 'preflight.environment names no variable', remedy: '' };
  const missing = required.filter((name) => (env[name] ?? '') === '');
  if (missing.length === 0) return { check, state: 'ok', detail: `${namesAre(required)} set`, remedy: '' };
  const detail = `${namesAre(missing)} not set`;
  return { check, state: 'failed', detail, remedy: 'Set it, or take it out of preflight.environment.' };
}

/** From what speaks against it. */
export function plainFinding(
  check: 'git' | 'agents',
  well: string,
  against: readonly { readonly message: string; readonly remedy: string }[],
): PreflightFinding {
  if (against.length === 0) return { check, state: 'ok', detail: well, remedy: '' };
  return {
    check,
    state: 'failed',
    detail: against.map(({ message }) => message).join('\n'),
    remedy: against.map(({ remedy }) => remedy).join(' '),
  };
}

function namesAre(names: readonly string[]): string {
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`;
}
