/**
 * The loop: decide, append the intent, perform it, append its outcome. It owns no state but the fold of the log, so
 * that a process which takes over after a crash is in the same place.
 */

import { decide } from '../core/decide.ts';
import { type EventBody, intentKey, type Outcome, type Report } from '../core/event.ts';
import type { OpenIntent } from '../core/run-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/store.ts';
import type { RunEnd } from './api.ts';
import type { Journal } from './journal.ts';
import type { Ports } from './parts.ts';
import { isIntent, perform } from './perform.ts';
import type { Probe } from './probe.ts';

export interface EngineParts {
  readonly ports: Ports;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly probe: Probe;
}

export class Engine {
  readonly #parts: EngineParts;
  /** Outcomes and reports that are not in the log yet. */
  readonly #arrived: (Outcome | Report)[] = [];
  readonly #abort = new AbortController();
  readonly #performing = new Set<Promise<void>>();
  #wakeUp: () => void = () => undefined;
  #bug: { readonly error: unknown } | null = null;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Drives the run until it has ended or has to stop. Rejects on a bug, or with `LeaseLost`. */
  async run(): Promise<RunEnd> {
    const { journal, ports } = this.#parts;
    try {
      // A command whose outcome is missing was cut off by a crash: every port takes it up where it stands.
      for (const intent of [...journal.state.open.values()]) this.#perform(intent);
      for (;;) {
        await this.#takeArrived();
        if (this.#bug !== null) throw this.#bug.error;
        if (await this.#decide()) continue;
        const end = this.#end();
        if (end !== null) return end;
        await this.#wait();
      }
    } finally {
      this.#abort.abort();
      await ports.dispatcher.detach();
      await Promise.allSettled(this.#performing);
    }
  }

  async #takeArrived(): Promise<void> {
    if (this.#arrived.length === 0) return;
    const events = this.#arrived.splice(0);
    await this.#parts.journal.record(events);
    for (const event of events) this.#probeOutcome(event);
  }

  /** True when something was decided: there may be more. */
  async #decide(): Promise<boolean> {
    const { journal, clock, probe } = this.#parts;
    const { events } = decide(journal.state, clock.now());
    if (events.length === 0) return false;
    const intents = events.filter(isIntent);
    for (const intent of intents) probe('before-intent', intent.type);
    if (!(await journal.propose(events))) return true;
    for (const intent of intents) probe('after-intent', intent.type);
    for (const intent of intents) {
      const open = journal.state.open.get(intentKey(intent));
      if (open !== undefined) this.#perform(open);
    }
    return true;
  }

  #perform(intent: OpenIntent): void {
    const { ports, journal, probe } = this.#parts;
    const emit = (event: Outcome | Report): void => {
      probeEffect(probe, intent, event);
      this.#arrived.push(event);
      this.#wakeUp();
    };
    const work = perform(intent, { ports, state: journal.state, emit, signal: this.#abort.signal })
      .catch((error: unknown) => {
        this.#bug = { error };
        this.#wakeUp();
      })
      .finally(() => this.#performing.delete(work));
    this.#performing.add(work);
  }

  #end(): RunEnd | null {
    const { phase } = this.#parts.journal.state;
    if (phase.is === 'finished') return { is: 'finished', status: phase.status };
    return phase.is === 'suspended' ? { is: 'suspended', reason: phase.reason } : null;
  }

  /** Until something arrives, somebody appends a request, or the next decision is due. */
  async #wait(): Promise<void> {
    const { store, clock, journal } = this.#parts;
    const { wakeAt } = decide(journal.state, clock.now());
    const over = new AbortController();
    const arrival = new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
      if (this.#arrived.length > 0 || this.#bug !== null) resolve();
    });
    const others = store
      .wake(journal.state.run, journal.state.seq, over.signal)
      .then(() => 'others' as const);
    const timer = wakeAt === undefined ? [] : [clock.sleep(Math.max(0, wakeAt - clock.now()), over.signal)];
    const what = await Promise.race([arrival, others, ...timer]);
    over.abort();
    this.#wakeUp = () => undefined;
    if (what === 'others') await journal.catchUp();
  }

  #probeOutcome(event: EventBody): void {
    const intent = INTENT_OF[event.type];
    if (intent !== undefined) this.#parts.probe('after-outcome', intent);
  }
}

function probeEffect(probe: Probe, intent: OpenIntent, event: EventBody): void {
  if (event.type !== 'attempt.progress') probe('after-effect', intent.type);
}

const INTENT_OF: Partial<Record<EventBody['type'], OpenIntent['type']>> = {
  'attempt.started': 'attempt.starting',
  'attempt.ended': 'attempt.starting',
  'integration.prepared': 'integration.preparing',
  'merge.ended': 'merge.starting',
  'test.ended': 'test.starting',
  'validation.ended': 'validation.starting',
  'integration.advanced': 'integration.advancing',
  'integration.moved': 'integration.advancing',
};
