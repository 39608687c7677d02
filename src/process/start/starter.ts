import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PATH } from '../find-program.ts';
import type { Answer, Order } from './messages.ts';
import type { ProcessEvents, StartedProcess, StartRequest } from './start.ts';

const PROGRAM = fileURLToPath(
  new URL(`./starter-main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

interface Child {
  readonly events: ProcessEvents;
  pid?: number;
  /** This process waits for its end. */
  isHeld: boolean;
}

/**
 * A small process that starts others for this one: of a start only the message is left here, however large this
 * process has grown. What is started is a child of that process, and all the same in a session of its own.
 */
export class Starter {
  readonly #helper: ChildProcess;
  readonly #children = new Map<number, Child>();
  #lastId = 0;
  #held = 0;
  /** False from when it is gone, or is asked to go. */
  isOpen = true;

  constructor(onGone: () => void) {
    // Its own session: an interrupt from the terminal is not meant for it.
    this.#helper = fork(PROGRAM, [], {
      cwd: '/',
      env: { PATH: DEFAULT_PATH },
      execArgv: ['--max-semi-space-size=1'],
      serialization: 'advanced',
      stdio: 'ignore',
      detached: true,
    });
    this.#helper.on('message', (answer: Answer) => this.#take(answer));
    const gone = (): void => {
      this.isOpen = false;
      this.#loseAll();
      onGone();
    };
    this.#helper.once('error', gone);
    this.#helper.once('disconnect', gone);
    this.#helper.unref();
    this.#helper.channel?.unref();
  }

  /** Waits for nothing that it has started. */
  get isIdle(): boolean {
    return this.#children.size === 0;
  }

  start(request: StartRequest, events: ProcessEvents): StartedProcess {
    const id = ++this.#lastId;
    const child: Child = { events, isHeld: true };
    this.#children.set(id, child);
    this.#hold(1);
    this.#say({ is: 'start', id, request });
    return {
      pid: () => child.pid,
      signal: (signal, to) => this.#say({ is: 'signal', id, signal, to }),
      letGo: () => this.#say({ is: 'let-go', id }),
      unref: () => this.#release(child),
    };
  }

  /** Ends it. What it has started and has not ended is out of sight then. */
  close(): void {
    this.isOpen = false;
    if (this.#helper.connected) this.#helper.disconnect();
  }

  #say(order: Order): void {
    if (!this.#helper.connected) return;
    // What goes wrong on the way ends the connection, and that is told.
    this.#helper.send(order, () => undefined);
  }

  #take(answer: Answer): void {
    const child = this.#children.get(answer.id);
    if (child === undefined) return;
    const { events } = child;
    switch (answer.is) {
      case 'started':
        child.pid = answer.pid;
        return;
      case 'not-started':
        this.#drop(answer.id, child);
        return events.notStarted(answer.detail);
      case 'output': {
        const { buffer, byteOffset, byteLength } = answer.chunk;
        return events.output?.(answer.from, Buffer.from(buffer, byteOffset, byteLength));
      }
      case 'exited':
        return events.exited(answer.code, answer.signal);
      case 'closed':
        this.#drop(answer.id, child);
        return events.closed?.(answer.code, answer.signal);
    }
  }

  #loseAll(): void {
    for (const [id, child] of this.#children) {
      this.#drop(id, child);
      child.events.outOfSight();
    }
  }

  #drop(id: number, child: Child): void {
    this.#children.delete(id);
    this.#release(child);
  }

  #release(child: Child): void {
    if (!child.isHeld) return;
    child.isHeld = false;
    this.#hold(-1);
  }

  /** While something is held, this process does not end. */
  #hold(change: 1 | -1): void {
    this.#held += change;
    if (this.#held > 0) this.#helper.channel?.ref();
    else this.#helper.channel?.unref();
  }
}
