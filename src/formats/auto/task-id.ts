/** Of a task's number as it is written: `task-2` of `2` and of `02`. */
export function idOf(number: string): string {
  return `task-${number.replace(/^0+(?=\d)/, '')}`;
}
