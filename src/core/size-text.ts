/** Bytes for people, in the decimal units that the options take: `1.5 GB`. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  const amount = bytes / unit;
  return `${amount >= 100 ? Math.round(amount) : Math.round(amount * 10) / 10} ${name}`;
}
