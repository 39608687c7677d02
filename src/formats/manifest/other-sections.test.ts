import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { promptText } from '../../core/prompt-text.ts';
import { manifestFiles } from '../../testing/manifest-files.ts';
import { parseMarkdown, sectionsOf } from '../markdown.ts';
import { otherSections } from './other-sections.ts';
import { readManifest } from './read-manifest.ts';

const HEADER = '---\nid: task-001\ncomponent: users\nwave: 1\ndeps: []\nagent: experts:any\n---\n';
const SCOPE = '## Scope\n\nCREATE: src/a.ts\nBOUNDARY: src/b.ts\n';

/** What the agent of a task with this file is told to do. */
function told(file: string): string {
  const files = manifestFiles([{ id: 'task-001', wave: 1 }]);
  files.set('tasks/task-001.md', file);
  files.delete('prompts/task-001.txt');
  const { plan, findings } = readManifest({ files });
  const prompt = plan?.tasks[0]?.prompt;
  assert.ok(prompt !== undefined, JSON.stringify(findings));
  return (
    /=== IMPLEMENTATION REQUIREMENTS ===\n([\s\S]*?)\n\n===/.exec(
      promptText(prompt, plan?.context ?? []),
    )?.[1] ?? ''
  );
}

test('whatever a task file says reaches the agent, word for word', () => {
  const file = `${HEADER}
# task-001: Users

Old clients call it *accounts*.

## Background

- see __init__.py

${SCOPE}
## Requirements

- Users have a name

## Checklist

- [ ] Tests pass

## Technical notes

Use \`argon2\`:

    hash(password)

### Pitfalls

1. Time zones
`;
  assert.equal(
    told(file),
    `- Users have a name

Old clients call it *accounts*.

## Background

- see __init__.py

## Technical notes

Use \`argon2\`:

    hash(password)

### Pitfalls

1. Time zones`,
  );
});

test('a second section of one name is not lost, and headings and comments alone say nothing', () => {
  const twice = told(
    `${HEADER}\n# task-001: Users\n\n## Requirements\n\n- One\n\n## Requirements\n\n- Two\n\n${SCOPE}`,
  );
  assert.equal(twice, '- One\n\n## Requirements\n\n- Two');
  const bare = told(`${HEADER}\n# task-001: Users\n\n<!-- fill in -->\n\n## Notes\n\n${SCOPE}`);
  assert.equal(bare, 'None.');
});

test('each block of a file is in a section that is read, or in what is left', () => {
  const block = fc.constantFrom(
    '# One',
    '## Scope',
    '## Notes',
    '### More',
    '- item',
    'words',
    '<!-- no -->',
    '---',
  );
  fc.assert(
    fc.property(fc.array(block), (blocks) => {
      const text = blocks
        .map((each, at) => (each.startsWith('<') || each === '---' ? each : `${each} ${at}`))
        .join('\n\n');
      const root = parseMarkdown(text);
      const scope = sectionsOf(text, root).find(({ name }) => name.startsWith('scope'));
      const other = otherSections(text, root, scope === undefined ? [] : [scope]);
      const read = scope === undefined ? [] : scope.nodes;
      for (const node of root.children) {
        if (node.type !== 'paragraph' && node.type !== 'list') continue;
        const source = text.slice(node.position?.start.offset, node.position?.end.offset);
        assert.equal(other.includes(source), !read.includes(node), source);
      }
    }),
  );
});
