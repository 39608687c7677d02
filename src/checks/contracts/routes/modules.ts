/** Which file of the repository an import means. */

import { languageOf } from '../../symbols/syntax.ts';

const SCRIPT_ENDINGS = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];

/** Null for a module that is not of the repository. */
export function fileOf(from: string, module: string, files: ReadonlySet<string>): string | null {
  const candidates = languageOf(from) === 'python' ? pythonFiles(from, module) : scriptFiles(from, module);
  return candidates.find((file) => files.has(file)) ?? null;
}

/** Relative ones; `@/` and `~/` by custom stand for the folder of sources. */
function scriptFiles(from: string, module: string): readonly string[] {
  const bases = /^[@~]\//.test(module)
    ? ['src/', ''].map((folder) => `${folder}${module.slice(2)}`)
    : module.startsWith('.')
      ? [joined(folderOf(from), module)]
      : [];
  return bases.flatMap((base) => {
    if (base === null) return [];
    // TypeScript names the file that it will become.
    const bare = base.replace(/\.([cm]?)js(x?)$/, '');
    const index = base === '' ? 'index' : `${base}/index`;
    return [...ended(base), ...(bare === base ? [] : ended(bare)), ...ended(index)];
  });
}

function ended(base: string): string[] {
  return SCRIPT_ENDINGS.map((ending) => `${base}${ending}`);
}

/** Relative by dots; others from the root, or from a folder above, which may be where the program is started. */
function pythonFiles(from: string, module: string): readonly string[] {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const path = module.slice(dots).replaceAll('.', '/');
  const folders = folderOf(from).split('/').filter(Boolean);
  if (dots > 0) return pythonEndings([...folders.slice(0, folders.length - (dots - 1)), path].join('/'));
  const above = folders.map((_, index) => folders.slice(0, index + 1).join('/')).toReversed();
  return ['', 'src', ...above].flatMap((folder) => pythonEndings(folder === '' ? path : `${folder}/${path}`));
}

function pythonEndings(path: string): string[] {
  const base = path.replace(/\/+$/, '');
  return [`${base}.py`, base === '' ? '__init__.py' : `${base}/__init__.py`];
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Null when it leaves the repository. */
function joined(folder: string, relative: string): string | null {
  const names = folder === '' ? [] : folder.split('/');
  for (const name of relative.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names.join('/');
}
