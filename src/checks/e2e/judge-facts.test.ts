import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type E2eResult, VIEWPORTS } from '../../core/e2e.ts';
import { type DriverFacts, driverFacts, type Visit } from './driver-facts.ts';
import { judgeFacts } from './judge-facts.ts';

const ANSWERED = { is: 'answered', afterMs: 10, output: 'GET / 200' } as const;
const URL = 'http://127.0.0.1:20000/';

function visits(change: Partial<Visit> = {}): Visit[] {
  return VIEWPORTS.map(({ name, width }) => ({
    path: '/',
    viewport: name,
    status: 200,
    width,
    windowWidth: width,
    errors: [],
    foreign: [],
    picture: `index-${name}.png`,
    comparison: { is: 'same-size', share: 0 },
    ...change,
  }));
}

function judge(change: Partial<DriverFacts>): E2eResult {
  const facts: DriverFacts = { application: ANSWERED, visits: visits(), isCutShort: false, ...change };
  const names = new Set(VIEWPORTS.map(({ name }) => `index-${name}.png`));
  return judgeFacts({
    facts: driverFacts.parse(facts),
    settings: { paths: ['/'], threshold: 0.01, baseline: 'shots', timeoutMs: 60_000 },
    folder: '/state/look',
    kept: { current: names, diff: new Set(['index-mobile.png']) },
    url: URL,
    durationMs: 5,
  });
}

describe('what a browser saw', () => {
  it('is good when nothing is wrong', () => {
    const seen = judge({});
    assert.partialDeepStrictEqual(seen, {
      status: 'passed',
      findings: [],
      notes: [],
      output: '',
      tests: null,
    });
    assert.equal(seen.viewports.length, 4);
  });

  it('says nothing of the work when the port was taken, or no browser could be started', () => {
    assert.partialDeepStrictEqual(judge({ application: { is: 'port-taken' }, visits: [] }), {
      status: 'not run',
      detail: `something else answers at ${URL} already`,
    });
    const tests = { exitCode: 0, output: '5 passed' };
    assert.partialDeepStrictEqual(judge({ noBrowser: 'no\u001b[31m libnss3', visits: [], tests }), {
      status: 'not run',
      detail: 'the browser could not be started: no libnss3',
      tests: { counts: { passed: 5, total: 5 } },
    });
  });

  it('is judged by tests that did not pass, unless they may want for a browser', () => {
    const tests = { exitCode: 1, output: '1 failed\n4 passed' };
    assert.equal(judge({ noBrowser: 'none', visits: [], tests }).status, 'not run');
    assert.deepEqual(judge({ tests }).findings, [
      'the interactive tests did not pass (exit 1): 1 of 5 failed',
    ]);
  });

  it('is not good when time was up before all had been seen', () => {
    const seen = judge({ visits: visits().slice(0, 2), isCutShort: true });
    assert.deepEqual(seen.viewports, ['mobile', 'tablet']);
    assert.match(seen.findings.join(), /time was up after 60 s/);
  });

  it('differs from its baseline from the threshold on, by size, and when that cannot be read', () => {
    const with_ = (comparison: NonNullable<Visit['comparison']>) => judge({ visits: visits({ comparison }) });
    assert.equal(with_({ is: 'same-size', share: 0.01 }).status, 'passed');
    const over = with_({ is: 'same-size', share: 0.0101, area: [1, 2, 3, 4] });
    assert.match(
      over.findings[0] ?? '',
      /1 % of the pixels.*between 1,2 and 3,4.*; see \/state\/look\/diff\/index-mobile/,
    );
    assert.doesNotMatch(over.findings[1] ?? '', /see/);
    const size = { width: 1, height: 2 };
    assert.match(with_({ is: 'other-size', now: size, baseline: size }).findings[0] ?? '', /1×2/);
    assert.match(with_({ is: 'unreadable', detail: 'it is no PNG' }).findings[0] ?? '', /it is no PNG/);
    const none = with_({ is: 'none' });
    assert.equal(none.status, 'passed');
    assert.deepEqual(none.notes, ['no baseline for 4 of 4 pictures in shots: not compared with anything']);
  });

  it('is said once for all viewports, on one line each, and within bounds', () => {
    const errors = Array.from(
      { length: 60 },
      (_, at) => ({ kind: 'console', text: `error\n${at}\u202e` }) as const,
    );
    const seen = judge({ visits: visits({ errors }) });
    assert.equal(seen.findings[0], '/ in every viewport: console error: error 0');
    assert.equal(seen.findings.length, 41);
    assert.equal(seen.findings.at(-1), 'and 20 more');
    assert.equal(seen.output, 'GET / 200');
  });

  it('counts nothing against the work that failed elsewhere', () => {
    const seen = judge({ visits: visits({ foreign: ['GET https://fonts.example/ failed'] }) });
    assert.equal(seen.status, 'passed');
    assert.deepEqual(seen.notes, ['elsewhere than at the application: GET https://fonts.example/ failed']);
  });
});
