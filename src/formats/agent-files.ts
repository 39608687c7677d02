/** What a repository says of its agents in `.claude/agents/<name>.md`: a front matter or none, and text. */

import { z } from 'zod';
import type { AgentProfile, TextFile } from '../core/plan.ts';
import { FindingList } from './finding-list.ts';
import { LocatedText } from './located-text.ts';
import type { PlanFiles } from './plan-files.ts';
import { readYaml } from './read-yaml.ts';

export interface KnownAgent {
  readonly profile: AgentProfile;
  /** The file without its front matter. */
  readonly text: TextFile;
  readonly description?: string;
}

export interface AgentSearch {
  /** The agent of that name; of instances also that of the role: `builder.md` for `Builder-1`. Null when neither is there. */
  find(name: string): KnownAgent | null;
  /** The paths that are looked for, in words. */
  lookedFor(name: string): string;
}

export const AGENTS_FOLDER = '.claude/agents/';

const words = z.union([z.string(), z.array(z.string())]).nullish();
/** Loose: the file is its own program's, which knows more keys. */
const schema = z.looseObject({
  name: z.string().nullish().catch(null),
  description: z.string().nullish().catch(null),
  tools: words.catch(null),
  model: z.string().nullish().catch(null),
});

interface SearchOptions {
  /** That of the project when absent. */
  readonly folder?: string;
  /** Agents are numbered: `Builder-1` is one of the builders. */
  readonly hasInstances?: true;
}

/** Of what lies in the folder. */
export function searchAgents(
  files: PlanFiles | undefined,
  { folder = AGENTS_FOLDER, hasInstances }: SearchOptions = {},
): AgentSearch {
  const byName = new Map<string, KnownAgent>();
  const own = [...(files?.files ?? [])].filter(([path]) => path.startsWith(folder));
  const read = own.map(([path, text]) => readAgent(path, text));
  // A file's own name counts before the name in another one.
  for (const { stem, agent } of read) byName.set(stem.toLowerCase(), agent);
  for (const { named, agent } of read) if (!byName.has(named)) byName.set(named, agent);
  const keys = hasInstances === true ? keysOfInstance : (name: string) => [plainKey(name)];
  return {
    find(name) {
      for (const key of keys(name)) {
        const found = byName.get(key);
        if (found !== undefined) return { ...found, profile: { ...found.profile, name } };
      }
      return null;
    },
    lookedFor: (name) =>
      keys(name)
        .map((key) => `${folder}${key}.md`)
        .join(' and '),
  };
}

/** Tells of files that describe agents, and of folders on the way to them, that are there but could not be read. */
export function reportUnreadAgents(
  files: PlanFiles | undefined,
  folders: Iterable<string>,
  findings: FindingList,
): void {
  const looked = [...folders];
  for (const [path, reason] of files?.unreadable ?? []) {
    const isFolder = path.endsWith('/');
    if (!looked.some((folder) => path.startsWith(folder) || (isFolder && folder.startsWith(path)))) continue;
    const what = isFolder ? 'folder' : 'file';
    findings.warn({
      rule: 'agent-file-unreadable',
      at: { file: path, line: 1, column: 1 },
      message: `the ${what} cannot be read: ${reason}`,
      remedy: isFolder
        ? 'Put a folder in its place; until then agents that are described there get a plain prompt.'
        : 'Mend the file, or remove it.',
    });
  }
}

function plainKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replaceAll('/', '-');
}

/** `Builder-1` is `builder-1`, else one of the builders. */
function keysOfInstance(name: string): readonly string[] {
  const plain = plainKey(name);
  return [...new Set([plain, plain.replace(/-?\d+$/, '')])].filter((key) => key !== '');
}

/** `Bash(git add:*, git commit:*)` is one. */
const BETWEEN_TOOLS = /,(?![^()]*\))/;

interface ReadAgent {
  readonly stem: string;
  readonly named: string;
  readonly agent: KnownAgent;
}

const FRONT_MATTER = /^(---[ \t]*\r?\n)([\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)/;

function readAgent(path: string, content: string): ReadAgent {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/i, '');
  const source = new LocatedText(path, content);
  const found = FRONT_MATTER.exec(source.text);
  const { name, model, tools, description } = headerOf(source, found);
  const body = source.text.slice(found?.[0].length ?? 0).trim();
  const list = (Array.isArray(tools) ? tools : (tools ?? '').split(BETWEEN_TOOLS)).map((tool) => tool.trim());
  return {
    stem,
    named: (name ?? stem).toLowerCase(),
    agent: {
      profile: {
        name: stem,
        ...(model === null || model === undefined || model.trim() === '' ? {} : { model: model.trim() }),
        ...(tools === null || tools === undefined ? {} : { tools: list.filter((tool) => tool !== '') }),
        path,
      },
      text: { path, text: body },
      ...(description === null || description === undefined ? {} : { description }),
    },
  };
}

function headerOf(source: LocatedText, found: RegExpExecArray | null): Partial<z.infer<typeof schema>> {
  if (found === null) return {};
  const text = found[2] ?? '';
  const document = readYaml(source, { text, offset: found[1]?.length ?? 0 }, new FindingList());
  const parsed = schema.safeParse(document === null ? plainHeader(text) : (document.value ?? {}));
  return parsed.success ? parsed.data : {};
}

/** Descriptions hold colons and quotes that are no YAML; the agent's own program takes such lines as they are. */
function plainHeader(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/).map((line) => /^(name|description|tools|model):[ \t]*(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line === null ? [] : [[line[1] ?? '', line[2] ?? '']])));
}
