import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readObject } from './json-line.ts';
import { contentText, inputText, resultEvent, stepText, toolEvent } from './tool-step.ts';

describe('a call of a tool', () => {
  it('is told by what it is about, the more telling first', () => {
    assert.equal(inputText({ path: 'src', pattern: 'TODO', timeout: 5 }), 'src');
    assert.equal(inputText({ description: 'd', command: 'npm test' }), 'npm test');
    assert.equal(inputText({ command: '', url: 'https://example.org' }), 'https://example.org');
    assert.equal(inputText({ todos: [1] }), '{"todos":[1]}');
    assert.equal(inputText({}), undefined);
    assert.equal(inputText(null), undefined);
  });

  it('reads as its tool, with its own words for it before those of the call', () => {
    const step = (input: object) => {
      const event = toolEvent('Bash', readObject(JSON.stringify(input)));
      assert.ok(event.type === 'tool');
      return stepText(event);
    };
    assert.equal(step({ command: 'npm test', description: 'run the tests' }), 'Bash: run the tests');
    assert.equal(step({ command: 'npm test', description: '' }), 'Bash: npm test');
    assert.equal(step({}), 'Bash');
  });

  it('never takes more than its beginning along, whatever is called or given back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json({ maxDepth: 3 })), fc.string(), (input, text) => {
        const long = { ...input, command: `${text}${'x'.repeat(5000)}` };
        assert.ok((inputText(long)?.length ?? 0) <= 1000);
        const event = resultEvent(true, long.command);
        assert.ok(event.type === 'result' && event.text.length === 1000);
      }),
    );
  });

  it('gives back a text, or the texts among its blocks', () => {
    assert.equal(contentText({ content: 'one' }, 'content'), 'one');
    const blocks = [{ text: 'one' }, { type: 'image' }, { text: '' }, 7, { text: 'two' }];
    assert.equal(contentText({ content: blocks }, 'content'), 'one\ntwo');
    assert.equal(contentText({ content: 7 }, 'content'), '');
  });
});
