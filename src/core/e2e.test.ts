import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asksForE2e, isUiFile, VIEWPORTS } from './e2e.ts';

describe('a look in a browser is asked for', () => {
  it('by work on the front end, whatever it changes, and by no work on the back end', () => {
    assert.equal(asksForE2e({ workType: 'FRONTEND' }, []), true);
    assert.equal(asksForE2e({ workType: 'BACKEND' }, ['src/App.tsx']), false);
  });

  it('by any other work that changes what is seen', () => {
    assert.equal(asksForE2e({}, ['src/api/users.ts', 'src/App.vue']), true);
    assert.equal(asksForE2e({ workType: 'FULLSTACK' }, ['src/site.scss']), true);
    assert.equal(asksForE2e({ workType: 'FULLSTACK' }, ['src/api/users.ts', 'README.md']), false);
    assert.equal(asksForE2e({}, []), false);
  });

  it('which are components, styles, pages and templates, and not their tests', () => {
    for (const path of [
      'a.tsx',
      'a/B.jsx',
      'a.svelte',
      'a.css',
      'a.less',
      'index.html',
      'app/templates/mail.txt',
    ])
      assert.equal(isUiFile(path), true, path);
    for (const path of [
      'a.ts',
      'App.test.tsx',
      'src/__tests__/App.tsx',
      'tests/page.html',
      'a.css.map',
      'tsx',
    ])
      assert.equal(isUiFile(path), false, path);
  });
});

it('is done in the windows that people know', () => {
  assert.deepEqual(
    VIEWPORTS.map(({ name, width, height }) => `${name} ${width}×${height}`),
    ['mobile 375×667', 'tablet 768×1024', 'desktop 1280×800', 'wide 1920×1080'],
  );
});
