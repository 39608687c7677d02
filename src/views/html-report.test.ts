import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { doneOutcome, RunLog, scopeOf, someWork } from '../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../testing/hostile-text.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { html } from './html.ts';
import { htmlReport } from './html-report.ts';

type Element = DefaultTreeAdapterTypes.Element;

interface Page {
  readonly elements: readonly Element[];
  /** What the parser did not like. */
  readonly errors: readonly string[];
}

/** As a browser reads it. */
function pageOf(text: string): Page {
  const errors: string[] = [];
  const elements: Element[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(parse(text, { onParseError: ({ code }) => errors.push(code), sourceCodeLocationInfo: true }));
  return { elements, errors };
}

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

function texts({ elements }: Page, tag: string): string[] {
  return elements
    .filter(({ tagName }) => tagName === tag)
    .map((each) => textOf(each).replace(/\s+/g, ' ').trim());
}

const CRASH = { reason: 'exit-code', code: 3, tail: '' } as const;
const plan = makePlan([
  makeTask('task-001', 1, { title: 'JWT Service', agent: 'builder-1' }),
  makeTask('task-002', 1, { title: 'User Model' }),
  makeTask('task-003', 2),
]);

function failedLog(): RunLog {
  const log = new RunLog(plan).open().openGroup(1);
  const work = someWork({ files: ['src/jwt.ts'], linesAdded: 387, linesRemoved: 12 });
  log.complete(
    'task-001',
    90,
    doneOutcome({ work, usage: { inputTokens: 1200, outputTokens: 80, costUsd: 0.5 } }),
  );
  log.start('task-002').wait(60).end('task-002', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3 });
  return log.add(
    { type: 'task.failed', task: 'task-002', failure: CRASH },
    { type: 'run.finished', status: 'failed' },
  );
}

test('the page tells of the run what the other reports tell', () => {
  const page = pageOf(htmlReport(failedLog().state()));
  assert.deepEqual(page.errors, []);
  assert.equal(texts(page, 'title')[0], 'TS-0001 - plan: failed');
  assert.deepEqual(texts(page, 'h1'), ['TS-0001 - plan failed']);
  assert.deepEqual(texts(page, 'h2'), [
    'Wave 1 failed',
    'Wave 2 not started',
    'Issues encountered',
    'Next steps',
  ]);
  const rows = page.elements.filter(({ tagName }) => tagName === 'tr').map((tr) => tr.childNodes.map(textOf));
  const cells = rows.map((row) => row.map((cell) => cell.trim()).filter((cell) => cell !== ''));
  assert.deepEqual(cells[1]?.slice(1), [
    '✅ done',
    'attempt 1, 1min 31s: done',
    '1',
    '1min 31s',
    '1',
    '+387 −12',
  ]);
  assert.match(cells[2]?.[0] ?? '', /task-002 User Modelthe agent exited with 3/);
  const shown = texts(page, 'dd');
  for (const fact of ['1 of 3', '+387 −12', '1,200 in, 80 out', '0.50 USD', 'builder-1']) {
    assert.ok(shown.includes(fact), `${fact} of ${shown.join('; ')}`);
  }
  assert.ok(texts(page, 'code').includes('cox resume run-1 --retry-failed'));
});

test('the page of a run in every phase is whole', () => {
  const log = new RunLog(plan);
  assert.deepEqual(pageOf(htmlReport(log.state())).errors, []);
  log.open().openGroup(1).start('task-001');
  const running = pageOf(htmlReport(log.state()));
  assert.deepEqual([running.errors, texts(running, 'h1')], [[], ['TS-0001 - plan running']]);
  const killed = pageOf(htmlReport(log.state(), { alive: false }));
  assert.deepEqual(texts(killed, 'h2')[0], 'Wave 1 interrupted');
  assert.deepEqual(
    texts(killed, 'td').filter((text) => text.includes('interrupted')),
    ['⏹️ interrupted', 'attempt 1, 0s: interrupted'],
  );
  assert.doesNotMatch(texts(killed, 'main').join(), /running|in progress/);
  const left = pageOf(htmlReport(log.add({ type: 'run.suspended', reason: 'interrupted' }).state()));
  assert.deepEqual([left.errors, texts(left, 'h1')], [[], ['TS-0001 - plan interrupted']]);
});

const OURS = new Set(
  'html head meta title style body header p h1 span code main section dl dt dd div h2 table thead tr th tbody td svg rect details summary ol li strong footer'.split(
    ' ',
  ),
);

test('no text of a plan or an agent becomes anything but text', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (title, said) => {
      const task = makeTask(`t${said}`, 1, { title, agent: said, scope: scopeOf([title]) });
      const log = new RunLog({ ...makePlan([task]), name: title, id: said })
        .open()
        .openGroup(1)
        .start(task.id);
      const failure = { reason: 'declared-failed', detail: said } as const;
      const work = someWork({ files: [title, said] });
      log.end(task.id, {
        is: 'failed',
        failure,
        usage: {},
        exitCode: 1,
        summary: `${title}</details>`,
        work,
      });
      log.add({ type: 'task.failed', task: task.id, failure }, { type: 'run.finished', status: 'failed' });
      const text = htmlReport(log.state());
      assert.doesNotMatch(text, UNPRINTABLE);
      const { elements, errors } = pageOf(text);
      // A noncharacter such as U+FFFE is shown as nothing.
      assert.deepEqual(
        errors.filter((code) => code !== 'noncharacter-in-input-stream'),
        [],
      );
      // Structure and attributes are ours to the last one: the same for every text.
      assert.deepEqual(
        [...new Set(elements.map(({ tagName }) => tagName))].filter((tag) => !OURS.has(tag)),
        [],
      );
      for (const { attrs } of elements) {
        for (const { name } of attrs) assert.doesNotMatch(name, /^on|^href$|^src$|^style$/);
      }
      assert.equal(elements.filter(({ tagName }) => tagName === 'details').length, 1);
      assert.equal(elements.filter(({ tagName }) => tagName === 'section').length, 4);
    }),
  );
});

test('what is put into a template is text, wherever it stands', () => {
  const page = html`<p title="${'"><script>'}">${'<b>&amp;</b>'}${[html`<i>${1}</i>`, html`<i>${"'"}</i>`]}</p>`;
  assert.equal(
    page.toString(),
    '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;amp;&lt;/b&gt;<i>1</i><i>&#39;</i></p>',
  );
});
