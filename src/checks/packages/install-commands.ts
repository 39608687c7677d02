/** A plan's packages as command lines of the project's package managers. Pure. */

import type { PackageChange } from '../../core/plan.ts';
import { nodeTool } from './node-commands.ts';
import type { Argv, PackageFiles, PackageTool } from './package-tool.ts';
import { pythonTool } from './python-commands.ts';

/** Files that package managers write, and that are taken over; others are not. */
export const PACKAGE_FILES: readonly string[] = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  // pnpm keeps versions there that package.json refers to as `catalog:`.
  'pnpm-workspace.yaml',
  'yarn.lock',
  'bun.lock',
  'pyproject.toml',
  'uv.lock',
];
/** Beside them, files that tell which package manager it is. */
export const BINARY_LOCK = 'bun.lockb';
export const TELLING_FILES: readonly string[] = ['.yarnrc.yml', BINARY_LOCK];

/** In this order. What the project's own files say already is left out. */
export function installCommands(changes: readonly PackageChange[], files: PackageFiles): readonly Argv[] {
  const tools = toolsOf(files);
  const touched = new Set<string>();
  return changes.flatMap((change) => {
    const tool = tools[change.ecosystem];
    const packages = change.packages.map((spec) => spec.trim()).filter((spec) => isToDo(change, spec));
    for (const spec of packages) touched.add(keyOf(tool, change, spec));
    return packages.length === 0 ? [] : tool.argvs({ ...change, packages });
  });

  /** What an earlier command has changed is not as the files say. */
  function isToDo(change: PackageChange, spec: string): boolean {
    const tool = tools[change.ecosystem];
    return touched.has(keyOf(tool, change, spec)) || !tool.isDone(change.action, spec);
  }
}

/** What the project's own files do not say although all commands have succeeded; in words, for people. */
export function notDone(changes: readonly PackageChange[], files: PackageFiles): readonly string[] {
  const tools = toolsOf(files);
  // The last word on a package counts.
  const last = new Map<string, { readonly change: PackageChange; readonly spec: string }>();
  for (const change of changes)
    for (const spec of change.packages)
      last.set(keyOf(tools[change.ecosystem], change, spec.trim()), { change, spec });
  return [...last.values()].flatMap(({ change: { ecosystem, action }, spec }) => {
    const tool = tools[ecosystem];
    const isNamed = tool.names(spec.trim());
    const file = ecosystem === 'node' ? 'package.json' : 'pyproject.toml';
    if (isNamed === null || isNamed === (action !== 'remove')) return [];
    return [`${tool.nameOf(spec.trim())} is ${isNamed ? 'still' : 'not'} in ${file}`];
  });
}

function toolsOf(files: PackageFiles): Readonly<Record<PackageChange['ecosystem'], PackageTool>> {
  return { node: nodeTool(files), python: pythonTool(files) };
}

function keyOf(tool: PackageTool, { ecosystem }: PackageChange, spec: string): string {
  return `${ecosystem} ${tool.nameOf(spec)}`;
}
