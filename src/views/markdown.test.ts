import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { printable, printableLine } from '../core/printable.ts';
import { hostileText } from '../testing/hostile-text.ts';
import { mdBlock, mdCode, mdText } from './markdown.ts';

function kinds(node: Nodes): string[] {
  return [node.type, ...('children' in node ? node.children.flatMap(kinds) : [])];
}

// Character references that a reader would put in are text here.
function readBack(markdown: string): { readonly kinds: readonly string[]; readonly text: string } {
  const root = fromMarkdown(markdown);
  return { kinds: kinds(root), text: textOf(root) };
}

test('plain text stays as it is', () => {
  assert.equal(mdText('Create User model (v2.0), 50% done!'), 'Create User model (v2.0), 50% done!');
});

test('markup shows as the characters it is made of', () => {
  assert.equal(mdText('**a** `b` [c](d) <e> | f_g'), '\\*\\*a\\*\\* \\`b\\` \\[c\\](d) \\<e\\> \\| f\\_g');
  assert.equal(mdText('- a'), '\\- a');
  assert.equal(mdText('1. a'), '1\\. a');
});

test('any text is nothing but text, alone, in a list item and in a heading', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = printableLine(text);
      fc.pre(shown !== '');
      assert.deepEqual(readBack(mdText(text)), { kinds: ['root', 'paragraph', 'text'], text: shown });
      assert.deepEqual(readBack(`- **Agent**: ${mdText(text)}`).kinds.slice(0, 7), [
        'root',
        'list',
        'listItem',
        'paragraph',
        'strong',
        'text',
        'text',
      ]);
      assert.deepEqual(readBack(`# T: ${mdText(text)}`), {
        kinds: ['root', 'heading', 'text'],
        text: `T: ${shown}`,
      });
    }),
    { numRuns: 200 },
  );
});

test('any text fits into a code span and into a block', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const line = printableLine(text);
      fc.pre(line !== '');
      assert.deepEqual(readBack(mdCode(text)), { kinds: ['root', 'paragraph', 'inlineCode'], text: line });
      const block = readBack(mdBlock(text).join('\n'));
      assert.deepEqual(block, { kinds: ['root', 'code'], text: printable(text).replace(/\n+$/, '') });
    }),
  );
});

test('an empty code span is left out', () => {
  assert.equal(mdCode(' \u0007'), '');
});
