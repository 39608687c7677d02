import type { LoggedEvent, Owner } from '../core/event.ts';
import { type RunFold, startFold } from '../core/fold.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { CoxApi } from '../engine/api.ts';
import { EXIT, type Stop } from './exit.ts';

export interface Watched {
  readonly state: RunState;
  readonly owner: Owner | null;
  /** When whoever drives or drove the run last gave a sign. */
  readonly seenAt: number | null;
  /** New since the last time; at first, the whole log. */
  readonly events: readonly LoggedEvent[];
  /** The run goes on by its log, and two looks, a second apart, found nobody who drives it. */
  readonly abandoned: boolean;
}

/** Owners give no sign when they die, so they are looked after once a second. */
const LOOK_MS = 1000;

/**
 * Looks at the run whenever it has new events, and each second, until the function gives an exit code. `hurry` has it
 * look at once.
 */
export async function watchRun(
  api: CoxApi,
  run: string,
  look: (watched: Watched) => number | null | Promise<number | null>,
  hurry: AbortSignal = new AbortController().signal,
): Promise<Result<number, Stop>> {
  let fold: RunFold | null = null;
  let alone = 0;
  for (;;) {
    const owner = await api.owner(run);
    // Read after the owner: whoever let go of the run has written before what there is to know.
    const events = await api.events(run, fold?.state.seq ?? 0);
    const next: Result<RunFold, string> = fold === null ? beginFold(events) : ok(applyAll(fold, events));
    if (!next.ok)
      return err({
        code: EXIT.refused,
        message: next.error,
        remedy: 'The log is damaged; keep a copy of it.',
      });
    fold = next.value;
    const { state } = fold;
    alone = owner === null && state.phase.is === 'running' ? alone + 1 : 0;
    const seenAt = await api.lastSeen(run);
    const code = await look({ state, owner, seenAt, events, abandoned: alone > 1 });
    if (code !== null) return ok(code);
    await wakeOrAlarm({ api, run, after: owner === null ? null : state.seq, hurry });
  }
}

interface Waiting {
  readonly api: CoxApi;
  readonly run: string;
  readonly after: number | null;
  readonly hurry: AbortSignal;
}

/** A second, or less when the run has events behind `after`; null means always the second. */
async function wakeOrAlarm({ api, run, after, hurry }: Waiting): Promise<void> {
  const alarm = new AbortController();
  const ring = (): void => alarm.abort();
  hurry.addEventListener('abort', ring);
  if (hurry.aborted) ring();
  // Not AbortSignal.timeout: its timer does not keep the process alive.
  const timer = setTimeout(ring, LOOK_MS);
  if (after !== null) await api.wake(run, after, alarm.signal);
  else if (!alarm.signal.aborted)
    await new Promise<void>((resolve) => alarm.signal.addEventListener('abort', () => resolve()));
  clearTimeout(timer);
  hurry.removeEventListener('abort', ring);
}

function beginFold(events: readonly LoggedEvent[]): Result<RunFold, string> {
  const [first, ...rest] = events;
  if (first === undefined) return err('the run has no events');
  const fold = startFold(first);
  return fold.ok ? ok(applyAll(fold.value, rest)) : fold;
}

function applyAll(fold: RunFold, events: readonly LoggedEvent[]): RunFold {
  for (const event of events) fold.apply(event);
  return fold;
}
