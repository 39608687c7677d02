/** How a task is meant when it is named: without `Task`, in any case. */
export function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/^task[-_ ]+(?=.)/, '')
    .trim();
}
