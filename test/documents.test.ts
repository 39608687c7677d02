/** What the documents name is there: files, sections, commands, flags, environment variables, decisions. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CliWorld } from '../src/testing/cli-world.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ADRS = 'docs/adr';
const DOCUMENTS = [...inFolder('.'), ...inFolder('docs'), ...inFolder(ADRS), 'bench/README.md'];
const TEXTS = new Map(DOCUMENTS.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));

function inFolder(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** As GitHub makes them of headings. */
function anchors(text: string): ReadonlySet<string> {
  const headings = prose(text).matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('links', () => {
  for (const [path, text] of TEXTS) {
    it(`of ${path} lead somewhere`, () => {
      const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      for (const link of links.filter((each) => !/^[a-z]+:/.test(each))) {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : join(dirname(path), file);
        assert.ok(existsSync(join(ROOT, target)), `${link} is not there`);
        if (anchor === undefined) continue;
        assert.ok(anchors(TEXTS.get(target) ?? '').has(anchor), `${link} has no such section`);
      }
    });
  }
});

/** A file is named in full, below src/, or behind another of its folder. */
function missingFiles(line: string): string[] {
  const missing: string[] = [];
  let folder = '.';
  for (const [, named = ''] of line.matchAll(/`([\w.{}*/-]+(?:\/|\.(?:ts|sh|cjs|md|json)))`/g)) {
    if (/[{}*]/.test(named)) continue;
    const places = [named, join('src', named), join(folder, named)];
    const found = places.find((place) => existsSync(join(ROOT, place)));
    if (found === undefined) missing.push(named);
    else if (dirname(named) !== '.') folder = found.endsWith('/') ? found : dirname(found);
  }
  return missing;
}

const FOLDERS = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).flatMap((each) =>
  each.isDirectory() ? [each.name] : [],
);

describe('the architecture', () => {
  const text = TEXTS.get('ARCHITECTURE.md') ?? '';

  it('names files and folders that are there', () => {
    assert.deepEqual(text.split('\n').flatMap(missingFiles), []);
    assert.deepEqual(missingFiles('`src/core/fold.ts`, `graph.ts`, `nothing.ts`'), ['nothing.ts']);
  });

  it('says of each intent why it may be performed again', () => {
    const code = readFileSync(join(ROOT, 'src/core/intent-key.ts'), 'utf8');
    const intents = [...code.matchAll(/case '([a-z.]+)':/g)].map(([, intent = '']) => intent);
    assert.ok(intents.length > 10);
    assert.deepEqual(
      intents.filter((intent) => !text.includes(`\`${intent}\``)),
      [],
    );
  });

  it('says of each folder of src what it holds', () => {
    for (const name of FOLDERS) assert.ok(text.includes(`| \`src/${name}/\` |`), name);
  });

  it('says of each folder of src who it may import,', () => {
    const table = text.slice(text.indexOf('## Who may import whom'));
    const rows = table.split('\n').map((line) => line.split('|')[1]?.trim().split(', ') ?? []);
    assert.deepEqual(
      FOLDERS.filter((name) => !rows.flat().includes(name)),
      [],
    );
  });
});

describe('the list of decisions', () => {
  const list = TEXTS.get(join(ADRS, 'README.md')) ?? '';

  it('has every decision, under its own title', () => {
    const decisions = DOCUMENTS.filter((path) => /adr\/\d/.test(path));
    const expected = decisions.map((path) => {
      const [, number = '', title = ''] = /^# (\d+):? (.*)$/m.exec(TEXTS.get(path) ?? '') ?? [];
      return `| [${number}](${path.slice(ADRS.length + 1)}) | ${title} |`;
    });
    assert.deepEqual(
      list.split('\n').filter((line) => /^\| \[\d/.test(line)),
      expected.sort(),
    );
  });
});

describe('commands in the documents', async () => {
  const world = new CliWorld({});
  after(() => world.remove());
  const helps = new Map<string, string>();
  const help = async (...words: string[]): Promise<string> => {
    const key = words.join(' ');
    const known = helps.get(key) ?? (await world.cox(...words, '--help')).stdout;
    helps.set(key, known);
    return known;
  };
  const verbs = (text: string): string[] =>
    [...text.matchAll(/^ {2}([a-z][a-z-]+)(?= |$)/gm)].map(([, verb = '']) => verb);

  for (const [path, text] of TEXTS) {
    it(`of ${path} are there, with their flags`, async () => {
      const spans = [...text.matchAll(/`(cox [^`\n]+)`/g), ...text.matchAll(/^(cox .+?)(?: +#.*)?$/gm)];
      for (const [, span = ''] of spans) {
        const words = span.split(/[|;&]/)[0]?.trim().split(/\s+/).slice(1) ?? [];
        const [command = '', verb = ''] = words.filter((word) => !word.startsWith('-'));
        if (!/^[a-z-]+$/.test(command)) continue;
        assert.ok(verbs(await help()).includes(command), `\`${span}\`: no command ${command}`);
        const inner = verbs((await help(command)).split('Commands:')[1] ?? '');
        const page = inner.includes(verb) ? await help(command, verb) : await help(command);
        const flags = span.replaceAll(/'[^']*'|"[^"]*"/g, '').matchAll(/(?<=\s)--[a-z-]+/g);
        for (const [flag] of flags) assert.ok(page.includes(flag), `\`${span}\`: no ${flag}`);
      }
    });
  }
});

describe('environment variables in the documents', () => {
  const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
    .join('\n');

  it('are those of the program', () => {
    for (const [path, text] of TEXTS) {
      for (const [name] of text.matchAll(/\bCOX_[A-Z][A-Z_]*[A-Z]\b/g))
        assert.ok(new RegExp(`\\b${name}\\b`).test(source), `${path}: ${name}`);
    }
  });
});
