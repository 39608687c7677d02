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
import { basename, dirname, join, relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
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
/** Looks at whether there are more helpers. */
const FIND_EVERY = 5;
/** At the end: a file that is longer than this times that was not written by an agent at work. */
const MOST_LOOKS = 1024;
const BEGINNING_BYTES = 4096;
const CHUNK_BYTES = 65_536;
/** Asked for at each look at an agent; nobody keeps a part of it. */
const shared = Buffer.allocUnsafeSlow(CHUNK_BYTES);
/** A tenth of a minute; it is made when a session begins. */
const MOST_MISSES = 30;
/** Year, month and day. */
const DEPTH = 3;
/** Those of helpers among them. */
const MOST_FILES = 64;

export type Meter = Pick<SessionMeter, 'look' | 'finish' | 'close'>;

/** Of all that may be behind a driver. What an agent behind walls keeps of a session is shown to it by us, where it can be. */
export function sessionMeter({ driver }: FoundDriver, place: MeterPlace): Meter {
  const { since, take } = place;
  const meters = driver.sessionLogs.flatMap((log) => {
    const folder = folderOf(log, place);
    return folder === undefined ? [] : new SessionMeter({ folder, log, since, take });
  });
  return {
    look: (session) => {
      for (const meter of meters) meter.look(session);
    },
    finish: async (session) => {
      for (const meter of meters) await meter.finish(session);
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
  #helpers: readonly string[] = [];
  #looks = 0;
  /** Paths beside the session's file: those of others. */
  readonly #strangers = new Set<string>();
  #path: string | null = null;
  /** Looks for a file that was not there. */
  #misses = 0;

  constructor(options: SessionMeterOptions) {
    this.#options = options;
  }

  /** Takes what is new. Nothing of it is an error: the file comes later than its name, if it comes. */
  look(session: string | undefined): void {
    if (session !== undefined && this.#misses < MOST_MISSES) this.#lookAt(session);
  }

  /** The agent is gone: takes all that is left, and what was not there before. */
  async finish(session: string | undefined): Promise<void> {
    if (session === undefined) return;
    this.#looks = 0;
    while (this.#lookAt(session) && this.#looks < MOST_LOOKS) await setImmediate();
  }

  close(): void {
    for (const { fd } of this.#files.values()) closeSync(fd);
    this.#files.clear();
    this.#misses = MOST_MISSES;
  }

  /** True when there may be more. */
  #lookAt(session: string): boolean {
    const { folder, log } = this.#options;
    try {
      this.#path ??= find(folder, log.nameEnd(session), DEPTH);
      if (this.#path === null) {
        this.#misses += 1;
        return false;
      }
      this.#helpers = this.#findHelpers(session, this.#path);
      this.#looks += 1;
      const ofItself = this.#readOn(this.#path, this.#options.take);
      const ofHelpers = this.#helpers.map((path) => this.#readHelper(path));
      return [ofItself, ...ofHelpers].includes(true);
    } catch {
      // It was taken away.
      this.#misses += 1;
      return false;
    }
  }

  #findHelpers(session: string, path: string): readonly string[] {
    const logs = this.#options.log.helpers?.(session);
    if (logs === undefined) return [];
    if ('folders' in logs) return filesIn(dirname(path), logs.folders);
    // Files of all that the user has done that day are among them.
    if (this.#looks % FIND_EVERY !== 0) return this.#helpers;
    // Some begin on another day.
    const days = new Set([dirname(path), newestIn(this.#options.folder, dirname(path))]);
    return [...days]
      .flatMap((day) => filesIn(day))
      .filter((each) => each !== path && this.#isHelper(each, logs.isOne));
  }

  #isHelper(path: string, isOne: (beginning: string) => boolean): boolean {
    if (this.#files.has(path)) return true;
    if (this.#strangers.has(path)) return false;
    const beginning = beginningOf(path);
    if (beginning !== '' && !isOne(beginning)) this.#strangers.add(path);
    return isOne(beginning);
  }

  /** Only what it used: its conversation is another. */
  #readHelper(path: string): boolean {
    return this.#readOn(path, (event, file) => {
      if (event.type === 'model') file.model = event.model;
      if (event.type !== 'usage-added') return;
      this.#options.take(file.model === undefined ? event : { model: file.model, ...event });
    });
  }

  #readOn(path: string, take: (event: CountEvent, file: CountedFile) => void): boolean {
    const file = this.#files.get(path) ?? this.#open(path);
    if (file === null) return false;
    const { log, since } = this.#options;
    for (let left = MOST_BYTES; left > 0; ) {
      const count = readSync(file.fd, shared, 0, CHUNK_BYTES, file.position);
      if (count === 0) return false;
      left -= count;
      file.position += count;
      for (const line of file.lines.push(shared.subarray(0, count)))
        for (const event of log.parse(line, since)) take(event, file);
    }
    return true;
  }

  #open(path: string): CountedFile | null {
    if (this.#files.size >= MOST_FILES) return null;
    const fd = openPlain(path);
    if (fd === null) return null;
    const file = { fd, position: 0, lines: new LineSplitter(LONGEST_LINE), model: undefined };
    this.#files.set(path, file);
    return file;
  }
}

interface CountedFile {
  readonly fd: number;
  position: number;
  readonly lines: LineSplitter;
  /** Of a helper. */
  model: string | undefined;
}

/** Null for what is no plain file. */
function openPlain(path: string): number | null {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return null;
}

/** As much as names its session; empty while nothing is in it, and for what is no plain file. */
function beginningOf(path: string): string {
  const fd = openPlain(path);
  if (fd === null) return '';
  try {
    const bytes = Buffer.alloc(BEGINNING_BYTES);
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, BEGINNING_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

/** Of the folder that these names lead to, one in the other. None where one of them is a link. */
function filesIn(folder: string, [name, ...below]: readonly string[] = []): readonly string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  if (name !== undefined) return filesIn(join(folder, basename(name)), below);
  return entriesOf(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(folder, entry.name));
}

/** The last of the folders that are as deep as this one. */
function newestIn(folder: string, like: string): string {
  const depth = relative(folder, like).split(sep).length;
  let newest = folder;
  for (let at = 0; at < depth && newest !== like; at += 1) {
    const below = entriesOf(newest).filter((entry) => entry.isDirectory());
    const last = below
      .map(({ name }) => name)
      .sort()
      .at(-1);
    if (last === undefined) return like;
    newest = join(newest, last);
  }
  return newest;
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
