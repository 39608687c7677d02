import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { folderPath, pagePaths, percent, urlTemplate } from './e2e-kinds.ts';
import { resolveSettings } from './resolve.ts';

const NOTHING = { flags: {}, env: {}, planWishes: {} } as const;

function e2eOf(env: Readonly<Record<string, string>>) {
  const resolved = resolveSettings({ ...NOTHING, env });
  assert.ok(resolved.ok);
  return resolved.value.settings.e2e;
}

describe('the settings of the look by a browser', () => {
  it('are none without a command that starts the application', () => {
    assert.equal(e2eOf({ COX_E2E_TEST: 'npm run e2e' }), undefined);
    assert.deepEqual(e2eOf({ COX_E2E_START: 'npm start' }), {
      start: 'npm start',
      url: 'http://127.0.0.1:{port}/',
      paths: ['/'],
      timeoutMs: 600_000,
      threshold: 0.01,
      baseline: '.claude/screenshots/baseline',
    });
  });

  it('have paths of pages, and none that leads to another host', () => {
    assert.deepEqual(pagePaths().parse('/, /about?x=1, /about?x=1'), ['/', '/about?x=1']);
    for (const bad of ['', 'about', '//evil.example/', '/\\evil.example', '/a b', []])
      assert.equal(pagePaths().safeParse(bad).success, false, String(bad));
  });

  it('have a URL with a place for the port', () => {
    assert.equal(urlTemplate().parse('http://localhost:{port}/app/'), 'http://localhost:{port}/app/');
    for (const bad of ['localhost', 'file:///etc/', 'http://', 7])
      assert.equal(urlTemplate().safeParse(bad).success, false, String(bad));
  });

  it('have a share in percent', () => {
    assert.deepEqual(
      ['1%', 0.5, '100'].map((value) => percent().parse(value)),
      [0.01, 0.005, 1],
    );
    for (const bad of ['101%', '-1', 'some', true]) assert.equal(percent().safeParse(bad).success, false);
  });

  it('have a folder inside the repository', () => {
    assert.equal(folderPath().parse('./shots/'), 'shots');
    for (const bad of ['..', '/etc', 'a/../..', '', '.git/x', 'a//b'])
      assert.equal(folderPath().safeParse(bad).success, false, bad);
  });
});
