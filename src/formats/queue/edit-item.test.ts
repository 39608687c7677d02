import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hostileText } from '../../testing/hostile-text.ts';
import { itemText } from '../../testing/queue-files.ts';
import { withNote, withStatus } from './edit-item.ts';
import { ITEM_STATUSES } from './item-name.ts';
import { readQueue } from './read-queue.ts';

describe('withStatus', () => {
  it('changes the word of the status line and nothing else', () => {
    for (const [before, after] of [
      ['# T\n\n**Status**: pending\n', '# T\n\n**Status**: completed\n'],
      [
        '# T\r\n- **Status:** In Progress (see below)\r\nmore',
        '# T\r\n- **Status:** completed (see below)\r\nmore',
      ],
      ['Status: `pending`', 'Status: `completed`'],
      ['**Status**:\n\ntext', '**Status**: completed\n\ntext'],
      ['# T\n\n**Status**: doing', '# T\n\n**Status**: completed'],
      // What stands elsewhere is no status line.
      ['# T\n\n## Notes\n\n**Status**: pending\n', '# T\n\n## Notes\n\n**Status**: pending\n'],
      // A byte order mark is no part of the text.
      ['\ufeff# T\n\n**Status**: pending\n', '\ufeff# T\n\n**Status**: completed\n'],
      [
        '**Status**: pending | **Priority**: high | **BlockedBy**: 002',
        '**Status**: completed | **Priority**: high | **BlockedBy**: 002',
      ],
      ['**Status**: pending, **BlockedBy**: 002', '**Status**: completed, **BlockedBy**: 002'],
      [
        '---\nowner: me\n---\n# T\n**Status**: pending\n---\n',
        '---\nowner: me\n---\n# T\n**Status**: completed\n---\n',
      ],
      ['', ''],
    ] as const)
      assert.equal(withStatus(before, 'completed'), after);
  });

  it('of any text leaves all but one line as it was, and once is enough', () => {
    const line = fc.constantFrom(
      '**Status**: pending',
      '- __Status__: blocked by 3',
      '# T',
      '',
      '## Notes',
      '```',
      '> x',
    );
    const text = fc.array(fc.oneof(line, hostileText), { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, fc.constantFrom(...ITEM_STATUSES), (before, status) => {
        const after = withStatus(before, status);
        const [old, now] = [before.split('\n'), after.split('\n')];
        assert.equal(now.length, old.length);
        assert.ok(old.filter((each, index) => each !== now[index]).length <= 1);
        assert.equal(withStatus(after, status), after);
      }),
    );
  });
});

describe('withNote', () => {
  it('adds one item to the notes, in the line ends of the file', () => {
    for (const [before, after] of [
      ['# T\n\n## Notes\n- one\n', '# T\n\n## Notes\n- one\n- new\n'],
      ['# T\n\n## Notes\nAsk Ann.\n\n## More\nx\n', '# T\n\n## Notes\nAsk Ann.\n\n- new\n\n## More\nx\n'],
      ['# T\n\n## Notes\n\n## More\n', '# T\n\n## Notes\n- new\n\n## More\n'],
      ['\ufeff# T\n\n## Notes\n- one\n', '\ufeff# T\n\n## Notes\n- one\n- new\n'],
      ['# T\r\n', '# T\r\n\r\n## Notes\r\n- new\r\n'],
      ['# T', '# T\n\n## Notes\n- new\n'],
      ['', '## Notes\n- new\n'],
    ] as const) {
      assert.equal(withNote(before, 'new'), after);
      assert.equal(withNote(after, 'new'), after);
    }
  });

  it('loses nothing of any text, and what is added is read back as the reason', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (description, notes) => {
        const before = itemText('x', { description: `a ${description}`, notes });
        const after = withNote(before, 'the reason');
        const at = after.lastIndexOf('- the reason');
        assert.ok(at >= 0);
        const [head, tail] = [
          after.slice(0, at).trimEnd(),
          after.slice(at + '- the reason'.length).trimStart(),
        ];
        assert.ok(before.startsWith(head) || head.endsWith('## Notes'));
        assert.ok(before.trimEnd().endsWith(tail.trimEnd()));
      }),
    );
    const text = withNote(itemText('x', { status: 'blocked', notes: 'Ask.' }), 'the reason');
    const { findings } = readQueue({ files: new Map([['001-blocked-x.md', text]]) });
    assert.match(
      findings.map(({ message }) => message).join('\n'),
      /001 is blocked and is not run: the reason$/m,
    );
  });
});
