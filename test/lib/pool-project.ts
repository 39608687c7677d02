/** A project whose own scripts hand out worktrees by `cox pool`. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { makeProject, type Project } from './project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

export function poolProject(files: Readonly<Record<string, string>> = {}): Project {
  const made = makeProject({ waves: [], files: { '.gitignore': '.env\n.claude/\n', ...files }, recipe: '' });
  projects.push(made);
  return made;
}

interface State {
  version: string;
  pool_size: number;
  created_at: string;
  worktrees: {
    id: string;
    status: string;
    task_id: string | null;
    path: string;
    branch: string | null;
    acquired_at: string | null;
  }[];
}

export function stateFile(made: Project): string {
  return join(made.path, '.claude/pool-state.json');
}

export function state(made: Project): State {
  return JSON.parse(readFileSync(stateFile(made), 'utf8'));
}

/** Runs it, and gives its standard output; it has to succeed. */
export async function told(made: Project, ...args: readonly string[]): Promise<string> {
  const ran = await made.cox(['pool', ...args]);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  return ran.stdout;
}

/** Gets a slot and commits a file in it; the value is the slot's path. */
export async function worked(
  made: Project,
  task: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const path = (await told(made, 'acquire', task)).split('|')[1] ?? '';
  made.write(files, path);
  made.git(['add', '--all'], { cwd: path });
  made.git(['commit', '--quiet', '-m', `Work of ${task}`], { cwd: path });
  return path;
}
