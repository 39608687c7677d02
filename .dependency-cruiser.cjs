// The folders are the architecture: who may import whom. A row lists everything a folder may import of src/ beside
// itself; what is not listed is an error. `outside` says what it may import from outside the project.

/** Adapters never know one another: each is replaced and tested alone, and only compose wires them. */
const ADAPTER = {
  may: ['core', 'ports', 'process'],
  why: 'An adapter implements a port and knows no other adapter: each is replaced and tested alone; only compose wires them.',
};

/** Surfaces render and translate; what they need of the engine is its one API. */
const SURFACE = {
  may: ['engine/api', 'project', 'views', 'config', 'core'],
  why: 'A surface renders and translates only: it asks engine/api and never reaches an adapter, so all surfaces behave alike.',
};

const TABLE = {
  core: {
    may: [],
    outside: 'nothing',
    why: 'The core is pure: live runs, resuming and the simulator share it, so it may depend on nothing that could differ.',
  },
  formats: {
    may: ['core'],
    outside: 'npm',
    why: 'Formats turn text into a Plan and back. They are pure: reading files belongs to project.',
  },
  config: {
    may: ['core'],
    outside: 'npm',
    why: 'Config turns values into settings. It is pure: reading files and the environment belongs to project and main.',
  },
  ports: {
    may: ['core'],
    outside: 'nothing',
    why: 'A port is an interface in the words of the core; a type of a library in it would tie every implementation to that.',
  },
  engine: {
    may: ['core', 'ports'],
    why: 'The engine reaches the world through ports only, so that tests and many machines can stand behind them.',
  },
  attempt: {
    may: ['core', 'ports'],
    why: 'The attempt runner serves the local dispatcher and a remote worker alike, through ports only.',
  },
  project: {
    may: ['core', 'ports', 'formats', 'config', 'views'],
    why: "Project holds the user's files. It starts nothing, and so needs neither the engine nor an adapter.",
  },
  decompose: {
    may: ['engine/api', 'project', 'core'],
    why: 'Decompose starts agents as attempts of the engine, by no way of its own.',
  },
  demo: { may: ['engine/api', 'project', 'core'], why: 'The demo is a run like any other.' },
  process: {
    may: ['core'],
    why: 'Process tools are the lowest layer over Node: every adapter may use them, so they may use none.',
  },
  store: ADAPTER,
  git: ADAPTER,
  agents: ADAPTER,
  sandbox: ADAPTER,
  checks: ADAPTER,
  messages: ADAPTER,
  distributed: ADAPTER,
  views: { may: ['core'], why: 'A view is a fold of the event log and needs nothing else.' },
  cli: SURFACE,
  tui: SURFACE,
  'web-server': SURFACE,
  mcp: SURFACE,
};

/** `engine/api` is one file or one folder; every other name is a folder. */
const pathOf = (name) => (name.includes('/') ? `^src/${name}([.]ts$|/)` : `^src/${name}/`);

const TEST = '[.]test[.]ts$';
const TESTING = '^src/testing/';
const MAIN = '^src/main[.]ts$';
const COMPOSE = '^src/compose[.]ts$';

const rows = Object.entries(TABLE).map(([folder, { may, why }]) => ({
  name: `${folder}-imports-only-${may.length > 0 ? may.join('-').replaceAll('/', '.') : 'itself'}`,
  comment: why,
  severity: 'error',
  from: { path: pathOf(folder), pathNot: TEST },
  to: { path: '^src/', pathNot: [folder, ...may].map(pathOf) },
}));

const testRows = Object.entries(TABLE).map(([folder, { may }]) => ({
  name: `${folder}-tests-import-their-peers-and-testing`,
  comment:
    'A unit test sees what its folder sees, and src/testing. What needs more is a functional test, in test/.',
  severity: 'error',
  from: { path: `^src/${folder}/.*${TEST}` },
  to: { path: '^src/', pathNot: [...[folder, ...may].map(pathOf), TESTING] },
}));

const outside = Object.entries(TABLE)
  .filter(([, row]) => row.outside !== undefined)
  .map(([folder, row]) => ({
    name: row.outside === 'nothing' ? `${folder}-imports-no-library` : `${folder}-imports-no-node-module`,
    comment: row.why,
    severity: 'error',
    from: { path: pathOf(folder), pathNot: TEST },
    to: row.outside === 'nothing' ? { pathNot: '^src/' } : { dependencyTypes: ['core'] },
  }));

const whole = [
  {
    name: 'no-cycle',
    comment:
      'Files that import each other can be neither understood, tested nor moved alone. Move what both need to a third.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'folder-is-in-the-table',
    comment:
      'A new folder of src/ gets its row in .dependency-cruiser.cjs first: what it may import is a decision.',
    from: { path: '^src/', pathNot: [MAIN, COMPOSE, TESTING, ...Object.keys(TABLE).map(pathOf)] },
    to: {},
  },
  {
    name: 'main-is-imported-by-nothing',
    comment: 'main.ts has the effects of a program (argv, signals, exit code); importing it would run it.',
    from: {},
    to: { path: MAIN },
  },
  {
    name: 'compose-is-imported-by-main',
    comment:
      'compose wires adapters to the engine in one place; whoever imports it has every adapter behind its back.',
    from: { path: '^src/', pathNot: [MAIN, COMPOSE, TESTING] },
    to: { path: COMPOSE },
  },
  {
    name: 'testing-is-for-tests',
    comment: 'Fakes and fixtures do not belong in the program; the package is published without src/testing.',
    from: { path: '^src/', pathNot: [TEST, TESTING] },
    to: { path: TESTING },
  },
  {
    name: 'tests-are-imported-by-nothing',
    comment: 'What two tests share belongs in src/testing.',
    from: {},
    to: { path: TEST },
  },
  {
    name: 'src-stands-alone',
    comment: 'Only src/ is published: it cannot need tests, benchmarks, scripts or the web page’s source.',
    from: { path: '^src/' },
    to: { path: '^(test|bench|scripts|web)/' },
  },
  {
    name: 'distributed-is-loaded-when-asked-for',
    comment:
      'Runs on one machine, nearly all, do not pay for loading what many machines need: use `await import()`.',
    from: { path: '^src/', pathNot: ['^src/distributed/', TESTING] },
    to: { path: '^src/distributed/', dynamic: false, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'program-uses-no-development-dependency',
    comment: 'devDependencies are not there for who installs the package. Types are, being erased.',
    from: { path: '^src/', pathNot: [TEST, TESTING] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'dependency-is-declared',
    comment: 'What is not in package.json is there by chance, and another version tomorrow.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'import-is-found',
    comment: 'The file or package does not exist.',
    from: {},
    to: { couldNotResolve: true },
  },
].map((rule) => ({ severity: 'error', ...rule }));

module.exports = {
  forbidden: [...rows, ...testRows, ...outside, ...whole],
  options: {
    // Types count: a port that names a type of SQLite depends on SQLite.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(fixtures|sample|dist)/' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    cache: false,
  },
};
