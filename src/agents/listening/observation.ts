/** What an agent's output has told so far: a fold of its driver's events. */

import type { AgentProblem } from '../../core/agent-problem.ts';
import type { LimitedPart, Usage } from '../../core/attempt.ts';
import { printable, printableLine } from '../../core/printable.ts';
import type { AgentReport } from '../../ports/agent.ts';
import { lastPart } from '../../process/output-text.ts';
import {
  type CompletionScanner,
  createCompletionScanner,
  type ScannerOptions,
  type Signs,
} from '../completion/scanner.ts';
import type { AgentEvent, CountEvent } from '../driver.ts';
import { stepText } from '../lines/tool-step.ts';
import { Pieces } from './pieces.ts';
import { quotaTime } from './quota-time.ts';
import { Spending, type SpendingOptions } from './spending.ts';

/** When a service names no time, the agent is tried again after this. */
const DEFAULT_QUOTA_WAIT_MS = 60_000;
const SESSION_NAME = /^[A-Za-z0-9_][\w.:/+=@-]{0,255}$/;
const LONGEST_STEP = 200;
const LONGEST_NAME = 100;
const TEXT_BYTES = 4096;
/** In UTF-16 code units: as much as a review's report may have. */
const RECENT = 8192;

export interface ObservationOptions extends ScannerOptions {
  readonly session?: string | undefined;
  readonly spending?: SpendingOptions;
  /** What each of the agent's lines is told by, once it is whole: takes out what must not be kept. */
  readonly redact?: (line: string) => string;
}

export class Observation {
  readonly #scanner: CompletionScanner;
  readonly #errors: CompletionScanner;
  readonly #spending: Spending;
  session: string | undefined;
  question: string | null = null;
  quotaUntil: number | null = null;
  /** Its service has named no time for that. */
  quotaUntold = false;
  /** Whose limit it is, where its service tells. */
  quotaOf: LimitedPart | undefined;
  /** Of the agent's own program; undefined before it has given one. */
  verdict: AgentProblem | null | undefined;
  progress: AgentReport = {};
  /** Its service has answered. */
  answered = false;
  /** It was to go on in a session, and names another. */
  strayed = false;
  readonly #asked: string | undefined;
  #hasActed = false;
  #contextUsed: number | undefined;
  #contextSize: number | undefined;
  #summary: string | undefined;
  #model: string | undefined;
  readonly #redact: (line: string) => string;
  readonly #pieces = new Pieces();
  #recent = '';
  /** Asked for far more often than anything is said; null when they must be put together. */
  #signs: Signs | null = null;

  /** `session` is the one that it was to go on in. */
  constructor({ session, spending, redact = (line) => line, ...options }: ObservationOptions) {
    this.#asked = session;
    this.#redact = redact;
    this.#spending = new Spending(spending);
    this.#scanner = createCompletionScanner(options);
    this.#errors = createCompletionScanner({ ...options, strict: true });
  }

  /** `at`, in milliseconds since the epoch, is when the event came: a wait counts from then. */
  take(event: AgentEvent, at: number): void {
    this.answered ||= isAnswer(event);
    this.#hasActed ||= event.type === 'tool';
    if (event.type === 'piece') return this.#hearLines(this.#pieces.add(event.text));
    this.#hearLines(this.#pieces.end());
    switch (event.type) {
      case 'text':
        return this.#hear(event.text);
      case 'progress':
        return this.reach(event);
      case 'tool':
        return this.reach({ step: stepText(event) });
      case 'result':
        return;
      case 'usage':
      case 'usage-added':
      case 'usage-summed':
        this.#spending.take(event);
        return;
      case 'model':
        return this.count(event);
      case 'question':
        this.question = shortText(event.question);
        return;
      case 'quota':
        this.#refuse(event, at);
        return;
      case 'session':
        this.#enter(event.session);
        return;
      case 'context':
      case 'limit':
        return this.count(event);
      case 'verdict':
        this.#judge(event.problem);
        return;
      case 'summary':
        this.#summary = event.summary;
        return;
      default:
        return event satisfies never;
    }
  }

  #hold({ used, size }: Extract<AgentEvent, { type: 'context' }>): void {
    this.#contextUsed = used ?? this.#contextUsed;
    this.#contextSize = size ?? this.#contextSize;
  }

  /** That its service gave no answer says less than why. What worked before may work again. */
  #judge(problem: AgentProblem | null): void {
    if (this.verdict?.kind === 'credentials' && problem?.kind === 'service') return;
    const hasWorked = this.#asked !== undefined || this.#hasActed || this.answered;
    this.verdict = problem?.kind === 'options' && hasWorked ? { ...problem, kind: 'service' } : problem;
  }

  /** A time that was named is not replaced by none. */
  #refuse(event: Extract<AgentEvent, { type: 'quota' }>, at: number): void {
    const told = quotaTime(event, at);
    if (told === undefined && this.quotaUntil !== null) return;
    this.quotaUntold = told === undefined;
    this.quotaOf = event.of ?? this.quotaOf;
    this.quotaUntil = Math.ceil(told ?? at + DEFAULT_QUOTA_WAIT_MS);
  }

  /** Its name becomes an argument one day. */
  #enter(session: string): void {
    if (!SESSION_NAME.test(session)) return;
    this.session = session;
    this.strayed = this.#asked !== undefined && session !== this.#asked;
  }

  #hearLines(lines: readonly string[]): void {
    for (const line of lines) this.#hear(this.#redact(line));
  }

  #hear(text: string): void {
    this.#signs = null;
    this.#scanner.push(`${text}\n`);
    this.#recent += `${text.slice(-RECENT)}\n`;
    // Cutting only when it has doubled keeps the cost of each line constant.
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
  }

  /** How far it is, also from elsewhere than its output, which may be in the middle of a word. */
  reach(told: Reached): void {
    this.progress = { ...this.progress, ...progressOf(told) };
  }

  /** From elsewhere than its output; says nothing of whether its service answers now. */
  count(event: CountEvent): void {
    if (event.type === 'model') this.#model = printableLine(event.model).slice(0, LONGEST_NAME);
    if (event.type === 'context') this.#hold(event);
    else if (event.type === 'limit') this.quotaOf = event.of ?? undefined;
    else this.#spending.take(event);
  }

  /** A line of its standard error, where a promise must stand alone. */
  takeError(line: string): void {
    this.#signs = null;
    this.#errors.push(`${line}\n`);
  }

  /** The last of the agent's own words, not cleaned. */
  get recentText(): string {
    return this.#recent;
  }

  /** No more output comes. */
  end(): void {
    this.#hearLines(this.#pieces.end());
    this.#signs = null;
    this.#scanner.end();
    this.#errors.end();
  }

  get signs(): Signs {
    this.#signs ??= this.#putTogether();
    return this.#signs;
  }

  #putTogether(): Signs {
    const output = this.#scanner.signs();
    const errors = this.#errors.signs();
    const stray = output.stray ?? errors.stray;
    return {
      ...(stray === undefined ? {} : { stray }),
      promisedDone: output.promisedDone || errors.promisedDone,
      promisedFailure: output.promisedFailure ?? errors.promisedFailure,
      promisedQuestion: output.promisedQuestion ?? errors.promisedQuestion,
      review: output.review ?? errors.review,
      advice: output.advice ?? errors.advice,
      summary: output.summary,
    };
  }

  /** Of the attempt alone, with its cost as far as it is known. */
  get usage(): Usage {
    return this.#spending.used;
  }

  /** As its program has named it last. */
  get model(): string | undefined {
    return this.#model;
  }

  /** Share of its context that is taken up; undefined where the agent does not tell. */
  get context(): number | undefined {
    if (this.#contextUsed === undefined || this.#contextSize === undefined) return undefined;
    return this.#contextSize > 0 ? this.#contextUsed / this.#contextSize : undefined;
  }

  /** All that counts when it has ended. */
  facts() {
    const { usage, session, strayed, context, summary, model, signs } = this;
    const { question, quotaUntil, quotaUntold, quotaOf, verdict, recentText } = this;
    return {
      ...{ usage, session, strayed, context, summary, model, signs },
      ...{ question, quotaUntil, quotaUntold, quotaOf, verdict, recentText },
    };
  }

  /** The agent's own account of its work, cleaned; its JSON summary's, when it gave no other. */
  get summary(): string | undefined {
    const text = this.#summary ?? this.signs.summary?.summary;
    return text === undefined ? undefined : shortText(text);
  }
}

/** Only a service that answers leads to it. */
function isAnswer(event: AgentEvent): boolean {
  switch (event.type) {
    case 'text':
    case 'piece':
      return true;
    case 'context':
      return (event.used ?? 0) > 0;
    case 'usage':
    case 'usage-added':
      return (event.usage.outputTokens ?? 0) > 0;
    case 'usage-summed':
      return Object.values(event.models).some(({ outputTokens = 0 }) => outputTokens > 0);
    default:
      return false;
  }
}

type Reached = Pick<Extract<AgentEvent, { type: 'progress' }>, 'percent' | 'step'>;

function progressOf(event: Reached): AgentReport {
  const percent =
    event.percent === undefined ? undefined : Math.min(100, Math.max(0, Math.round(event.percent)));
  const step = event.step === undefined ? undefined : printableLine(event.step).slice(0, LONGEST_STEP);
  return {
    ...(percent === undefined || Number.isNaN(percent) ? {} : { percent }),
    ...(step === undefined ? {} : { step }),
  };
}

function shortText(text: string): string {
  return lastPart(printable(text), { bytes: TEXT_BYTES });
}
