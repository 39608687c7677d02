import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { indexPlan } from '../../core/plan-index.ts';
import { type ItemText, itemText, queueFindings } from '../../testing/queue-files.ts';
import { isQueueFile, readQueue } from './read-queue.ts';

/** `number-status` → item. */
function queue(items: Readonly<Record<string, ItemText>>): Map<string, string> {
  return new Map(
    Object.entries(items).map(([name, item]) => [
      `${name}-part.md`,
      itemText(name.slice(0, 3), { status: name.slice(4), ...item }),
    ]),
  );
}

function planOf(files: ReadonlyMap<string, string>) {
  const { plan, findings } = readQueue({ files });
  assert.ok(plan, JSON.stringify(findings));
  return plan;
}

function conflicts(items: Readonly<Record<string, ItemText>>): readonly string[] {
  const pairs = indexPlan(planOf(queue(items))).conflicts;
  const both = [...pairs].flatMap(([id, others]) => [...others].map((other) => [id, other].join(' ')));
  return both.filter((pair) => pair < pair.split(' ').toReversed().join(' ')).toSorted();
}

describe('an item', () => {
  it('that says nothing is told of, unless it is done', () => {
    const files = new Map([
      ['001-completed-a.md', ''],
      ['002-pending-b.md', ' \n'],
      ['003-pending-c.md', '# Part c\n'],
    ]);
    const { findings } = readQueue({ files });
    assert.deepEqual(
      findings.map(({ rule, severity, file }) => [rule, severity, file]),
      [['item-empty', 'warning', '002-pending-b.md']],
    );
  });

  it('becomes a task with its fields and sections', () => {
    const text = `# Login form

**Status**: pending
**Priority**: high
**Assignee**: @Developer
**Blocks**: none
**BlockedBy**: none
**Files**: src/login.ts, \`src/login/\` (the parts)

## Description
A form with two fields.

- name
- password

## Success Criteria
- [ ] It has a label for \`name\`
- [x] Tests pass

## Notes
Ask Ann.
`;
    const plan = planOf(new Map([['007-pending-login-form.md', text]]));
    const [task] = plan.tasks;
    assert.ok(task);
    const { prompt, ...rest } = task;
    assert.deepEqual(rest, {
      id: '007',
      title: 'Login form',
      group: 1,
      dependsOn: [],
      scope: { create: [], modify: [{ pattern: 'src/login.ts' }, { pattern: 'src/login/' }], boundary: [] },
      skills: [],
      contracts: [],
      verifyOnly: false,
      agent: 'Developer',
      requirements: ['name', 'password'],
      criteria: ['It has a label for `name`', 'Tests pass'],
      resources: [],
      priority: 1,
    });
    assert.match(String(prompt), /^TASK-007: Login form\nAgent: Developer\nDependencies: none\n/);
    assert.match(String(prompt), /A form with two fields\.\n\n- name\n- password\n\nNotes:\nAsk Ann\./);
    assert.match(String(prompt), /=== FILES TO CREATE OR MODIFY ===\n- src\/login\.ts/);
    assert.deepEqual(plan.wishes, { schedule: 'dag' });
  });

  it('is told whole, whatever the headings are', () => {
    const text = `# Login form

**Priority**: high
**Files**: src/login.ts

Two fields and a button.

## Goal

Nobody is let in twice.

### Details

- by name

## Success Criteria
- [ ] It works

## Notes
Ask Ann.
`;
    const [task] = planOf(new Map([['001-pending-login.md', text]])).tasks;
    assert.match(
      String(task?.prompt),
      /\nTwo fields and a button\.\n\nGoal:\nNobody is let in twice\.\n\n### Details\n\n- by name\n\nNotes:\nAsk Ann\.\n\n/,
    );
  });

  it('is told whatever stands beside its fields and its headings', () => {
    const words = (text: string) => String(planOf(new Map([['001-pending-x.md', text]])).tasks[0]?.prompt);
    const ODD = ['zebra\n', 'Do:\n\n- the zebra\n', '```\nzebra\n```\n', '<b>\nzebra\n</b>\n', '> zebra\n'];
    const fields = '**Status**: pending\n**Assignee**: @Ann\n';
    const rest = '## Description\nx\n\n## Success Criteria\n- [ ] y\n';
    for (const odd of ODD)
      for (const text of [
        `# T\n\n${fields}\n${odd}\n${rest}`,
        `# T\n\n${odd}\n${fields}\n${rest}`,
        `${odd}\n# T\n\n${fields}\n${rest}`,
        `# T\n\n${fields}\n### Part\n\n${odd}\n${rest}`,
        `# T\n\n${fields}\n${rest}\n# Part\n\n${odd}`,
        `# T\n\n${fields}\n${rest}\n## Notes\na\n\n## Notes\n\n${odd}`,
        `# T\n\n${fields}\n${rest}\n## Checklist\n\n${odd}`,
      ])
        assert.match(words(text), /zebra/, text);
    assert.match(
      words(`# T\n\n${fields}zebra\n\n${rest}`),
      /=== IMPLEMENTATION REQUIREMENTS ===\nzebra\n\nx\n/,
    );
    assert.match(words(`# T\n**Files**: a.ts\n- Mind: the zebra\n\n${rest}`), /- Mind: the zebra\n\nx\n/);
    assert.match(words(`# T\n**Files**: a.ts\n- b.ts\n\n${rest}`), /MODIFY ===\n- a\.ts\n- b\.ts\n/);
    assert.match(
      words(`# T\n**Files**: a.ts\nb.ts, c.ts\n\n${rest}`),
      /MODIFY ===\n- a\.ts\n- b\.ts\n- c\.ts\n/,
    );
    assert.doesNotMatch(words(`# T\n\n${fields}\n${rest}`), /Status|Assignee/);
    assert.match(words('## Login form\n\nDo it.\n'), /^TASK-001: Login form\n[\s\S]*\nDo it\.\n/);
  });

  it('is told the notes beside its fields', () => {
    for (const field of [
      '**Status**: pending (not before zebra)',
      '**Priority**: high (zebra)',
      '**BlockedBy**: none (zebra can begin)',
      '**Blocks**: 002 (zebra)',
      '**Files**: src/a.ts (zebra only)',
      '**Files**: src/a.ts - zebra only',
      '**Files**:\n- src/a.ts (zebra)\n- src/b.ts',
    ]) {
      const text = `# T\n\n${field}\n\n## Description\nx\n`;
      const files = new Map([...queue({ '002-pending': {} }), ['001-pending-x.md', text]]);
      assert.match(String(planOf(files).tasks[0]?.prompt), /zebra/, field);
      assert.deepEqual(queueFindings(files), [], field);
    }
    const plain =
      '**Status**: Pending.\n**Priority**: 🔴 High\n**BlockedBy**: none\n**Files**: src/a.ts (new)';
    const [task] = planOf(new Map([['001-pending-x.md', `# T\n\n${plain}\n\n## Description\nx\n`]])).tasks;
    assert.equal(task?.priority, 1);
    assert.doesNotMatch(String(task?.prompt), /Pending|BlockedBy|Files\*\*/);
  });

  it('has its fields below its title, whatever stands above that, and a rule below them', () => {
    for (const [above, below] of [
      ['---\nowner: me\n---\n', '\n'],
      ['<!-- from a template -->\n', '\n'],
      ['', '---\n'],
      ['', '***\n'],
    ] as const) {
      const text = `${above}# Form\n**Status**: pending\n**Priority**: high\n**BlockedBy**: 002\n${below}\n## Description\nx\n`;
      const files = new Map([...queue({ '002-pending': {} }), ['001-pending-x.md', text]]);
      const [first] = planOf(files).tasks;
      assert.deepEqual([first?.title, first?.priority, first?.dependsOn], ['Form', 1, ['002']], text);
    }
  });

  it('is read with fields as a list, in other case, without a title and without fields', () => {
    const files = new Map([
      [
        '001-pending-one.md',
        '- **status:** Pending\n- **Blocked By:** #002\n- __Files__:\n  - a.ts\n  - b.ts\n',
      ],
      ['002-pending.md', ''],
    ]);
    const { tasks } = planOf(files);
    assert.deepEqual(
      tasks.map(({ id, title, dependsOn }) => [id, title, dependsOn]),
      [
        ['001', 'one', ['002']],
        ['002', '002', []],
      ],
    );
    assert.deepEqual(tasks[0]?.scope.modify, [{ pattern: 'a.ts' }, { pattern: 'b.ts' }]);
    assert.deepEqual(queueFindings(files), ['warning item-empty 002-pending.md:1:1 002']);
  });
});

describe('what items wait for', () => {
  it('is what they say, and what others say they block', () => {
    const { tasks, groups } = planOf(
      queue({
        '001-pending': { blocks: '002, 003' },
        '002-pending': {},
        '003-pending': { blockedBy: '002-part' },
      }),
    );
    assert.deepEqual(
      tasks.map(({ dependsOn }) => dependsOn),
      [[], ['001'], ['002', '001']],
    );
    assert.deepEqual(
      groups.map(({ tasks: ids, after }) => [ids, after]),
      [
        [['001'], []],
        [['002'], [1]],
        [['003'], [2]],
      ],
    );
  });

  it('may not be unknown, unclear or a circle, which is told with its whole path', () => {
    const files = queue({
      '001-pending': { blockedBy: '003' },
      '002-pending': { blockedBy: '001' },
      '003-pending': { blockedBy: '002, 009, soon' },
    });
    assert.deepEqual(queueFindings(files), [
      'error dependency-cycle 001-pending-part.md:7:16 001,003,002',
      'error unknown-dependency 003-pending-part.md:7:21 003',
      'error reference-unclear 003-pending-part.md:7:26 003',
    ]);
    const { plan, findings } = readQueue({ files });
    assert.equal(plan, undefined);
    assert.equal(findings[0]?.message, 'circular dependency detected: 001 → 003 → 002 → 001');
  });
});

describe('the status of items', () => {
  it('completed is done, in progress is run again, blocked is not run, nor what waits for it', () => {
    const files = queue({
      '001-completed': {},
      '002-in_progress': { blockedBy: '001' },
      '003-blocked': { notes: '- [ ] first\n- The key  is\n  missing' },
      '004-pending': { blockedBy: '003' },
      '005-pending': { blockedBy: '004' },
      '006-completed': { blockedBy: '003' },
      '007-pending': { blockedBy: '006' },
    });
    const { tasks } = planOf(files);
    assert.deepEqual(
      tasks.map(({ id, done = false, dependsOn }) => [id, done, dependsOn]),
      [
        ['001', true, []],
        ['002', false, ['001']],
        ['006', true, []],
        ['007', false, ['006']],
      ],
    );
    const { findings } = readQueue({ files });
    assert.deepEqual(
      findings.map(({ severity, rule, tasks: ids }) => [severity, rule, ids]),
      [
        ['warning', 'item-in-progress', ['002']],
        ['warning', 'item-blocked', ['003']],
        ['warning', 'item-waits-for-blocked', ['004', '003']],
        ['warning', 'item-waits-for-blocked', ['005', '004']],
      ],
    );
    assert.match(findings[1]?.message ?? '', /^003 is blocked and is not run: The key is missing$/);
  });

  it('is what the name says; a body that disagrees is told of', () => {
    const files = queue({ '001-completed': { status: 'pending' }, '002-pending': { status: 'doing' } });
    assert.deepEqual(queueFindings(files), [
      'warning status-mismatch 001-completed-part.md:3:1 001',
      'warning status-mismatch 002-pending-part.md:3:1 002',
    ]);
    assert.equal(planOf(files).tasks[0]?.done, true);
  });

  it('blocked gives the reason behind its status, where it has no notes', () => {
    const files = queue({ '001-blocked': { status: 'blocked – waits for keys' }, '002-pending': {} });
    const { findings } = readQueue({ files });
    assert.equal(findings[0]?.message, '001 is blocked and is not run: waits for keys');
  });

  it('leaves nothing to run when everything is blocked', () => {
    assert.deepEqual(queueFindings(queue({ '001-blocked': {} })), [
      'error no-tasks :1:1',
      'warning item-blocked 001-blocked-part.md:1:1 001',
    ]);
    assert.deepEqual(queueFindings(new Map()), ['error no-tasks :1:1']);
  });
});

describe('names of files', () => {
  it('have a number of their own and one of the four statuses', () => {
    const item = itemText('x');
    const files = new Map([
      ['001-pending-a.md', item],
      ['001-completed-b.md', item],
      ['002-doing-c.md', item],
      ['03-pending-d.md', item],
    ]);
    assert.deepEqual(queueFindings(files), [
      'warning status-mismatch 001-completed-b.md:3:1 001',
      'error duplicate-item 001-pending-a.md:1:1 001',
      'error item-name 002-doing-c.md:1:1',
      'error item-name 03-pending-d.md:1:1',
    ]);
  });

  it('that are nearly those of items are told, and not read', () => {
    const names = ['pending-b.md', 'A2-pending-c.md', '003 pending d.md', '004-pending-e.markdown'];
    const files = new Map(['001-pending-a.md', ...names].map((name) => [name, itemText(name)]));
    assert.deepEqual(
      queueFindings(files),
      names.toSorted().map((name) => `warning item-name ${name}:1:1`),
    );
    assert.equal(planOf(files).tasks.length, 1);
    for (const name of names) assert.ok(isQueueFile(name), name);
    for (const name of ['README.md', 'depending.md', 'done/002-completed-x.md'])
      assert.ok(!isQueueFile(name), name);
  });

  it('that are there twice are looked at all the same', () => {
    const files = new Map([
      ['001-pending-a.md', itemText('a')],
      ['001-pending-b.md', itemText('b', { priority: 'huge', blockedBy: '007, soon' })],
    ]);
    assert.deepEqual(queueFindings(files), [
      'error duplicate-item 001-pending-b.md:1:1 001',
      'warning priority-unclear 001-pending-b.md:4:1 001',
      'error unknown-dependency 001-pending-b.md:7:16 001',
      'error reference-unclear 001-pending-b.md:7:21 001',
    ]);
  });
});

describe('which items may run at once', () => {
  it('with files: those whose files do not meet, whatever their texts name', () => {
    const items = {
      '001-pending': { files: 'src/a.ts', description: 'See `src/b.ts`.' },
      '002-pending': { files: 'src/b.ts', description: 'See `src/a.ts`.' },
      '003-pending': { files: 'src/**' },
    };
    assert.deepEqual(conflicts(items), ['001 003', '002 003']);
  });

  it('without files: those that name no path which the other names', () => {
    const items = {
      '001-pending': {
        description: 'Change `src/a.ts` and/or read https://example.com/src/b.ts with Node.js.',
      },
      '002-pending': { description: 'Change src/b.ts, in Node.js and/or Go.' },
      '003-pending': { criteria: ['`src/a.ts:12` has a test'] },
      '004-pending': { notes: 'All of (src/).' },
      '005-pending': { files: 'src/b.ts' },
    };
    assert.deepEqual(conflicts(items), ['001 003', '001 004', '002 004', '002 005', '003 004', '004 005']);
    const below = (path: string): string => `# T\n**Status**: pending\n\nChange ${path}.\n\n## Notes\nx\n`;
    const files = new Map([
      ['001-pending-a.md', below('src/a.ts')],
      ['002-pending-b.md', below('src/a.ts').replace('pending\n', 'pending\nSee src/b.ts')],
      ['003-pending-c.md', below('src/b.ts')],
    ]);
    const pairs = indexPlan(planOf(files)).conflicts;
    assert.deepEqual([...(pairs.get('002') ?? [])], ['001', '003']);
    assert.ok(pairs.get('001')?.has('003') !== true);
  });
});

it('items start by the longest way behind them, then whom they unblock, then how few they wait for, then priority', () => {
  const plan = planOf(
    queue({
      '001-pending': { priority: 'low' },
      '002-pending': {},
      '003-pending': { priority: 'high' },
      '004-pending': { priority: 'low', blocks: '005' },
      '005-pending': { blockedBy: '004' },
      '006-pending': { blocks: '007, 008' },
      '007-pending': { blockedBy: '004' },
      '008-pending': {},
    }),
  );
  assert.deepEqual(indexPlan(plan).byRank, ['006', '004', '003', '002', '001', '005', '008', '007']);
  const done = queue({
    '001-completed': {},
    '002-pending': { blockedBy: '001' },
    '003-pending': { priority: 'low' },
  });
  assert.deepEqual(indexPlan(planOf(done)).byRank, ['001', '002', '003'], 'nobody waits for what is done');
});

it('an item that cannot be read is an error, and removing it helps', () => {
  const unreadable = new Map([['001-pending-a.md', 'permission denied']]);
  const { findings } = readQueue({ files: queue({ '002-pending': {} }), unreadable });
  assert.deepEqual(
    findings.map(({ severity, file, remedy }) => [severity, file, remedy]),
    [['error', '001-pending-a.md', 'Mend the file, or remove it.']],
  );
});
