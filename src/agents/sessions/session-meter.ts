/**
 * Reads what an agent has used from the file in which it keeps its session, for one that prints it only at its end. The
 * file is the agent's: it is read for counts alone, and neither a link nor anything but a plain file is opened.
 */

import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { Slot } from '../../ports/worktree.ts';
import type { HostEnvironment } from '../../process/environment.ts';
import { LineSplitter } from '../../process/lines.ts';
import type { CountEvent, SessionLog } from '../driver.ts';
import type { FoundDriver } from '../registry.ts';

interface SessionMeterOptions {
  /** Absolute; where it keeps its sessions. */
  readonly folder: string;
  readonly log: SessionLog;
  /** Milliseconds since the epoch; when the attempt began. */
  readonly since: number;
  readonly take: (event: CountEvent) => void;
}

const LONGEST_LINE = 1024 * 1024;
/** At once: the file of a session that goes on may be long. */
const MOST_BYTES = 2 * 1024 * 1024;
const CHUNK_BYTES = 65_536;
/** Asked for five times a second of each agent; nobody keeps a part of it. */
const shared = Buffer.allocUnsafeSlow(CHUNK_BYTES);
/** A tenth of a minute; it is made when a session begins. */
const MOST_MISSES = 30;
/** Year, month and day. */
const DEPTH = 3;
/** Those of helpers among them. */
const MOST_FILES = 64;

/** Of all that may be behind a driver. What an agent behind walls keeps of a session is shown to it by us, where it can be. */
export function sessionMeter(
  { driver }: FoundDriver,
  place: MeterPlace,
): Pick<SessionMeter, 'look' | 'close'> {
  const { since, take } = place;
  const meters = driver.sessionLogs.flatMap((log) => {
    const folder = folderOf(log, place);
    return folder === undefined ? [] : new SessionMeter({ folder, log, since, take });
  });
  return {
    look: (session) => {
      for (const meter of meters) meter.look(session);
    },
    close: () => {
      for (const meter of meters) meter.close();
    },
  };
}

function folderOf(
  { folder, home: { variable, folder: below } }: SessionLog,
  { slot, sessions, sandbox, hostEnv }: MeterPlace,
): string | undefined {
  const isConfined = slot.confined !== undefined && slot.confined.mounts !== null;
  if (isConfined) return sandbox.showsElsewhere ? join(sessions, folder) : undefined;
  const own = hostEnv[variable];
  if (own !== undefined && own !== '') return join(own, below);
  const home = hostEnv['HOME'];
  return home === undefined ? undefined : join(home, folder);
}

interface MeterPlace extends Pick<SessionMeterOptions, 'since' | 'take'> {
  readonly slot: Slot;
  /** Absolute; where sessions are kept for later attempts. */
  readonly sessions: string;
  readonly sandbox: Sandbox;
  readonly hostEnv: HostEnvironment;
}

export class SessionMeter {
  readonly #options: SessionMeterOptions;
  /** By path. */
  readonly #files = new Map<string, CountedFile>();
  #path: string | null = null;
  /** Looks for a file that was not there. */
  #misses = 0;

  constructor(options: SessionMeterOptions) {
    this.#options = options;
  }

  /** Takes what is new. Nothing of it is an error: the file comes later than its name, if it comes. */
  look(session: string | undefined): void {
    if (session === undefined || this.#misses >= MOST_MISSES) return;
    const { folder, log } = this.#options;
    try {
      this.#path ??= find(folder, log.nameEnd(session), DEPTH);
      if (this.#path === null) {
        this.#misses += 1;
        return;
      }
      this.#readOn(this.#path, this.#options.take);
      if (log.helpers !== undefined)
        this.#readHelpers(join(dirname(this.#path), basename(log.helpers(session))));
    } catch {
      // It was taken away.
      this.#misses += 1;
    }
  }

  close(): void {
    for (const { fd } of this.#files.values()) closeSync(fd);
    this.#files.clear();
    this.#misses = MOST_MISSES;
  }

  #readHelpers(folder: string): void {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    // Their conversations are others.
    const take = (event: CountEvent): void => {
      if (event.type !== 'context') this.#options.take(event);
    };
    for (const entry of entriesOf(folder)) if (entry.isFile()) this.#readOn(join(folder, entry.name), take);
  }

  #readOn(path: string, take: (event: CountEvent) => void): void {
    const file = this.#files.get(path) ?? this.#open(path);
    if (file === null) return;
    const { log, since } = this.#options;
    for (let left = MOST_BYTES; left > 0; ) {
      const count = readSync(file.fd, shared, 0, CHUNK_BYTES, file.position);
      if (count === 0) return;
      left -= count;
      file.position += count;
      for (const line of file.lines.push(shared.subarray(0, count)))
        for (const event of log.parse(line, since)) take(event);
    }
  }

  #open(path: string): CountedFile | null {
    if (this.#files.size >= MOST_FILES) return null;
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(fd).isFile()) {
      closeSync(fd);
      return null;
    }
    const file = { fd, position: 0, lines: new LineSplitter(LONGEST_LINE) };
    this.#files.set(path, file);
    return file;
  }
}

interface CountedFile {
  readonly fd: number;
  position: number;
  readonly lines: LineSplitter;
}

/** None of a folder that is not there yet. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The newest folders first: sessions lie in one for each day. Null while there is none. */
function find(folder: string, nameEnd: string, depth: number): string | null {
  const entries = entriesOf(folder).sort((a, b) => (a.name < b.name ? 1 : -1));
  const file = entries.find((entry) => entry.isFile() && entry.name.endsWith(nameEnd));
  if (file !== undefined) return join(folder, file.name);
  if (depth === 0) return null;
  for (const entry of entries) {
    const found = entry.isDirectory() ? find(join(folder, entry.name), nameEnd, depth - 1) : null;
    if (found !== null) return found;
  }
  return null;
}
