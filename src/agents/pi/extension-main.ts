/**
 * An extension that pi loads: it prints what pi knows and keeps to itself, as events of ours among pi's own. pi's program
 * runs it, so it imports nothing of ours.
 */

import { writeSync } from 'node:fs';

/** What is used of pi's extensions, as 0.74.2 has them. */
interface Pi {
  on(name: 'turn_start', hear: (event: unknown, context: Context) => void): void;
}

interface Context {
  readonly model?: { readonly contextWindow?: number; readonly baseUrl?: string };
}

const BUSY: readonly number[] = [429, 503, 529];
/** Shorter ones it waits for in its own way: in longer ones others can use the slot. */
const LONG_WAIT_MS = 60_000;

// biome-ignore lint/style/noDefaultExport: as pi looks for it
export default function coxswain(pi: Pi): void {
  let address: string | undefined;
  pi.on('turn_start', (_, { model }) => {
    address = model?.baseUrl;
    const size = model?.contextWindow ?? 0;
    if (size > 0) print({ event: 'context', size });
  });
  // The libraries by which it asks a service wait as long as they are told, and tell nobody.
  const ask = globalThis.fetch;
  globalThis.fetch = async (...question) => {
    const answer = await ask(...question);
    const isService = address !== undefined && address !== '' && addressOf(question[0]).startsWith(address);
    const afterMs = isService && BUSY.includes(answer.status) ? waitMs(answer.headers) : 0;
    if (afterMs >= LONG_WAIT_MS) print({ event: 'quota', afterMs });
    return answer;
  };
}

function addressOf(question: Parameters<typeof fetch>[0]): string {
  return question instanceof Request ? question.url : String(question);
}

/** Seconds, or a date: RFC 9110. */
function waitMs(headers: Headers): number {
  const told = headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - Date.now();
  return Number.isNaN(ms) ? 0 : ms;
}

/** What is printed in any other way pi takes for standard error. */
function print(event: object): void {
  writeSync(1, `${JSON.stringify(event)}\n`);
}
