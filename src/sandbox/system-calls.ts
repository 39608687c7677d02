/**
 * A filter for calls of the kernel, in the form that bubblewrap hands to it: seccomp(2), and the classic BPF of
 * <linux/filter.h>. It refuses those for the kernel's keys, which no namespace keeps apart: an agent would have the
 * user's own, those of Kerberos and of encrypted disks among them.
 */

/** Numbers of add_key, request_key and keyctl, which follow one another everywhere. */
const ARCHITECTURES: readonly (readonly [audit: number, firstCall: number])[] = [
  // x86-64 and x32, whose calls have one more bit
  [0xc000003e, 248],
  // i386
  [0x40000003, 286],
  // AArch64, RISC-V, LoongArch
  [0xc00000b7, 217],
  [0xc00000f3, 217],
  [0xc0000102, 217],
  // 32-bit ARM
  [0x40000028, 309],
  // PowerPC, little-endian
  [0xc0000015, 269],
];
const CALLS = 3;
const X32_BIT = 0x40000000;

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const AND = 0x54;
const RETURN = 0x06;
/** Offsets into `struct seccomp_data`. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const ALLOW = 0x7fff0000;
/** As a kernel without keys answers, and programs know how to do without: ENOSYS. */
const REFUSE = 0x00050000 + 38;

export function keyCallsFilter(): Buffer {
  const lines = [
    line(LOAD, ARCHITECTURE),
    ...ARCHITECTURES.flatMap(([audit, first]) => [
      line(JUMP_EQUAL, audit, { no: 6 }),
      line(LOAD, NUMBER),
      line(AND, 0xffffffff - X32_BIT),
      line(JUMP_AT_LEAST, first, { no: 2 }),
      line(JUMP_AT_LEAST, first + CALLS, { yes: 1 }),
      line(RETURN, REFUSE),
      line(RETURN, ALLOW),
    ]),
    line(RETURN, ALLOW),
  ];
  return Buffer.concat(lines);
}

/** `yes` and `no`: how many lines are skipped. */
function line(code: number, operand: number, { yes = 0, no = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(yes, 2);
  bytes.writeUInt8(no, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
