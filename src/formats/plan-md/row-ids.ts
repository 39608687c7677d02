/** Ids of tasks in tables that are none of tasks. */

const ROW_ID = /^(?:(?:task[-_ ]?)?\d{1,6}(?:\.\d{1,6}){1,3}[a-z]?|t(?:ask)?[-_ ]?\d{1,6})(?=$|[\s:,;&])/i;

/** With which a cell begins; undefined for none. */
export function idOf(cell: string): string | undefined {
  return ROW_ID.exec(cell)?.[0];
}
