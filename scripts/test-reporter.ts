// A reporter for whole runs: one line a file, the skipped tests with their reasons, every failure in full, then
// the counts in the form of Node's own spec reporter. (A single file is run with that one, which names each test.)
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect, styleText } from 'node:util';

type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];
type Counts = Extract<TestEvent, { type: 'test:summary' }>['data'];

const here = (file: string): string => relative(process.cwd(), file);
const red = (text: string): string => styleText('red', text);
const grey = (text: string): string => styleText('gray', text);

// biome-ignore lint/style/noDefaultExport: Node takes a reporter from the default export
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  /** Names of the suites that are open, outermost first, and of the test within. */
  const open: string[] = [];
  const failures: string[] = [];
  for await (const event of events) {
    switch (event.type) {
      case 'test:start':
        open.length = event.data.nesting;
        open.push(event.data.name);
        break;
      case 'test:pass':
        if (event.data.skip !== undefined && event.data.skip !== false) yield notRun(event.data, open);
        break;
      case 'test:fail':
        if (isSumOfOthers(event.data)) break;
        failures.push(failure(event.data, open));
        yield failures.at(-1) ?? '';
        break;
      case 'test:stdout':
      case 'test:stderr':
        yield event.data.message;
        break;
      case 'test:summary':
        if (event.data.file !== undefined) yield fileLine(event.data.file, event.data);
        else yield summary(event.data, failures);
        break;
    }
  }
}

/** A suite or file that failed only because a test in it did. */
function isSumOfOthers(data: Finished): boolean {
  const error = 'error' in data.details ? data.details.error : undefined;
  return error !== undefined && 'failureType' in error && error.failureType === 'subtestsFailed';
}

function nameOf(data: Finished, open: readonly string[]): string {
  return [...open.slice(0, data.nesting), data.name].join(' › ');
}

function notRun(data: Finished, open: readonly string[]): string {
  const reason = typeof data.skip === 'string' ? data.skip : 'skipped';
  return grey(`  ﹣ not run: ${nameOf(data, open)} (${reason})\n`);
}

function failure(data: Finished, open: readonly string[]): string {
  const error: unknown = 'error' in data.details ? data.details.error : undefined;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const full = typeof cause === 'string' ? cause : inspect(cause, { depth: 6 });
  const text = full.replace(/\n\s+at [^\n]*node:internal[^\n{]*/g, '');
  const place = data.file === undefined ? '' : `${here(data.file)}:${data.line ?? 1}`;
  return `${red(`✖ ${nameOf(data, open)}`)} ${grey(place)}\n${text.replace(/^/gm, '    ')}\n`;
}

function fileLine(file: string, { counts, success, duration_ms }: Counts): string {
  const parts = [`${counts.tests} tests`];
  const bad = failedOf(counts) + counts.cancelled;
  if (bad > 0) parts.push(red(`${bad} failed`));
  if (counts.skipped > 0) parts.push(`${counts.skipped} not run`);
  const mark = success ? styleText('green', '✔') : red('✖');
  return `${mark} ${here(file)} ${grey(`${parts.join(', ')}, ${Math.round(duration_ms)} ms`)}\n`;
}

/** Node counts the failed ones as well, but its types do not know. */
function failedOf(counts: Counts['counts']): number {
  return counts.tests - counts.passed - counts.cancelled - counts.skipped - counts.todo;
}

function summary({ counts, duration_ms }: Counts, failures: readonly string[]): string {
  const again =
    failures.length > 0 ? `\n${red(`failing tests (${failures.length}):`)}\n\n${failures.join('\n')}\n` : '';
  const lines = [
    `tests ${counts.tests}`,
    `suites ${counts.suites}`,
    `pass ${counts.passed}`,
    `fail ${failedOf(counts)}`,
    `cancelled ${counts.cancelled}`,
    `skipped ${counts.skipped}`,
    `todo ${counts.todo}`,
    `duration_ms ${duration_ms}`,
  ];
  return again + lines.map((line) => `ℹ ${line}\n`).join('');
}
