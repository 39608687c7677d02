/**
 * Files that decide what a check does, beside the code it looks at. Whoever changes one changes the measure that the
 * work is held against, so it is named, and the work is measured once more by what the base says. Pure.
 */

/** What a file decides over: commands are put back and count; settings are put back and only warn. */
export type Weight = 'command' | 'settings';

export type Ecosystem = 'node' | 'python' | 'rust' | 'go' | 'make';

export interface Defining {
  readonly ecosystem: Ecosystem;
  readonly weight: Weight;
}

/**
 * By path. What a package manager or interpreter runs in place of the command that it was given: `script-shell` in
 * .npmrc, `runner` of Cargo, a module at the root that has the name of the tool.
 */
const RULES: readonly (readonly [path: RegExp, defining: Defining])[] = [
  [/^(?:\.npmrc|\.yarnrc|\.yarnrc\.yml|pnpm-workspace\.yaml|\.pnpmfile\.[cm]?js|bunfig\.toml)$/, on('node')],
  [/^\.yarn\/(?:releases|plugins|sdks)\//, on('node')],
  [/(?:^|\/)node_modules\//, on('node')],
  [/^(?:_?pytest|mypy|ruff|flake8|unittest|sitecustomize|usercustomize)(?:\.py$|\/)/, on('python')],
  [/^(?:manage\.py$|\.?venv\/)/, on('python')],
  [/(?:^|\/)\.cargo\//, on('rust')],
  [/^rust-toolchain(?:\.toml)?$/, on('rust')],
  [/(?:^|\/)(?:GNUmakefile|[Mm]akefile|[^/]+\.mk)$/, on('make')],
  [
    /(?:^|\/)(?:vite|vitest|jest|karma|playwright|cypress|ava|babel)\.(?:config|conf|workspace|setup)\.[^/]+$/,
    by('node'),
  ],
  [
    /(?:^|\/)(?:\.mocharc|\.c8rc|\.nycrc|\.taprc|\.eslintrc|\.eslintignore|\.swcrc|\.babelrc)[^/]*$/,
    by('node'),
  ],
  [
    /(?:^|\/)(?:eslint\.config\.[^/]+|biome\.jsonc?|\.oxlintrc\.json|(?:ts|js)config[^/]*\.json)$/,
    by('node'),
  ],
  [/(?:^|\/)(?:\.?pytest\.ini|tox\.ini|setup\.cfg|conftest\.py|noxfile\.py)$/, by('python')],
  [/(?:^|\/)(?:\.?mypy\.ini|\.?ruff\.toml|\.flake8|\.coveragerc|\.pylintrc)$/, by('python')],
  [/(?:^|\/)\.?(?:clippy|rustfmt)\.toml$/, by('rust')],
  [/(?:^|\/)\.golangci\.[^/]+$/, by('go')],
];

function on(ecosystem: Ecosystem): Defining {
  return { ecosystem, weight: 'command' };
}

function by(ecosystem: Ecosystem): Defining {
  return { ecosystem, weight: 'settings' };
}

/** Null for most files. Of package.json and pyproject.toml only parts count; see `changedParts`. */
export function definingFile(path: string): Defining | null {
  return RULES.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

const ECOSYSTEMS: readonly (readonly [ecosystem: Ecosystem, tools: readonly string[]])[] = [
  ['node', ['node', 'npm', 'pnpm', 'yarn', 'bun']],
  ['python', ['python', 'mypy', 'ruff', 'flake8', 'django']],
  ['rust', ['rust', 'clippy']],
  ['go', ['go', 'go-vet', 'gofmt']],
  ['make', ['make']],
];

/** Null for a command of the user's own: it may stand on any of them. */
export function ecosystemOf(tool: string): Ecosystem | null {
  return ECOSYSTEMS.find(([, tools]) => tools.includes(tool))?.[0] ?? null;
}

const TEST_FILES = [
  /(?:^|\/)(?:tests?|__tests__|specs?)\//,
  /[._-](?:test|spec|tests)\.[cm]?[jt]sx?$/,
  /(?:^|\/)test_[^/]*\.py$/,
  /_test\.(?:py|go|rs)$/,
];

export function isTestFile(path: string): boolean {
  return TEST_FILES.some((pattern) => pattern.test(path));
}
