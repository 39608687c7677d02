import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ScopeEntry } from '../../core/plan.ts';
import { promptText } from '../../core/prompt-text.ts';
import { findings as found, manifestFiles, messages, taskText } from '../../testing/manifest-files.ts';
import { readManifest } from './read-manifest.ts';

function filesWith(scope: string): Map<string, string> {
  const files = manifestFiles([{ id: 'task-001', wave: 1, scope }]);
  files.delete('prompts/task-001.txt');
  return files;
}

/** Findings of the scope of a plan that has no other faults; the scope begins in line 10. */
function told(scope: string): readonly string[] {
  return found(filesWith(scope)).map((line) =>
    line.replace('tasks/task-001.md:', '').replace(' task-001', ''),
  );
}

function read(scope: string) {
  const { plan, findings } = readManifest({ files: filesWith(scope) });
  const [task] = plan?.tasks ?? [];
  assert.ok(task !== undefined, JSON.stringify(findings));
  const patterns = (entries: readonly ScopeEntry[]) => entries.map(({ pattern }) => pattern).join(' ');
  const { create, modify, boundary } = task.scope;
  return {
    is: [patterns(create), patterns(modify), patterns(boundary)],
    prompt: promptText(task.prompt, []),
    verifyOnly: task.verifyOnly,
  };
}

const B = '\nBOUNDARY: other/*';

describe('what stands before a colon and is no key of a scope', () => {
  for (const [scope, place] of [
    [`CREATE: a.py\nDELETE: old.py${B}`, '11:1'],
    [`CREATE: a.py\nDelete: old.py${B}`, '11:1'],
    [`CREATE: a.py\n**REMOVE**: \`old.py\`, src/b.py${B}`, '11:1'],
    [`CREATE: a.py\n\nTESTS:\n- tests/a.py\n- tests/b.py${B}`, '12:1'],
    [`CREATE:\n- a.py\n- views: src/views.py\n${B}`, '12:3'],
    [`CREATE: a.py\n\n### Others own\n- src/b.py\n${B}`, '12:1'],
    [`CREATE: a.py\nLeave these alone:\n- src/b.py\n${B}`, '11:1'],
    [`CREATES: a.py${B}`, '10:1'],
    [`CREATE: a.py\nCREATE/MODIFY: src/b.py${B}`, '11:1'],
    [`CREATE a.py\nMODIFY: b.py${B}`, '10:1'],
    [`CREATE: a.py\nMODIFY src/b.py${B}`, '11:1'],
  ] as const) {
    it(`is an error where paths stand behind it: ${JSON.stringify(scope)}`, () =>
      assert.deepEqual(told(scope), [`error scope-key-unknown ${place}`]));
  }

  it('is said by its name, once for all of its paths', () => {
    const files = filesWith(`CREATE: a.py\nDELETE:\n- old.py\n- older.py${B}`);
    assert.deepEqual(messages(files), ['"DELETE" is no key of a scope, and paths stand behind it']);
    assert.deepEqual(messages(filesWith(`CREATE a.py${B}`)), ['there is no colon behind "CREATE"']);
  });

  it('is told of where words stand behind it, and ends the list', () => {
    const scope = `CREATE:\n- a.py\n- OWNER: the core team\n- b.py${B}`;
    assert.deepEqual(told(scope), ['warning scope-key-unknown 12:3']);
    assert.deepEqual(read(scope).is, ['a.py', '', 'other/*']);
    assert.match(read(scope).prompt, /- OWNER: the core team/);
  });

  it('is for the agent alone where it is a remark', () => {
    const scope = `CREATE:\n- a.py\n- Note: begin with this one\n- b.py${B}\nREAD: docs/api.md\n\n### Out of scope\n\n- the page of admins`;
    assert.deepEqual(told(scope), []);
    assert.deepEqual(read(scope).is, ['a.py b.py', '', 'other/*']);
    assert.match(
      read(scope).prompt,
      /Note: begin with this one[\s\S]*READ: docs\/api\.md[\s\S]*the page of admins/,
    );
  });

  it('may be a file with a note', () => {
    const scope = `CREATE:\n- Makefile: targets for it\n- src/: its folder\n- \`LICENSE\`: MIT\n- __init__.py: empty${B}`;
    assert.deepEqual(told(scope), []);
    assert.deepEqual(read(scope).is, ['Makefile src/ LICENSE __init__.py', '', 'other/*']);
  });
});

describe('a path in a scope', () => {
  it('behind no key is told of', () => {
    assert.deepEqual(told(`- src/a.py\n\nMODIFY: b.py${B}`), ['warning scope-text 10:3']);
  });

  it('is no word for all, and no exception', () => {
    assert.deepEqual(told('CREATE: a.py\nBOUNDARY: all'), [
      'warning boundary-missing 9:1',
      'warning scope-text 11:11',
    ]);
    assert.deepEqual(told('CREATE: a.py\nBOUNDARY: !a.py'), ['error path-invalid 11:11']);
  });

  it('is read out of a line in backticks, and with several keys in a line', () => {
    assert.deepEqual(read('`CREATE: a.py, b.py`\n`BOUNDARY: c.py`').is, ['a.py b.py', '', 'c.py']);
    const line = 'CREATE: a.py, b.py; MODIFY: c.py BOUNDARY: d/*';
    assert.deepEqual(told(line), []);
    assert.deepEqual(read(line).is, ['a.py b.py', 'c.py', 'd/*']);
  });
});

describe('a list within a list', () => {
  it('names what lies in the folder above', () => {
    const scope = `CREATE:
- src/users/
  - models.py
  - api/
    - views.py, \`urls.py\`
    - src/users/api/forms.py
- docs/
- top.py
- **MODIFY**:
  - app/
    - main.py::run
${B}`;
    assert.deepEqual(told(scope), []);
    assert.deepEqual(read(scope).is, [
      'src/users/models.py src/users/api/views.py src/users/api/urls.py src/users/api/forms.py docs/ top.py',
      'app/main.py',
      'other/*',
    ]);
  });

  it('is for the agent below a file, unless paths stand there', () => {
    const scope = `CREATE:\n- a.py\n  - Users\n  - b/c.py\n- d.py${B}`;
    assert.deepEqual(told(scope), ['warning scope-text 12:5']);
    assert.deepEqual(read(scope).is, ['a.py b/c.py d.py', '', 'other/*']);
    assert.match(read(scope).prompt, /- a\.py\n {2}- Users/);
  });
});

describe('a scope in depth', () => {
  const nested = (depth: number): string =>
    Array.from({ length: depth }, (_, at) => `${'  '.repeat(at)}- d${at}/\n`).join('');

  it('is read however deep its lists are', () => {
    for (const depth of [8, 9, 12, 250]) {
      const scope = `CREATE:\n${nested(depth)}${'  '.repeat(depth)}- A.java\n${B}`;
      assert.deepEqual(told(scope), [], String(depth));
      const folders = Array.from({ length: depth }, (_, at) => `d${at}/`).join('');
      // A longer path is none.
      if (depth < 100) assert.deepEqual(read(scope).is, [`${folders}A.java`, '', 'other/*']);
    }
  });

  it('is a tree in a block of code as well', () => {
    for (const [before, behind] of [
      ['```yaml\nCREATE:\n', '```'],
      ['~~~\nCREATE:\n', '~~~'],
      ['CREATE:\n\n', ''],
    ] as const) {
      const indent = before.startsWith('CREATE') ? '    ' : '';
      const list = ['- src/', '  - models.py', '  - api/', '      - views.py', '- top.py']
        .map((line) => `${indent}${line}\n`)
        .join('');
      const scope = `${before}${list}${behind}\n${B}`;
      assert.deepEqual(told(scope), [], scope);
      assert.deepEqual(read(scope).is, ['src/models.py src/api/views.py top.py', '', 'other/*'], scope);
    }
  });
});

describe('HTML in a scope', () => {
  it('is told of where a key stands in it, and no reason to think that nothing is changed', () => {
    const scope = 'CREATE: (none)\n\n<details>\n\nMODIFY: b.py\n\n</details>\nBOUNDARY: other/*';
    assert.deepEqual(told(scope), ['warning boundary-missing 9:1', 'warning scope-text 17:1']);
    const closed = `CREATE: []\n\n<div>\n- MODIFY: b.py\n</div>\n${B}`;
    assert.deepEqual(told(closed), ['warning scope-missing 9:1', 'warning scope-text 13:1']);
    assert.equal(read(closed).verifyOnly, false);
    assert.match(read(closed).prompt, /<div>\n- MODIFY: b\.py/);
    assert.deepEqual(told(`CREATE: a.py\n<!-- MODIFY: b.py -->\n\n<b>first</b>\n${B}`), []);
  });
});

describe('several sections of one name', () => {
  it('are one scope', () => {
    const scope = `CREATE: a.py${B}\n\n## Requirements\n- Do it\n\n## Scope\n\nMODIFY: zz.py`;
    assert.deepEqual(told(scope), []);
    assert.deepEqual(read(scope).is, ['a.py', 'zz.py', 'other/*']);
    assert.doesNotMatch(read(scope).prompt, /MODIFY: zz/);
  });

  it('are one list of criteria', () => {
    const text = `${taskText({ id: 'task-001', wave: 1 })}\n## Acceptance Criteria\n\n- It is fast\n`;
    const { plan } = readManifest({ files: filesWith('').set('tasks/task-001.md', text) });
    assert.deepEqual(plan?.tasks[0]?.criteria, ['task-001 works', 'It is fast']);
    assert.match(
      promptText(plan?.tasks[0]?.prompt ?? '', []),
      /=== ACCEPTANCE CRITERIA ===\n- \[ \] task-001 works\n\n- It is fast\n/,
    );
  });
});

describe('what a scope says beside paths', () => {
  it('reaches the agent, word for word', () => {
    const scope = `Keep the migration order alone.\n\nCREATE: a.py\nBOUNDARY: b.py (owned by task-002)`;
    assert.deepEqual(told(scope), []);
    assert.ok(read(scope).prompt.includes(`\n## Scope, as the task file has it\n\n${scope}\n`));
  });

  it('is nothing where there are paths alone', () => {
    for (const scope of [
      `CREATE: a.py${B}`,
      `**CREATE** (new):\n- \`a.py\`\n<!-- why -->\n**BOUNDARY** (Do NOT modify):\n- b.py`,
      'CREATE: (none)\nMODIFY: []\nBOUNDARY: b.py (do not modify)',
    ])
      assert.doesNotMatch(read(scope).prompt, /as the task file has it/, scope);
  });

  it('and every word else is in the scope, in the prompt, or told of', () => {
    const word = fc.stringMatching(/^[a-z]{4,8}$/).map((text) => `w${text}`);
    const line = fc.oneof(
      fc.tuple(
        fc.constantFrom(
          'CREATE: ',
          'MODIFY: ',
          'BOUNDARY: ',
          'DELETE: ',
          'NOTE: ',
          'Own words: ',
          '- ',
          '* `',
          '',
        ),
        fc.array(
          fc.tuple(
            word,
            fc.constantFrom('.py', '/*', ' ', ', ', ' (', ')', ': ', ' - ', '`', '; ', '.', '!'),
          ),
          { minLength: 1, maxLength: 4 },
        ),
      ),
      fc.tuple(
        fc.constantFrom('### '),
        fc.array(fc.tuple(word, fc.constant(' ')), { minLength: 1, maxLength: 2 }),
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const scope = lines.map(([start, parts]) => `${start}${parts.flat().join('')}`).join('\n');
        const { plan, findings } = readManifest({ files: filesWith(scope) });
        if (plan === undefined) {
          assert.ok(findings.some(({ severity }) => severity === 'error'));
          return;
        }
        const prompt = promptText(plan.tasks[0]?.prompt ?? '', []);
        for (const [each] of scope.matchAll(/w[a-z]{4,8}/g))
          assert.ok(prompt.includes(each), `${each} of ${scope}`);
      }),
      { numRuns: 1000 },
    );
  });
});
