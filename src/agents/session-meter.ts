/**
 * Reads what an agent has used from the file in which it keeps its session, for one that prints it only at its end. The
 * file is the agent's: it is read for counts alone, and neither a link nor anything but a plain file is opened.
 */

import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../ports/sandbox.ts';
import type { Slot } from '../ports/worktree.ts';
import type { HostEnvironment } from '../process/environment.ts';
import { LineSplitter } from '../process/lines.ts';
import type { SessionLog, SpendingEvent } from './driver.ts';
import type { FoundDriver } from './registry.ts';

interface SessionMeterOptions {
  /** Absolute; where it keeps its sessions. */
  readonly folder: string;
  readonly log: SessionLog;
  readonly take: (event: SpendingEvent) => void;
}

const LONGEST_LINE = 1024 * 1024;
/** At once: the file of a session that goes on may be long. */
const MOST_BYTES = 2 * 1024 * 1024;
const CHUNK_BYTES = 65_536;
/** A tenth of a minute; it is made when a session begins. */
const MOST_MISSES = 30;
/** Year, month and day. */
const DEPTH = 3;

/** Undefined where nothing is read: what an agent behind walls keeps of a session is shown to it by us. */
export function sessionMeter(
  { driver: { sessionLog, sessionFolders } }: FoundDriver,
  { slot, sessions, sandbox, hostEnv }: MeterPlace,
  take: SessionMeterOptions['take'],
): SessionMeter | undefined {
  const [kept] = sessionFolders;
  if (sessionLog === null || kept === undefined) return undefined;
  const { variable, folder } = sessionLog.home;
  const isConfined = slot.confined !== undefined && slot.confined.mounts !== null;
  if (isConfined && !sandbox.showsElsewhere) return undefined;
  const own = hostEnv[variable];
  const home = hostEnv['HOME'];
  if (isConfined) return new SessionMeter({ folder: join(sessions, kept), log: sessionLog, take });
  if (own !== undefined && own !== '')
    return new SessionMeter({ folder: join(own, folder), log: sessionLog, take });
  return home === undefined
    ? undefined
    : new SessionMeter({ folder: join(home, kept), log: sessionLog, take });
}

interface MeterPlace {
  readonly slot: Slot;
  /** Absolute; where sessions are kept for later attempts. */
  readonly sessions: string;
  readonly sandbox: Sandbox;
  readonly hostEnv: HostEnvironment;
}

export class SessionMeter {
  readonly #options: SessionMeterOptions;
  readonly #splitter = new LineSplitter(LONGEST_LINE);
  #fd: number | null = null;
  #position = 0;
  /** Looks for a file that was not there. */
  #misses = 0;

  constructor(options: SessionMeterOptions) {
    this.#options = options;
  }

  /** Takes what is new. Nothing of it is an error: the file comes later than its name, if it comes. */
  look(session: string | undefined): void {
    if (session === undefined || this.#misses >= MOST_MISSES) return;
    try {
      this.#fd ??= this.#open(session);
      if (this.#fd !== null) this.#readOn(this.#fd);
    } catch {
      // It is not there yet, or was taken away.
      this.#misses += 1;
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #open(session: string): number | null {
    const { folder, log } = this.#options;
    const path = find(folder, log.nameEnd(session), DEPTH);
    if (path === null) {
      this.#misses += 1;
      return null;
    }
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    return null;
  }

  #readOn(fd: number): void {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let left = MOST_BYTES; left > 0; ) {
      const count = readSync(fd, buffer, 0, CHUNK_BYTES, this.#position);
      if (count === 0) return;
      left -= count;
      this.#position += count;
      for (const line of this.#splitter.push(buffer.subarray(0, count)))
        for (const event of this.#options.log.parse(line)) this.#options.take(event);
    }
  }
}

/** The newest folders first: sessions lie in one for each day. */
function find(folder: string, nameEnd: string, depth: number): string | null {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? 1 : -1));
  const file = entries.find((entry) => entry.isFile() && entry.name.endsWith(nameEnd));
  if (file !== undefined) return join(folder, file.name);
  if (depth === 0) return null;
  for (const entry of entries) {
    const found = entry.isDirectory() ? find(join(folder, entry.name), nameEnd, depth - 1) : null;
    if (found !== null) return found;
  }
  return null;
}
