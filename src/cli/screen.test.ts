import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Screen } from './screen.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const SHOW_CURSOR = '\u001b[?25h';
const WRAP = '\u001b[?7h';

class PaperTerminal extends Writable {
  columns = 80;
  rows = 24;
  output = '';
  isGone = false;

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error) => void): void {
    if (this.isGone) return done(Object.assign(new Error('write EIO'), { code: 'EIO', errno: -5 }));
    this.output += chunk;
    done();
  }

  /** What was written since the last look. */
  news(): string {
    const news = this.output;
    this.output = '';
    return news;
  }
}

function open(render: (size: { width: number; height: number }) => readonly string[]) {
  const stream = new PaperTerminal();
  const exits = new Set<() => void>();
  const atExit = (handler: () => void) => {
    exits.add(handler);
    return () => exits.delete(handler);
  };
  return { stream, exits, screen: new Screen({ stream, render, atExit }) };
}

test('the terminal is given back as it was, once, when the screen is left', () => {
  const { stream, exits, screen } = open(() => ['a line']);
  assert.ok(stream.news().startsWith(ENTER));
  screen.leave();
  const left = stream.news();
  for (const part of [WRAP, SHOW_CURSOR, LEAVE]) assert.ok(left.includes(part));
  screen.leave();
  screen.changed();
  assert.equal(stream.news(), '');
  assert.equal(exits.size, 0);
  assert.equal(stream.listenerCount('resize'), 0);
});

test('the terminal is given back when the process ends in another way', () => {
  const { stream, exits } = open(() => ['a line']);
  for (const exit of exits) exit();
  assert.ok(stream.output.endsWith(LEAVE));
});

test('only what has changed is drawn, and all of it at a new size', () => {
  let lines = ['title', 'one', 'two'];
  const { stream, screen } = open(({ width }) => [`${lines[0]} ${width}`, ...lines.slice(1)]);
  assert.match(stream.news(), /title 80[\s\S]*one[\s\S]*two/);
  lines = ['title', 'one', 'three'];
  stream.emit('resize');
  const change = stream.news();
  assert.match(change, /^\u001b\[\?2026h\u001b\[3;1H\u001b\[2Kthree\u001b\[\?2026l$/);
  lines = ['title', 'one'];
  stream.emit('resize');
  assert.match(stream.news(), /^\u001b\[\?2026h\u001b\[3;1H\u001b\[2K\u001b\[\?2026l$/);
  stream.emit('resize');
  assert.equal(stream.news(), '', 'nothing has changed');
  stream.columns = 40;
  stream.emit('resize');
  assert.match(stream.news(), /\u001b\[2J[\s\S]*title 40[\s\S]*one/);
  screen.leave();
});

test('a terminal that is gone ends the drawing and nothing else', async () => {
  let drawings = 0;
  const { stream, screen } = open(() => {
    drawings += 1;
    return [`drawing ${drawings}`];
  });
  stream.isGone = true;
  stream.emit('resize');
  await new Promise((resolve) => setImmediate(resolve));
  const before = drawings;
  stream.emit('resize');
  screen.changed();
  screen.leave();
  assert.equal(drawings, before);
});

test('a mistake in drawing gives the terminal back and is not hidden', () => {
  let isBroken = false;
  const { stream, exits } = open(() => {
    if (isBroken) throw new TypeError('bug');
    return ['fine'];
  });
  isBroken = true;
  assert.throws(() => stream.emit('resize'), TypeError);
  for (const exit of exits) exit();
  assert.ok(stream.output.endsWith(LEAVE));
});
