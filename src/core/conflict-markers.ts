/** Lines that git puts around the two sides of a conflict. */

const MARKER = /^(?:(?:<{7,}|>{7,}|\|{7,})(?: .*)?|={7,})$/;

/** Numbers of the lines that are markers, from 1, without those that one of the sides holds as its own text. */
export function markersIn(text: string, sides: readonly string[]): readonly number[] {
  const own = new Set(sides.flatMap((side) => linesOf(side).filter((line) => MARKER.test(line))));
  return linesOf(text).flatMap((line, index) => (MARKER.test(line) && !own.has(line) ? [index + 1] : []));
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}
