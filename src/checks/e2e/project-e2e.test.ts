import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { E2eResult, E2eSettings } from '../../core/e2e.ts';
import type { IsolationSettings } from '../../core/isolation.ts';
import { BROWSER, htmlPage, SERVER, WITHOUT_BROWSER } from '../../testing/browsers.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { NOT_CONFINED } from '../../testing/plans.ts';
import { bubblewrapFor, WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { ProjectE2e, type ProjectE2eParts } from './project-e2e.ts';

const BASELINE = '.claude/screenshots/baseline';
const GOOD = htmlPage('<h1>Good</h1>');
const CONFINED: IsolationSettings = { ...NOT_CONFINED, sandbox: 'required' };

/** A square of so many pixels in the corner of a page. */
function square(side: number, colour = '#c00'): string {
  return htmlPage(
    `<div style="position:absolute;left:20px;top:20px;width:${side}px;height:${side}px;background:${colour}"></div>`,
  );
}

describe('the look at an application', { skip: WITHOUT_BROWSER || WITHOUT_BUBBLEWRAP }, () => {
  const repository = makeRepository({
    files: {
      '.gitignore': '.claude/screenshots/current/\n.claude/screenshots/diff/\n',
      'server.mjs': SERVER,
      'page.html': GOOD,
      'overflow.html': htmlPage(
        '<main id="shop"><table class="prices wide" style="width:700px"><td>1</table></main>',
      ),
      'errors.html': htmlPage(
        '<script>console.error("no \\u001b[31mprice");</script><script src="/none.js"></script><script>null.price</script>',
      ),
      'square.html': square(100),
    },
  });
  const never = new AbortController().signal;
  let opened: OpenedPool;
  let e2e: ProjectE2e;
  let parts: ProjectE2eParts;
  let keys = 0;

  before(async () => {
    opened = await openPool(repository, { confined: true });
    parts = {
      sandbox: bubblewrapFor(repository.env),
      worktrees: opened.pool,
      host: { ...repository.env, PATH: process.env['PATH'] },
      folder: (run) => join(repository.root, 'runs', run, 'e2e'),
      browser: BROWSER,
      checkout: { top: repository.path, isIgnored: async () => true },
      isRoot: process.getuid?.() === 0,
    };
    e2e = new ProjectE2e(parts);
  });
  after(() => opened.close());

  async function look(
    change: Partial<E2eSettings>,
    {
      isolation = CONFINED,
      by = e2e,
    }: { readonly isolation?: IsolationSettings; readonly by?: ProjectE2e } = {},
  ): Promise<E2eResult> {
    keys += 1;
    const settings: E2eSettings = {
      start: 'exec node server.mjs',
      url: 'http://127.0.0.1:{port}/',
      paths: ['/'],
      timeoutMs: 60_000,
      threshold: 0.01,
      baseline: BASELINE,
      ...change,
    };
    const commit = repository.git(['rev-parse', 'HEAD']);
    const result = await by.look({ run: 'run-1', key: `${keys}-test`, commit, settings, isolation }, never);
    assert.ok(result !== null);
    assert.equal(await opened.pool.find({ run: 'run-1', key: `e2e/${keys}-test` }), null);
    return result;
  }

  it('waits for one that is slow to start, finds nothing wrong with a good page, and keeps its pictures', async () => {
    const seen = await look({
      start: 'DELAY=1500 exec node server.mjs',
      test: 'echo "at $BASE_URL"; echo "  5 passed (1.0s)"',
    });
    assert.deepEqual(seen.findings, []);
    assert.equal(seen.status, 'passed');
    assert.deepEqual(seen.viewports, ['mobile', 'tablet', 'desktop', 'wide']);
    assert.deepEqual(seen.tests, { exitCode: 0, counts: { passed: 5, total: 5 } });
    assert.match(seen.notes.join(), /no baseline for 4 of 4 pictures/);
    assert.deepEqual(readdirSync(join(seen.folder ?? '', 'current')).sort(), [
      'index-desktop.png',
      'index-mobile.png',
      'index-tablet.png',
      'index-wide.png',
    ]);
    assert.equal(seen.isInCheckout, true);
    assert.ok(existsSync(join(repository.path, '.claude/screenshots/current/index-wide.png')));
  });

  it('names what is too wide, what fails, what pages complain of, and tests that do not pass', async () => {
    const network = { is: 'none' } as const;
    const isolation = { ...CONFINED, network, checkNetwork: network };
    const test = 'echo "  1 failed"; echo "  4 passed (2s)"; exit 1';
    const seen = await look({ paths: ['/overflow', '/errors', '/missing'], test }, { isolation });
    assert.equal(seen.status, 'failed');
    const found = seen.findings.join('\n');
    assert.match(
      found,
      /^\/overflow at mobile \(375×667\): horizontal overflow, the content is 7\d\d px wide and the window 375; .*table\.prices\.wide/m,
    );
    assert.doesNotMatch(found, /overflow at (?:tablet|desktop|wide)/);
    assert.match(found, /^\/errors in every viewport: console error: no price$/m);
    assert.match(found, /^\/errors in every viewport: failed request: GET http:\S+\/none\.js answered 404$/m);
    assert.match(found, /^\/errors in every viewport: page error: .*null/m);
    assert.match(found, /^the interactive tests did not pass \(exit 1\): 1 of 5 failed$/m);
    assert.match(seen.output, /1 failed/);
    assert.match(found, /^\/missing at mobile \(375×667\): the page answers 404$/m);
  });

  it('compares each picture with its baseline, and more than a hundredth is a regression', async () => {
    // What a user would do: take the pictures for right.
    const first = await look({ paths: ['/square'] });
    mkdirSync(join(repository.path, BASELINE), { recursive: true });
    for (const viewport of first.viewports) {
      const name = `square-${viewport}.png`;
      writeFileSync(
        join(repository.path, BASELINE, name),
        readFileSync(join(first.folder ?? '', 'current', name)),
      );
    }
    repository.commit({ 'square.html': square(111) });
    // 2321 pixels differ: 0.9 % of the smallest viewport.
    const small = await look({ paths: ['/square'] });
    assert.deepEqual(small.findings, []);
    assert.ok(small.pictures.every(({ is, share = 0 }) => is === 'alike' && share > 0));
    repository.commit({ 'square.html': square(160) });
    // 15,600 pixels: 6 % of mobile, 2 % of tablet, 1.5 % of desktop, 0.75 % of wide.
    const large = await look({ paths: ['/square'] });
    assert.equal(large.status, 'failed');
    assert.deepEqual(
      large.pictures.map(({ is }) => is),
      ['regression', 'regression', 'regression', 'alike'],
    );
    assert.match(
      large.findings[0] ?? '',
      /visual regression, 6\.2 % of the pixels.* between 20,20 and 180,180/,
    );
    assert.ok(existsSync(join(large.folder ?? '', 'diff/square-mobile.png')));
    assert.match(large.findings[0] ?? '', /see \S+\/diff\/square-mobile\.png$/);
  });

  it('holds an application against the work that ends at once, or never answers, and ends all of it', async () => {
    const ended = await look({ start: 'echo no such table; exit 3' });
    assert.equal(ended.status, 'failed');
    assert.match(ended.findings[0] ?? '', /ended with exit 3 before it answered/);
    assert.equal(ended.output, 'no such table');
    const mark = `97${process.pid}`;
    const silent = await look({
      start: `echo waiting; setsid sleep ${mark} & sleep ${mark}`,
      timeoutMs: 2000,
    });
    assert.match(silent.findings[0] ?? '', /did not answer at \S+ within \d+ s/);
    const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.doesNotMatch(left, new RegExp(`sleep ${mark}`));
  });

  it('is not run, and never passed, without a browser or without walls around one of root', async () => {
    const without = await look({}, { by: new ProjectE2e({ ...parts, browser: '/no/such/browser' }) });
    assert.equal(without.status, 'not run');
    assert.match(without.detail, /\/no\/such\/browser does not exist/);
    const bare = await look({}, { by: new ProjectE2e({ ...parts, isRoot: true }), isolation: NOT_CONFINED });
    assert.equal(bare.status, 'not run');
    assert.match(bare.detail, /root/);
  });
});
