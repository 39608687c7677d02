/** What an agent's output says, in lines for people: one line a step, the same for every driver. */

import type { Usage } from '../../core/attempt.ts';
import { type LogLine, type LogReader, PLAIN_LINES, type PrintedBy } from '../../core/log-line.ts';
import { printableLine } from '../../core/printable.ts';
import { Redactor } from '../../process/redact.ts';
import type { AgentEvent, SpendingEvent } from '../driver.ts';
import { findDriver } from '../registry.ts';
import { Pieces } from './pieces.ts';
import { Spending, spendingOf } from './spending.ts';

/** UTF-16 code units of a call, and of what it gave back. */
const SHORT = 160;

/** A reader of what an agent prints in one attempt. Its lines are without secrets. */
export function readLog(by: PrintedBy, secrets: readonly string[]): LogReader {
  const found = findDriver(by.agent);
  // A log outlives the driver that wrote it.
  const reader = found.ok
    ? new EventReader(found.value.ready.parse, new Spending(spendingOf(found.value, by)), by.used)
    : PLAIN_LINES;
  const redactor = new Redactor(secrets);
  // Of words that come in pieces only the reader knows the whole.
  const clean = ({ kind, text }: LogLine): LogLine => ({ kind, text: redactor.line(text) });
  return { read: (line) => reader.read(line).map(clean), end: () => reader.end().map(clean) };
}

type ToolEvent = Extract<AgentEvent, { type: 'tool' }>;

type Silent = SpendingEvent | Extract<AgentEvent, { type: 'context' | 'session' }>;

const COUNTED: ReadonlySet<AgentEvent['type']> = new Set(['usage', 'usage-added', 'usage-summed', 'model']);

class EventReader implements LogReader {
  readonly #parse: (line: string) => readonly AgentEvent[];
  readonly #pieces = new Pieces();
  /** A call of which more may be told. */
  #open: ToolEvent | null = null;
  #lastWords = '';
  readonly #spending: Spending;

  readonly #counted: () => Usage | undefined;

  constructor(
    parse: (line: string) => readonly AgentEvent[],
    spending: Spending,
    counted: () => Usage | undefined = () => undefined,
  ) {
    this.#parse = parse;
    this.#spending = spending;
    this.#counted = counted;
  }

  read(line: string): readonly LogLine[] {
    return this.#parse(line).flatMap((event) => this.#take(event));
  }

  end(): readonly LogLine[] {
    const tokens = tokensText(this.#counted() ?? this.#spending.used);
    return [...this.#whole(), ...this.#closed(), ...(tokens === null ? [] : [lineOf('tokens', tokens)])];
  }

  #take(event: AgentEvent): readonly LogLine[] {
    if (event.type === 'piece') {
      return [...this.#closed(), ...this.#pieces.add(event.text).map((text) => lineOf('text', text))];
    }
    if (this.#isSilent(event)) return [];
    const isMore = event.type === 'tool' && event.call !== undefined && event.call === this.#open?.call;
    if (isMore) this.#open = null;
    return [...this.#whole(), ...this.#closed(), ...this.#describe(event)];
  }

  /** What is summed up at the end, or says nothing to people. */
  #isSilent(event: AgentEvent): event is Silent {
    if (isSpending(event)) this.#spending.take(event);
    return isSpending(event) || event.type === 'context' || event.type === 'session';
  }

  #whole(): readonly LogLine[] {
    return this.#pieces.end().map((text) => lineOf('text', text));
  }

  #closed(): readonly LogLine[] {
    const open = this.#open;
    this.#open = null;
    return open === null ? [] : [toolLine(open)];
  }

  #describe(event: Exclude<AgentEvent, Silent | { type: 'piece' }>): readonly LogLine[] {
    switch (event.type) {
      case 'text':
        this.#lastWords = event.text.trim();
        return event.text.split('\n').map((text) => lineOf('text', text));
      case 'tool':
        if (event.call === undefined || event.input !== undefined) return [toolLine(event)];
        this.#open = event;
        return [];
      case 'result':
        return [lineOf('result', resultText(event))];
      case 'progress':
        return [lineOf('progress', progressText(event))];
      case 'question':
        return [lineOf('question', event.question)];
      case 'quota':
        return [lineOf('error', 'its service refuses more work for now')];
      case 'summary':
        // Of some it is the last of their words once more.
        return event.summary.trim() === this.#lastWords ? [] : [lineOf('text', `summary: ${event.summary}`)];
      case 'limit':
        return [];
      case 'verdict':
        return event.problem === null ? [] : [lineOf('error', inShort(event.problem.detail))];
      default:
        return event satisfies never;
    }
  }
}

function isSpending(event: AgentEvent): event is SpendingEvent {
  return COUNTED.has(event.type);
}

function lineOf(kind: LogLine['kind'], text: string): LogLine {
  return { kind, text };
}

/** `Bash: npm test` */
function toolLine({ tool, input, about }: ToolEvent): LogLine {
  const what = input ?? about;
  return lineOf('tool', what === undefined ? inShort(tool) : `${inShort(tool)}: ${inShort(what)}`);
}

function resultText({ failed, text }: Extract<AgentEvent, { type: 'result' }>): string {
  const short = inShort(text);
  if (!failed) return short === '' ? 'done' : short;
  return short === '' ? 'failed' : `failed: ${short}`;
}

/** `[40 %] Running the tests` */
function progressText({ percent, step }: Extract<AgentEvent, { type: 'progress' }>): string {
  return `[${percent === undefined ? '…' : `${Math.round(percent)} %`}] ${step ?? ''}`.trimEnd();
}

/** `1200 tokens in (900 cached), 20 out, $0.01`; null when nothing is known. */
function tokensText(used: Usage): string | null {
  const { inputTokens, outputTokens, cachedTokens, costUsd, estimatedUsd = 0 } = used;
  const cached = cachedTokens === undefined ? '' : ` (${cachedTokens} cached)`;
  const parts = [
    ...(inputTokens === undefined ? [] : [`${inputTokens} tokens in${cached}`]),
    ...(outputTokens === undefined ? [] : [`${outputTokens} out`]),
    ...(costUsd === undefined ? [] : [`$${costUsd.toFixed(4)}${estimatedUsd > 0 ? ' (estimated)' : ''}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function inShort(text: string): string {
  const line = printableLine(text);
  return line.length <= SHORT ? line : `${line.slice(0, SHORT)}…`;
}
