/**
 * The loop: decide, append the intent, perform it, append its outcome, with what is decided next. It owns no state but the fold of the log, so
 * that a process which takes over after a crash is in the same place.
 */

import { isBounded } from '../core/budget.ts';
import { decide } from '../core/decide.ts';
import { decides, type EventBody, type Intent, type Outcome, type Report } from '../core/event.ts';
import { intentKey } from '../core/intent-key.ts';
import type { OpenIntent, RunState } from '../core/run-state.ts';
import type { Clock } from '../ports/clock.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { EventStore } from '../ports/store.ts';
import { admitted } from './admit.ts';
import type { RunEnd } from './api.ts';
import { Inbox, type Progress } from './inbox.ts';
import type { Journal } from './journal.ts';
import { lookOut } from './lookout.ts';
import type { Ports } from './parts.ts';
import { isIntent, perform } from './perform.ts';
import { Postman } from './postman.ts';
import type { Probe } from './probe.ts';

export interface EngineParts {
  readonly ports: Ports;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly probe: Probe;
  readonly lookEveryMs: number | null;
  /** Told what cannot be done for now, by a name of its own, and null when it is over. */
  readonly onTrouble: (name: string, detail: string | null) => void;
}

interface Performance {
  /** Of the intent. */
  readonly seq: number;
  readonly work: Promise<void>;
  /** Ends this alone. */
  readonly abort: AbortController;
}

/** What may pass (a full disk, a lock that somebody holds) is tried again after this. */
const RETRY_MS = 1000;
/** An agent's inbox is there soon after it was started. */
const RING_AGAIN_MS = 500;
/** Clocks jump, when they are set or a laptop was asleep; a timer alone would not see it. */
const LONGEST_SLEEP_MS = 30_000;

export class Engine {
  readonly #parts: EngineParts;
  readonly #abort = new AbortController();
  readonly #inbox: Inbox;
  readonly #postman: Postman;
  #isPostLeft = false;
  readonly #performing = new Map<string, Performance>();
  /** When the last decision wants to be taken anew, in milliseconds since the epoch. */
  #wakeAt: number | undefined;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const isUrgent = (report: Progress): boolean => mayEndOthers(report, parts.journal.state);
    this.#inbox = new Inbox(parts.clock, this.#abort.signal, isUrgent);
    this.#postman = new Postman({ dispatcher: parts.ports.dispatcher, clock: parts.clock });
  }

  /** Drives the run until it has ended or has to stop. Rejects on a bug, with `LeaseLost` or with `OutsideFailure`. */
  async run(): Promise<RunEnd> {
    const { journal, ports } = this.#parts;
    const looking = this.#lookOut();
    try {
      // A command whose outcome is missing was cut off by a crash: every port takes it up where it stands.
      for (const intent of [...journal.state.open.values()]) this.#perform(intent);
      for (;;) {
        await this.#advance();
        this.#giveUpClosed();
        const end = this.#end();
        if (end !== null) return end;
        await this.#wait();
      }
    } finally {
      this.#abort.abort();
      await ports.dispatcher.detach();
      await Promise.allSettled([looking, ...[...this.#performing.values()].map(({ work }) => work)]);
    }
  }

  /** Beside everything else, for nothing waits for it. */
  #lookOut(): Promise<void> {
    const { ports, journal, clock, lookEveryMs: everyMs } = this.#parts;
    if (everyMs === null) return Promise.resolve();
    const report = (event: Report): void => this.#inbox.put(event);
    return lookOut({ ports, journal, clock, everyMs, report }, this.#abort.signal).catch((error: unknown) =>
      this.#inbox.fail(error),
    );
  }

  /**
   * What has arrived goes into the log together with all that is decided because of it. The log is written once, and
   * nothing is done before it is.
   */
  async #advance(): Promise<void> {
    const { journal, probe } = this.#parts;
    const arrived = this.#inbox.take();
    let intents: readonly Intent[];
    do {
      journal.stage(arrived);
      intents = await this.#decide();
      for (const intent of intents) probe('before-intent', intent.type);
    } while (!(await journal.commit()));
    for (const event of arrived) this.#probeOutcome(event);
    for (const intent of intents) probe('after-intent', intent.type);
    for (const intent of intents) {
      const open = journal.state.open.get(intentKey(intent));
      if (open !== undefined) this.#perform(open);
    }
    this.#isPostLeft = !this.#postman.round(journal.state);
  }

  /** Stages decisions until there is nothing more to decide, and gives the intents among them. */
  async #decide(): Promise<readonly Intent[]> {
    const { journal, clock, ports, onTrouble } = this.#parts;
    const now = clock.now();
    const intents: Intent[] = [];
    for (;;) {
      const decision = decide(journal.state, now);
      const { events, wakeAt, shortage } = await admitted(decision, ports.admission, {
        now,
        running: journal.state.running.size,
      });
      this.#wakeAt = wakeAt;
      if (shortage !== undefined) onTrouble('admission', shortage);
      if (events.length === 0) return intents;
      journal.stage(events);
      intents.push(...events.filter(isIntent));
    }
  }

  #perform(intent: OpenIntent): void {
    const key = intentKey(intent);
    const abort = new AbortController();
    const signal = AbortSignal.any([this.#abort.signal, abort.signal]);
    const work = this.#performPatiently(intent, signal)
      .catch((error: unknown) => this.#inbox.fail(error))
      .finally(() => {
        if (this.#performing.get(key)?.work === work) this.#performing.delete(key);
      });
    this.#performing.set(key, { seq: intent.seq, work, abort });
  }

  /** What was cancelled meanwhile has no outcome that anybody waits for. */
  #giveUpClosed(): void {
    const { open } = this.#parts.journal.state;
    for (const [key, { seq, abort }] of this.#performing) if (open.get(key)?.seq !== seq) abort.abort();
  }

  async #giveUp(key: string): Promise<void> {
    const performing = this.#performing.get(key);
    performing?.abort.abort();
    await performing?.work;
  }

  /** Everything that is performed may be performed again, so what may pass is waited for. */
  async #performPatiently(intent: OpenIntent, signal: AbortSignal): Promise<void> {
    const { ports, journal, probe, clock, onTrouble } = this.#parts;
    const name = intentKey(intent);
    const emit = (event: Outcome | Report): void => {
      probeEffect(probe, intent, event);
      this.#inbox.put(event);
    };
    while (!signal.aborted) {
      try {
        const giveUp = (key: string): Promise<void> => this.#giveUp(key);
        await perform(intent, { ports, state: journal.state, emit, signal, giveUp });
        onTrouble(name, null);
        return;
      } catch (error) {
        if (!(error instanceof OutsideFailure && error.mayPass)) throw error;
        onTrouble(name, error.message);
        await clock.sleep(RETRY_MS, signal);
      }
    }
    onTrouble(name, null);
  }

  #end(): RunEnd | null {
    const { phase } = this.#parts.journal.state;
    if (phase.is === 'finished') return { is: 'finished', status: phase.status };
    return phase.is === 'suspended' ? { is: 'suspended', reason: phase.reason } : null;
  }

  /** Until something arrives, somebody appends a request, or the next decision is due. */
  async #wait(): Promise<void> {
    const { store, clock, journal } = this.#parts;
    const over = new AbortController();
    const others = store
      .wake(journal.state.run, journal.state.seq, over.signal)
      .then(() => 'others' as const);
    const what = await Promise.race([this.#inbox.arrival(), others, ...this.#timer(over.signal, clock)]);
    over.abort();
    if (what === 'others') await journal.catchUp();
  }

  #timer(signal: AbortSignal, clock: Clock): readonly Promise<void>[] {
    const again = this.#isPostLeft ? RING_AGAIN_MS : undefined;
    if (this.#wakeAt === undefined) return again === undefined ? [] : [clock.sleep(again, signal)];
    const ms = Math.max(0, this.#wakeAt - clock.now());
    return [clock.sleep(Math.min(ms, again ?? LONGEST_SLEEP_MS), signal)];
  }

  #probeOutcome(event: EventBody): void {
    const intent = INTENT_OF[event.type];
    if (intent !== undefined) this.#parts.probe('after-outcome', intent);
  }
}

/** What an agent has used may be the last of the budget. */
function mayEndOthers(report: Progress, { control }: RunState): boolean {
  return report.type === 'attempt.progress' && report.used !== undefined && isBounded(control.budget);
}

function probeEffect(probe: Probe, intent: OpenIntent, event: EventBody): void {
  if (decides(event)) probe('after-effect', intent.type);
}

const INTENT_OF: Partial<Record<EventBody['type'], OpenIntent['type']>> = {
  'attempt.started': 'attempt.starting',
  'attempt.ended': 'attempt.starting',
  'checks.ended': 'checks.starting',
  'dependencies.installed': 'dependencies.installing',
  'integration.prepared': 'integration.preparing',
  'merge.ended': 'merge.starting',
  'resolution.ended': 'resolution.starting',
  'takeover.ended': 'takeover.starting',
  'test.ended': 'test.starting',
  'test.stopped': 'test.stopping',
  'blame.ended': 'blame.starting',
  'validation.ended': 'validation.starting',
  'group.branched': 'group.branching',
  'integration.advanced': 'integration.advancing',
  'integration.moved': 'integration.advancing',
};
