/** What an item waits for, in the forms that people write. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itemText } from '../../testing/queue-files.ts';
import type { ReadPlan } from '../plan-files.ts';
import { readQueue } from './read-queue.ts';

describe('what an item waits for', () => {
  const others = ['001', '002'].map((id) => [`${id}-pending-part.md`, itemText(id)] as const);
  const read = (text: string) => readQueue({ files: new Map([...others, ['003-pending-x.md', text]]) });
  const rulesOf = ({ findings }: ReadPlan): readonly string[] => findings.map(({ rule }) => rule);
  const waitsFor = (text: string) => read(text).plan?.tasks.find(({ id }) => id === '003')?.dependsOn;

  it('is read from each form that people write, and what is said twice counts together', () => {
    for (const [text, ids] of [
      ['# T\n\n**Status**: pending | **Priority**: high | **BlockedBy**: 002\n', ['002']],
      ['# T\n\n**Depends on**: 001, 002\n', ['001', '002']],
      ['# T\n\n**Blocked_By**: 001\n', ['001']],
      ['# T\n\n**BlockedBy**: 001\n**Depends on**: 002\n', ['001', '002']],
      ['# T\n\nBlockedBy:\n- 001\n- 002\n', ['001', '002']],
      ['# T\n\n**BlockedBy**: 001,\n002\n', ['001', '002']],
      ['# T\n\n**BlockedBy**:\n001\n002\n', ['001', '002']],
      ['# T\n\n- **BlockedBy**: 001\n  - 002 (the form)\n', ['001', '002']],
      ['# T\n\n**BlockedBy**: 001\n002-part.md\n', ['001', '002']],
      ['# T\n\n**BlockedBy**: 001\n100 users wait for it.\n', ['001']],
      ['# T\n\n**Status**: pending, **BlockedBy**: 001\n', ['001']],
      ['# T\n\n**Status**: pending **BlockedBy**: 001\n', ['001']],
      ['# T\n\nStatus: pending; Blocked by: 001 · Blocks: none\n', ['001']],
      ['# T\n\n**BlockedBy**：001\n', ['001']],
      ['# T\n\n**BlockedBy**: none\n\n- do 1\n- do 2\n', []],
      ['# T\n\n- **BlockedBy**: 001\n- **Priority**: low\n- do it\n', ['001']],
      // A stroke in a text is none between fields.
      ['# T\n\n**Status**: pending | see 002\n', []],
    ] as const) {
      assert.deepEqual(waitsFor(text), ids, text);
      assert.deepEqual(rulesOf(read(text)), [], text);
    }
  });

  it('is nothing, or a list, in whatever words', () => {
    for (const none of [
      'None - can start now',
      'None yet',
      'nothing at the moment',
      'No dependencies',
      '[]',
    ]) {
      assert.deepEqual(rulesOf(read(`# T\n\n**BlockedBy**: ${none}\n`)), [], none);
      assert.deepEqual(waitsFor(`# T\n\n**BlockedBy**: ${none}\n`), [], none);
    }
    for (const list of ['[001, 002]', '001、002', '001 + 002', '[001](001-pending-part.md), 002'])
      assert.deepEqual(waitsFor(`# T\n\n**BlockedBy**: ${list}\n`), ['001', '002'], list);
  });

  it('is not nothing with words that something is waited for', () => {
    for (const some of ['Nothing except the login', 'Start immediately after the login', '— see the login'])
      assert.deepEqual(rulesOf(read(`# T\n\n**BlockedBy**: ${some}\n`)), ['reference-unclear'], some);
  });

  it('is told once where it is no reference', () => {
    const { findings } = read('# T\n\n**BlockedBy**: 001, all of the others, 002\n');
    assert.deepEqual(
      findings.map(({ message }) => message),
      ['"all of the others" is no reference to an item'],
    );
  });

  it('is told where a sentence says it', () => {
    const told = (words: string): readonly string[] => rulesOf(read(`# T\n\n${words}\n`));
    for (const words of [
      'This needs 001 to be done.',
      'Do it after item 002.',
      'Not before `002-pending-part` is there',
    ])
      assert.deepEqual(told(words), ['order-unread'], words);
    for (const words of ['It needs 100 MB.', 'See 001.', 'Wait for it after 0.001 s', 'after 1001 runs'])
      assert.deepEqual(told(words), [], words);
  });

  it('is told where it is said in words that are no field', () => {
    for (const said of [
      '**Dependencies**: 001',
      '**Requires**: item 001',
      '- Waits for: #001',
      '**BlockedBy** 001',
      '🔒 **BlockedBy**: 001',
      '**Blocked by (hard)**: 001',
      'BlockedBy = 001',
      '## Dependencies\n\n- 001',
      '## Description\nDepends on 001.',
      '**Unblocks**: 001',
    ]) {
      const found = read(`# T\n\n${said}\n`);
      assert.deepEqual(rulesOf(found), ['order-unread'], said);
      assert.deepEqual(found.findings[0]?.tasks, ['003'], said);
    }
    for (const said of [
      '**BlockedBy**: 001\n\nDepends on 001.',
      '**Requires**: Node 22',
      'Requires 003',
      'Blocks 500 users',
      'After 001st of May',
    ])
      assert.deepEqual(rulesOf(read(`# T\n\n${said}\n`)), [], said);
  });

  it('goes on behind `and` in the next line, and may have parentheses around it', () => {
    for (const says of ['001\nand 002', '(001, 002)'])
      assert.deepEqual(waitsFor(`# T\n\n**BlockedBy**: ${says}\n`), ['001', '002'], says);
  });

  it('may stand behind another field of its line', () => {
    for (const line of ['**Status**: pending **BlockedBy**: 001', 'Status: pending BlockedBy: 001, 002'])
      assert.equal(waitsFor(`# T\n\n${line}\n`)?.[0], '001', line);
    assert.deepEqual(rulesOf(read('# T\n\nTitle: Fix Blocks: header\n')), []);
  });

  it('is told where any other label has the number of an item', () => {
    for (const said of ['**Deps**: 001', '- Upstream: #001', 'Start after: 001, 002'])
      assert.deepEqual(rulesOf(read(`# T\n\n${said}\n`)), ['order-unread'], said);
    for (const said of ['**Ticket**: 100', 'Port: 0010', '**Deps**: 001\n**BlockedBy**: 001'])
      assert.deepEqual(rulesOf(read(`# T\n\n${said}\n`)), [], said);
  });

  it('is no range of numbers', () => {
    const found = read('# T\n\n**BlockedBy**: 001-002\n');
    assert.deepEqual(rulesOf(found), ['reference-unclear']);
  });

  it('is told where it is written and not read', () => {
    for (const [text, line] of [
      ['# T\n\n## Status\n**BlockedBy**: 002\n', 4],
      ['---\nblocked_by: [002]\n---\n# T\n', 2],
      ['---\nowner: me\nblockedBy:\n  - 2\n---\n# T\n', 3],
      ['---\nassignee: ann\ndescription: all of it\n---\n# T\n', 2],
      ['# T\n\n## Facts\n\n| Field | Value |\n| --- | --- |\n| BlockedBy | 002 |\n', 7],
      ['# T\n\n## Description\n> Depends on: 001\n', 4],
      ['# T\n\n| Field | Value |\n| --- | --- |\n| BlockedBy | 002 |\n', 5],
      ['# T\n\n| Status | BlockedBy |\n| --- | --- |\n| pending | 002 |\n', 3],
      ['# T\n\n> **BlockedBy**: 002\n\n## Description\nx\n', 3],
      ['# T\n\n## Blocked By\n\n- 002\n', 3],
      ['# T\n\n### BlockedBy: 002\n', 3],
    ] as const) {
      const found = read(text);
      assert.deepEqual(rulesOf(found), ['field-misplaced'], text);
      assert.equal(found.findings[0]?.line, line, text);
    }
    for (const text of [
      '# T\n\n## Description\nBlocks: header and footer\n',
      '# T\n\n## D\n```\nBlocks: 001\n```\n',
      '# T\n\n## Blocks\n\nEach is 100 wide.\n',
      '# T\n\n**BlockedBy**: 002\n\n## Description\nx\n',
    ])
      assert.deepEqual(rulesOf(read(text)), [], text);
  });
});
