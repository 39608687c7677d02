import type { CheckKind, FoundCheck, ProjectFiles } from './found-check.ts';

export function detectRust({ paths }: ProjectFiles): FoundCheck[] {
  if (!paths.has('Cargo.toml')) return [];
  const found: FoundCheck[] = [
    { kind: 'build', tool: 'rust', command: 'cargo build' },
    { kind: 'lint', tool: 'clippy', command: 'cargo clippy' },
    { kind: 'tests', tool: 'rust', command: 'cargo test' },
  ];
  const audit = { kind: 'security-audit', tool: 'rust', command: 'cargo audit --json 2>/dev/null' } as const;
  return paths.has('Cargo.lock') ? [...found, audit] : found;
}

export function detectGo({ paths }: ProjectFiles): FoundCheck[] {
  if (!paths.has('go.mod')) return [];
  return [
    { kind: 'build', tool: 'go', command: 'go build ./...' },
    { kind: 'lint', tool: 'go-vet', command: 'go vet ./...' },
    // It ends with 0 whatever it finds. Folders of dependencies are not the project's.
    {
      kind: 'lint',
      tool: 'gofmt',
      command: `found=$(find . -name '*.go' -not -path './vendor/*' -exec gofmt -d {} +) && printf '%s' "$found" && test -z "$found"`,
    },
    { kind: 'tests', tool: 'go', command: 'go test ./...' },
  ];
}

/** The one that `make` takes. */
export const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];

/** Only kinds that nothing else has: a Makefile mostly calls what was found already. */
export function detectMake({ texts }: ProjectFiles, found: readonly FoundCheck[]): FoundCheck[] {
  const file = MAKEFILES.find((name) => texts.has(name));
  if (file === undefined) return [];
  const targets = targetsOf(texts.get(file) ?? '');
  const has = (kind: CheckKind): boolean => found.some((each) => each.kind === kind);
  const wanted: FoundCheck[] = [];
  if (targets.has('lint') && !has('lint')) wanted.push({ kind: 'lint', tool: 'make', command: 'make lint' });
  const tests = ['test', 'tests', 'check'].find((name) => targets.has(name));
  if (tests !== undefined && !has('tests'))
    wanted.push({ kind: 'tests', tool: 'make', command: `make ${tests}` });
  return wanted;
}

/** Names before a colon at the beginning of a line; `:=` sets a variable. */
function targetsOf(text: string): ReadonlySet<string> {
  const names = text
    .split(/\r?\n/)
    .flatMap((line) => /^([^\s:#=][^:#=]*):(?!=)/.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
  return new Set(names);
}
