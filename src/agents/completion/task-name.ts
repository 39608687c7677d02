/** A task goes by its whole id or, as manifests write it, by the part up to its number: `task-001` for `task-001-users`; `Task 1.2` for `1.2`. */

const SHORT = /^[a-z]+-\d+(?=-)/i;

function shortName(id: string): string | undefined {
  return SHORT.exec(id)?.[0];
}

/** Every name, in lower case, that means this task. */
export function namesOfTask(id: string): readonly string[] {
  const short = shortName(id);
  if (short !== undefined) return [id.toLowerCase(), short.toLowerCase()];
  return /^\d/.test(id) ? [id.toLowerCase(), `task ${id.toLowerCase()}`] : [id.toLowerCase()];
}

/** True when `name` is the task's id, its short form, or a longer form of an id that is short itself. */
export function namesTask(name: string, id: string): boolean {
  return namesOfTask(id).includes(name.toLowerCase()) || shortName(name)?.toLowerCase() === id.toLowerCase();
}
