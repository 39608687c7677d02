/** All that an agent lets be known of itself while it works: its logs, its session's file, its status, its messages. */

import type { OutboxFile } from '../../core/message.ts';
import type { Job } from '../../process/job.ts';
import { Redactor } from '../../process/redact.ts';
import { Tail } from '../../process/tail.ts';
import type { AgentEvent, AttemptPaths, CountEvent } from '../driver.ts';
import { changedAt } from '../mail/folder-changes.ts';
import { Outbox } from '../mail/outbox.ts';
import type { FoundDriver } from '../registry.ts';
import type { Meter } from '../sessions/session-meter.ts';
import type { Observation } from './observation.ts';
import { StatusFile, statusPath } from './status-file.ts';

export interface ListeningParts {
  readonly job: Pick<Job, 'stdoutPath' | 'stderrPath'>;
  readonly found: FoundDriver;
  readonly paths: AttemptPaths;
  /** Values that must not be kept. */
  readonly secrets: readonly string[];
  readonly logBytes: number;
  readonly observed: Observation;
  /** Of an agent that does not print what it uses. */
  readonly meter: (take: (event: CountEvent) => void) => Meter;
  /** One more answer of its model was counted, and others may follow at once. */
  readonly counted: () => void;
  /** Null where nobody is to hear of what it would tell. */
  readonly hear: ((file: OutboxFile) => void) | null;
}

/** How late messages and the status may be. */
const SELDOM_MS = 1_000;
/** Events of some agents hold whole files. */
const LONGEST_LINE = 4 * 1024 * 1024;

export class Listening {
  readonly #observed: Observation;
  readonly #tail: Tail;
  readonly #errors: Tail;
  readonly #meter: Meter;
  readonly #folder: string;
  readonly #status: StatusFile;
  readonly #outbox: Outbox | null;
  #hasNews = false;
  #seldomAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ListeningParts) {
    const { paths, secrets, observed, meter, hear } = parts;
    this.#observed = observed;
    this.#tail = this.#follow(parts);
    this.#errors = this.#followErrors(parts);
    this.#meter = meter((event) => {
      this.#hasNews = true;
      observed.count(event);
    });
    const redactor = new Redactor(secrets);
    const redact = (text: string): string => redactor.text(text);
    this.#folder = paths.outbox;
    this.#status = new StatusFile({
      path: statusPath(paths),
      redact,
      take: (progress) => observed.reach(progress),
    });
    this.#outbox = hear === null ? null : new Outbox({ folder: paths.outbox, redact, take: hear });
  }

  /** Takes what is new. True when there is any, and once a second all the same. */
  look(now = performance.now()): boolean {
    this.#tail.look();
    this.#errors.look();
    this.#meter.look(this.#observed.session);
    const isDue = this.#lookSeldom(now);
    const isWorthTelling = this.#hasNews || isDue;
    this.#hasNews = false;
    return isWorthTelling;
  }

  /** When its logs had last grown, in milliseconds since the epoch; see `Tail`. */
  get lastGrowth(): number {
    return Math.max(this.#tail.lastGrowth, this.#errors.lastGrowth);
  }

  /** A log has reached its bound. */
  get isFull(): boolean {
    return this.#tail.isFull || this.#errors.isFull;
  }

  /** The agent is gone: takes all that is left. */
  async finish(): Promise<void> {
    await this.#outbox?.look(true);
    await Promise.all([this.#tail.finish(), this.#errors.finish()]);
    await this.#meter.finish(this.#observed.session);
    this.#meter.close();
  }

  /** Takes nothing more. */
  close(): void {
    this.#tail.close();
    this.#errors.close();
    this.#meter.close();
  }

  #lookSeldom(now: number): boolean {
    if (now - this.#seldomAt < SELDOM_MS) return false;
    this.#seldomAt = now;
    const at = changedAt(this.#folder);
    this.#status.look(at);
    void this.#outbox?.look(false, at);
    return true;
  }

  #follow({ job, found, secrets, logBytes, observed, counted }: ListeningParts): Tail {
    const redactor = new Redactor(secrets);
    const onLine = (line: string): void => {
      this.#hasNews = true;
      for (const event of found.ready.parse(redactor.line(line))) {
        observed.take(event, cameAt(event, tail));
        if (isCount(event)) counted();
      }
    };
    const tail: Tail = new Tail({ path: job.stdoutPath, maxLineBytes: LONGEST_LINE, logBytes, onLine });
    return tail;
  }

  #followErrors({ job, found, secrets, logBytes, observed }: ListeningParts): Tail {
    const redactor = new Redactor(secrets);
    const onLine = (text: string): void => {
      this.#hasNews = true;
      const line = redactor.line(text);
      observed.takeError(line);
      for (const event of found.ready.parseError(line)) observed.take(event, cameAt(event, errors));
    };
    const errors: Tail = new Tail({ path: job.stderrPath, maxLineBytes: LONGEST_LINE, logBytes, onLine });
    return errors;
  }
}

function isCount({ type }: AgentEvent): boolean {
  return type === 'usage-added' || type === 'usage-summed' || type === 'usage';
}

/** On adoption an old line is as old as the log, or older. Only waits count from then. */
function cameAt(event: AgentEvent, log: Tail): number {
  return event.type === 'quota' ? Math.min(Date.now(), log.lastGrowth) : 0;
}
