/**
 * The names one task goes by: `task-001`, `task-001-users`, `001` and `1` mean the same one as long as no other fits, and so
 * do `TASK-001`, `task_001` and `task-1`.
 */

export interface Names {
  /** The task's id in the manifest; undefined for a name that no task has, or that fits several. */
  find(name: string): string | undefined;
  add(id: string, aliases: readonly string[]): void;
}

export function taskNames(ids: readonly string[]): Names {
  const exact = new Set(ids);
  /** Null for a name that fits several tasks. */
  const aliases = new Map<string, string | null>();
  /** The same by names as anybody may write them. */
  const loose = new Map<string, string | null>();
  const add = (id: string, names: readonly string[]): void => {
    const put = (to: Map<string, string | null>, name: string): void => {
      const known = to.get(name);
      to.set(name, known === undefined || known === id ? id : null);
    };
    for (const name of new Set(names.flatMap((each) => [each, shortName(each), ...numberOf(each)]))) {
      put(aliases, name);
      put(loose, looseName(name));
    }
  };
  for (const id of ids) add(id, [id]);
  return {
    find: (name) => {
      if (exact.has(name)) return name;
      const [number] = /^\d+$/.test(name) ? numberOf(`task-${name}`) : [];
      const ways = [name, shortName(name), ...(number === undefined ? [] : [`task-${name}`, number])];
      const found = ways.map((way) => aliases.get(way)).find((id) => typeof id === 'string');
      return found ?? loose.get(looseName(name)) ?? loose.get(shortName(looseName(name))) ?? undefined;
    },
    add,
  };
}

/** `task-1-users` of `TASK_001-users`. */
function looseName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^task[-_ ]?0*(?=\d)/, 'task-');
}

/** `1` of `task-001-users`: a reference may be the bare number, and YAML takes the zeros from one. None without. */
function numberOf(name: string): readonly string[] {
  const digits = /^task-0*(\d+)(?=-|$)/i.exec(name)?.[1];
  return digits === undefined ? [] : [digits];
}

/** `task-001` of `task-001-users`; any other name is its own short one. */
export function shortName(name: string): string {
  return /^task-\d+(?=-)/i.exec(name)?.[0] ?? name;
}
