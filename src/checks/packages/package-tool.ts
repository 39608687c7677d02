/** What the package manager of an ecosystem is told, by the files of the project. Pure. */

import type { PackageChange } from '../../core/plan.ts';
import type { ProjectFiles } from '../detect/found-check.ts';

export type Argv = readonly string[];
export type PackageFiles = Pick<ProjectFiles, 'paths' | 'texts'>;

export interface PackageTool {
  /** In the spelling in which names are compared. */
  nameOf(spec: string): string;
  /** Whether the project's own manifest says so already. */
  isDone(action: PackageChange['action'], spec: string): boolean;
  /** Whether the project's own manifest names the package at all; null for what is no plain name and version. */
  names(spec: string): boolean | null;
  argvs(change: PackageChange): readonly Argv[];
}
