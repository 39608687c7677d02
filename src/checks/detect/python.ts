import type { FoundCheck, ProjectFiles } from './found-check.ts';
import { hasSection, parseTomlTable, tableAt } from './parsed.ts';

const PROJECT_FILES = [
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'tox.ini',
  'pytest.ini',
  'requirements.txt',
  'manage.py',
];
const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;

/** Commands name `python3`: where the worktree has a virtual environment, that one's comes first. */
export function detectPython(files: ProjectFiles): FoundCheck[] {
  if (!PROJECT_FILES.some((file) => files.paths.has(file))) return [];
  const { paths } = files;
  const tools = tableAt(parseTomlTable(files.texts.get('pyproject.toml')), 'tool');
  const isSet = (tool: string, own: readonly string[], section: string): boolean =>
    own.some((file) => paths.has(file)) ||
    Object.hasOwn(tools, tool) ||
    ['setup.cfg', 'tox.ini'].some((file) => hasSection(files.texts.get(file), section));
  const found: FoundCheck[] = [];
  if (isSet('mypy', ['mypy.ini', '.mypy.ini'], 'mypy'))
    found.push({ kind: 'type-check', tool: 'mypy', command: `python3 -m mypy${mypyTargets(files)}` });
  if (isSet('ruff', ['ruff.toml', '.ruff.toml'], 'ruff'))
    found.push({ kind: 'lint', tool: 'ruff', command: 'python3 -m ruff check .' });
  if (isSet('flake8', ['.flake8'], 'flake8'))
    found.push({ kind: 'lint', tool: 'flake8', command: 'python3 -m flake8' });
  if (paths.has('manage.py'))
    found.push({ kind: 'lint', tool: 'django', command: 'python3 manage.py check' });
  const tests = testCommand(files, isSet('pytest', ['pytest.ini', '.pytest.ini', 'conftest.py'], 'pytest'));
  if (tests !== null) found.push({ kind: 'tests', tool: 'python', command: tests });
  const audited = ['requirements.txt', 'pyproject.toml'].find((file) => paths.has(file));
  if (audited !== undefined) {
    const what = audited === 'requirements.txt' ? '-r requirements.txt' : '.';
    const command = `pip-audit --format json --progress-spinner off ${what} 2>/dev/null`;
    found.push({ kind: 'security-audit', tool: 'python', command });
  }
  return found;
}

/** Without targets of its own mypy wants to be told some. */
function mypyTargets({ texts }: ProjectFiles): string {
  const own = tableAt(parseTomlTable(texts.get('pyproject.toml')), 'tool', 'mypy');
  return ['files', 'packages', 'modules'].some((key) => Object.hasOwn(own, key)) ? '' : ' .';
}

function testCommand({ paths, texts }: ProjectFiles, hasSettings: boolean): string | null {
  const named = ['pyproject.toml', 'setup.cfg', 'tox.ini', 'requirements.txt', 'requirements-dev.txt'].some(
    (file) => /\bpytest\b/.test(texts.get(file) ?? ''),
  );
  if (hasSettings || named || hasSection(texts.get('setup.cfg'), 'tool:pytest')) return 'python3 -m pytest';
  if (paths.has('manage.py')) return 'python3 manage.py test';
  return [...paths].some((path) => TEST_FILE.test(path)) ? 'python3 -m pytest' : null;
}
