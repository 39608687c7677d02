/**
 * Helpers that answer one question after another, such as `git cat-file --batch-command`: an answer costs a tenth of
 * a millisecond, a new process several. A helper is started by the first question, ended when nobody has asked for a
 * while, and replaced when it died. It lives by its standard input: however this process ends, the input ends with
 * it, and so does the helper.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';

import { err, ok, type Result } from '../core/result.ts';
import { Collected } from './collected.ts';
import { signalGroup } from './signal-group.ts';
import { spawnErrorDetail } from './spawn-error.ts';
import { timeLimit } from './time-limit.ts';

export interface DialogueSpec {
  /** argv[0] is looked up in env.PATH. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** More than this for one answer is a failure. */
  readonly maxBytes: number;
  /** Without a question for so long the helper is ended. */
  readonly idleMs: number;
  /** After so many answers the helper is replaced: some keep all that they have ever seen in memory. */
  readonly mostAnswers: number;
}

export interface Question {
  readonly input: string | Uint8Array;
  /** What a whole answer ends with, and nothing before its end can. In ASCII. */
  readonly until: string;
  readonly timeoutMs: number;
}

export type DialogueFailure =
  /** No such program, no such folder, no process to be had; `detail` is for people. */
  | { readonly reason: 'not-started'; readonly detail: string }
  /** It ended instead of answering. Whether it did what it was asked is not known. */
  | {
      readonly reason: 'ended';
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly stderr: Buffer;
    }
  | { readonly reason: 'timeout'; readonly afterMs: number }
  | { readonly reason: 'too-much-output'; readonly maxBytes: number };

type Answer = Result<Buffer, DialogueFailure>;

/** Between the end of its input or SIGTERM, and SIGKILL. */
const GRACE_MS = 2_000;
const MOST_STDERR = 64 * 1024;

export class Dialogue {
  readonly #spec: DialogueSpec;
  readonly #onRest: () => void;
  #helper: Helper | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `onRest` is called whenever no helper runs any more and no question waits. */
  constructor(spec: DialogueSpec, onRest: () => void = () => undefined) {
    this.#spec = spec;
    this.#onRest = onRest;
  }

  /** The whole answer, its end included. Questions are asked in turn. Never rejects. */
  ask(question: Question): Promise<Answer> {
    clearTimeout(this.#idle);
    this.#waiting += 1;
    const answer = this.#last.then(() => this.#ask(question)).finally(() => this.#afterwards());
    this.#last = answer;
    return answer;
  }

  /** Ends the helper behind all questions that were asked, and resolves when it is gone. The next one starts another. */
  rest(): Promise<void> {
    clearTimeout(this.#idle);
    const rested = this.#last.then(() => this.#dismiss());
    this.#last = rested;
    return rested;
  }

  async #ask(question: Question): Promise<Answer> {
    const known = this.#helper;
    const first = await this.#askHelper(question);
    // A helper from before that said nothing at all was dead already, and never saw the question.
    const unseen = known !== null && !first.ok && first.error.reason === 'ended' && known.received === 0;
    return unseen ? this.#askHelper(question) : first;
  }

  async #askHelper(question: Question): Promise<Answer> {
    this.#helper ??= new Helper(this.#spec);
    const answer = await this.#helper.ask(question);
    if (!answer.ok) this.#helper = null;
    else if (this.#helper.answers >= this.#spec.mostAnswers) await this.#dismiss();
    return answer;
  }

  async #dismiss(): Promise<void> {
    const helper = this.#helper;
    this.#helper = null;
    await helper?.end();
  }

  #afterwards(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    if (this.#helper === null) return this.#onRest();
    this.#idle = setTimeout(() => {
      void this.rest().then(() => {
        if (this.#waiting === 0) this.#onRest();
      });
    }, this.#spec.idleMs);
    this.#idle.unref();
  }
}

interface Asked {
  readonly until: Buffer;
  readonly output: Collected;
  /** The last bytes that came, as many as `until` has. */
  tail: Buffer;
  readonly answer: (answer: Answer) => void;
  cause: DialogueFailure | null;
}

/** One process, with at most one question at a time. */
class Helper {
  readonly #spec: DialogueSpec;
  readonly #gone: Promise<void>;
  #child: ChildProcessWithoutNullStreams | null = null;
  #failure: DialogueFailure | null = null;
  #stderr = new Collected(MOST_STDERR);
  #asked: Asked | null = null;
  /** Questions that it has answered. */
  answers = 0;
  /** Bytes of the answer to the last question that have come. */
  received = 0;

  constructor(spec: DialogueSpec) {
    this.#spec = spec;
    this.#gone = this.#start();
  }

  ask(question: Question): Promise<Answer> {
    this.received = 0;
    const child = this.#child;
    if (child === null || this.#failure !== null) return Promise.resolve(err(this.#failure ?? vanished()));
    this.#stderr = new Collected(MOST_STDERR);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const until = Buffer.from(question.until);
    const output = new Collected(this.#spec.maxBytes);
    this.#asked = { until, output, tail: Buffer.alloc(0), answer: resolve, cause: null };
    this.#hold(true);
    const { timeoutMs } = question;
    const endLimit = timeLimit(timeoutMs, () => this.#breakOff({ reason: 'timeout', afterMs: timeoutMs }));
    child.stdin.write(question.input);
    return promise.finally(endLimit);
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#hold(true);
    child.stdin.end();
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    await this.#gone;
    clearTimeout(timer);
  }

  /** Resolves when the process is gone, and all that it has said was read. */
  #start(): Promise<void> {
    const { argv, cwd, env } = this.#spec;
    const [program = '', ...args] = argv;
    const { promise, resolve } = Promise.withResolvers<void>();
    const notStarted = (error: unknown): void => {
      this.#settle({ reason: 'not-started', detail: spawnErrorDetail(error, program, cwd) });
      resolve();
    };
    try {
      const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
      this.#child = child;
      child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
      child.stderr.on('data', (chunk: Buffer) => this.#stderr.add(chunk));
      // It may end without reading; then its end tells.
      child.stdin.on('error', () => {});
      child.on('error', (error) => {
        if (child.pid === undefined) notStarted(error);
      });
      child.on('close', (exitCode, signal) => {
        this.#settle({ reason: 'ended', exitCode, signal, stderr: this.#stderr.bytes() });
        resolve();
      });
    } catch (error) {
      notStarted(error);
    }
    return promise;
  }

  #take(chunk: Buffer): void {
    const asked = this.#asked;
    // What nobody asked for would be taken for the next answer.
    if (asked === null) return this.#breakOff(vanished());
    this.received += chunk.length;
    if (!asked.output.add(chunk))
      return this.#breakOff({ reason: 'too-much-output', maxBytes: this.#spec.maxBytes });
    const { length } = asked.until;
    asked.tail = Buffer.concat([asked.tail, chunk.subarray(-length)]).subarray(-length);
    if (asked.cause !== null || !asked.tail.equals(asked.until)) return;
    this.#asked = null;
    this.answers += 1;
    this.#hold(false);
    asked.answer(ok(asked.output.bytes()));
  }

  /** The question fails with this as soon as the process is gone. */
  #breakOff(cause: DialogueFailure): void {
    const child = this.#child;
    if (child === null) return;
    if (this.#asked !== null) this.#asked.cause ??= cause;
    this.#failure ??= cause;
    signalGroup(child, 'SIGTERM');
    setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
  }

  #settle(failure: DialogueFailure): void {
    this.#failure ??= failure;
    this.#child = null;
    const asked = this.#asked;
    this.#asked = null;
    asked?.answer(err(asked.cause ?? this.#failure));
  }

  /** While it is held, this process does not end before it has answered. */
  #hold(held: boolean): void {
    const child = this.#child;
    if (child === null) return;
    for (const each of [child, child.stdin, child.stdout, child.stderr]) {
      if (!(each === child || each instanceof Socket)) continue;
      if (held) each.ref();
      else each.unref();
    }
  }
}

function vanished(): DialogueFailure {
  return { reason: 'ended', exitCode: null, signal: null, stderr: Buffer.alloc(0) };
}
