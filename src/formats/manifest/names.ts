/** The names one task goes by: `task-001` and `task-001-users` mean the same one as long as no other fits. */

export interface Names {
  /** The task's id in the manifest; undefined for a name that no task has, or that fits several. */
  find(name: string): string | undefined;
  add(id: string, aliases: readonly string[]): void;
}

export function taskNames(ids: readonly string[]): Names {
  const exact = new Set(ids);
  /** Null for a name that fits several tasks. */
  const aliases = new Map<string, string | null>();
  const add = (id: string, names: readonly string[]): void => {
    for (const name of new Set(names.flatMap((each) => [each, shortName(each)]))) {
      const known = aliases.get(name);
      aliases.set(name, known === undefined || known === id ? id : null);
    }
  };
  for (const id of ids) add(id, [id]);
  return {
    find: (name) =>
      exact.has(name) ? name : (aliases.get(name) ?? aliases.get(shortName(name)) ?? undefined),
    add,
  };
}

/** `task-001` of `task-001-users`; any other name is its own short one. */
export function shortName(name: string): string {
  return /^task-\d+(?=-)/i.exec(name)?.[0] ?? name;
}
