/** What every agent is told: the project's own words, and what agents have decided and announced. */

import type { Finding } from '../core/finding.ts';
import type { RepositoryFiles } from '../formats/plan-files.ts';
import { DECISIONS } from './messages/decisions.ts';
import { FOLDER_LIMITS, readPresent } from './read-folder.ts';

/** From the repository's root. */
const CONVENTIONS: readonly string[] = ['CLAUDE.md', 'AGENTS.md', DECISIONS];

/** By its path from the repository's root, at which it is found again for every plan. */
export function isConvention(path: string): boolean {
  return CONVENTIONS.includes(path);
}

export interface Conventions {
  readonly texts: RepositoryFiles;
  /** Of those that are there and cannot be read. */
  readonly findings: readonly Finding[];
}

export async function readConventions(repository: string | null): Promise<Conventions> {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  if (repository === null) return { texts, findings };
  for (const name of CONVENTIONS) {
    // A link that leads out of the repository could hand any file of the user's to every agent.
    const text = await readPresent(repository, name, FOLDER_LIMITS.file);
    if (text?.ok === true) texts.set(name, text.value);
    else if (text !== null) findings.push(unread(name, text.error));
  }
  return { texts, findings };
}

function unread(file: string, reason: string): Finding {
  return {
    severity: 'warning',
    rule: 'conventions-unreadable',
    message: `no agent is told what stands here, for the file cannot be read: ${reason}`,
    remedy: 'Make it a file of UTF-8 text in the repository, or remove it.',
    file,
    line: 1,
    column: 1,
    tasks: [],
  };
}
