import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { E2eResult } from '../core/e2e.ts';
import type { RunState } from '../core/run-state.ts';
import { e2eResult } from '../testing/e2e-results.ts';
import { RunLog } from '../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../testing/hostile-text.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { executionReport } from './execution-report.ts';
import { htmlReport } from './html-report.ts';
import { nextSteps } from './next-steps.ts';
import { reportView } from './report.ts';

const E2E = {
  start: 'npm start',
  url: 'http://127.0.0.1:{port}/',
  paths: ['/'],
  timeoutMs: 1,
  threshold: 0.01,
  baseline: '.claude/screenshots/baseline',
};
const FOLDER = "/state/it's <e2e>";

const seen = e2eResult('failed', {
  folder: FOLDER,
  pictures: [
    { name: 'index-mobile.png', path: '/', viewport: 'mobile', is: 'regression', share: 0.05, hasDiff: true },
    { name: 'index-wide.png', path: '/', viewport: 'wide', is: 'alike', share: 0 },
  ],
  findings: ['/ at mobile: too wide'],
  notes: ['/ is very tall'],
});

function stateWith(result: E2eResult | null): RunState {
  const plan = makePlan([makeTask('a', 1, { workType: 'FRONTEND' })]);
  const log = new RunLog(plan, result === null ? TEST_SETTINGS : { ...TEST_SETTINGS, e2e: E2E });
  if (result !== null) {
    const passed = result.status !== 'failed';
    const command = { command: '', exitCode: null, durationMs: 0, output: '' };
    log.add({ type: 'test.ended', task: 'a', commit: 'c', result: { ...command, passed, e2e: result } });
  }
  log.add({ type: 'run.finished', status: 'failed' });
  return log.state();
}

test('every report has what was seen, with links to the pictures', () => {
  const state = stateWith(seen);
  const url = 'file:///state/it%27s%20%3Ce2e%3E/current/index-mobile.png';
  const markdown = executionReport(state);
  assert.match(markdown, /- \*\*E2E\*\*: ❌ FAIL\n {2}- Viewports tested: mobile, tablet, desktop, wide\n/);
  assert.match(markdown, /Visual regressions: 1\n/);
  assert.ok(markdown.includes(`[/ at mobile](${url}): regression, [difference](`), markdown);
  const page = htmlReport(state);
  assert.ok(page.includes(`<a href="${url}">/ at mobile</a>: regression <a href=`));
  const [task] = reportView(state).waves[0]?.tasks ?? [];
  assert.partialDeepStrictEqual(task?.e2e, {
    status: 'failed',
    visual_regressions: 1,
    findings: ['/ at mobile: too wide'],
    pictures: [{ current: `${FOLDER}/current/index-mobile.png`, diff: `${FOLDER}/diff/index-mobile.png` }],
  });
});

test('says how pictures are taken for right, those alone that are not alike', () => {
  const step = nextSteps(stateWith(seen)).find(({ what }) => what.includes('baseline'));
  assert.equal(
    step?.code,
    "mkdir -p .claude/screenshots/baseline && cp '/state/it'\\''s <e2e>/current/index-mobile.png' .claude/screenshots/baseline/ && git add -f .claude/screenshots/baseline && git commit -m 'Accept screenshots as baseline' -- .claude/screenshots/baseline",
  );
});

test('who asked for it and has no application is told so', () => {
  const state = stateWith(null);
  const said = '➖ NOT RUN, no e2e.start configured; the work of a asks for it';
  for (const report of [executionReport(state), htmlReport(state)])
    assert.equal(report.split('NOT RUN').length - 1, 1, 'once');
  assert.ok(executionReport(state).includes(`- **E2E**: ${said}\n`), executionReport(state));
  assert.ok(htmlReport(state).includes(`<p>E2E: ${said}</p>`));
  assert.equal(reportView(state).waves[0]?.tasks[0]?.e2e?.status, 'not run');
});

test('nothing that a page says acts in a report', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const state = stateWith({ ...seen, findings: [text], notes: [text], output: text, detail: text });
      for (const report of [executionReport(state), htmlReport(state)])
        assert.doesNotMatch(report, new RegExp(UNPRINTABLE.source, 'u'));
      assert.doesNotMatch(htmlReport(state), /<script|<img/i);
    }),
    { numRuns: 50 },
  );
});
